#!/bin/sh
# Options mean what the usage lines say. Others are refused, and named.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
start_server ./server -p 0 -a 127.0.0.9
check "the server listens where -a and -p say" "Listening on 127.0.0.9:$port" \
    "$(cat log)"
expect "the client connects where they say" "0 [Hello, world!] " \
    ./client -a 127.0.0.9 -p "$port"
stop_server
expect "65535 is a port" "1 [] client: failed to connect to server: reason" \
    ./client -a 127.0.0.9 -p 65535

for program in server client; do
    usage="usage: $program [-a address] [-p port]"
    [ $program = server ] || usage="$usage [message]"
    expect "$program -h prints this" "0 [$usage] " ./$program -h
    while IFS='|' read -r what option value; do
        expect "$program $option '$value' is refused" \
            "2 [] $program: invalid $what: '$value'
$usage" ./$program "$option" "$value"
    done <<'END'
port|-p|
port|-p|0x50
port|-p|65536
port|-p|+1
port|-p|-1
port|-p| 1
port|-p|99999999999999999999
address|-a|localhost
address|-a|1.2.3
address|-a|256.0.0.1
address|-a|::1
operand|last|last
END
    # getopt()'s words are not the same on each system.
    for letter in x a p; do
        limited "$limit" ./$program -$letter >out 2>errors
        check "$program -$letter is refused" "2  $letter
$usage" "$? $(cat out) $(sed "1s/.*$program: .*[ '\`]\($letter\)'*\$/\1/" \
            errors)"
    done
done
