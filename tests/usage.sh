#!/bin/sh
# Options mean what the usage lines say. Others are refused, and named.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

start_server ./server -p 0 -a 127.255.255.254
check "The server listens where -a and -p say, and prints the whole address" \
    "Listening on 127.255.255.254:$port" "$(cat log)"
expect "The client connects where -a and -p say" "0 [Hello, world!] " \
    ./client -a 127.255.255.254 -p "$port"
stop_server

for program in server client; do
    usage="usage: $program [-a address] [-p port]"
    [ $program = server ] || usage="$usage [message]"
    expect "The usage is printed by $program -h" "0 [$usage] " ./$program -h
    while IFS='|' read -r what option value; do
        expect "Options and operands are checked: $program $option '$value'" \
            "2 [] $program: invalid $what: '$value'
$usage" ./$program "$option" "$value"
    done <<'END'
port|-p|
port|-p|0x50
port|-p|65536
port|-p|+1
port|-p|99999999999999999999
address|-a|1.2.3
operand|last|last
END
    # The first line is getopt()'s, which is not the same on each system.
    ./limited "$limit" ./$program -x >out 2>errors
    check "An unknown option is refused by $program" "2 $usage" \
        "$?$(cat out) $(sed '1{/x/d;}' errors)"
done
finish
