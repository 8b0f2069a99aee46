#!/bin/sh
# Options mean what the usage lines say. Others are refused, and named.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

for program in server client; do
    usage="usage: $program [-a address] [-p port]"
    [ $program = server ] || usage="$usage [message]"
    expect "The usage is printed by $program -h" "0 [$usage] " ./$program -h
    while IFS='|' read -r words option value; do
        expect "Options and operands are checked: $program $option '$value'" \
            "2 [] $program: $words: '$value'
$usage" ./$program "$option" "$value"
    done <<'END'
not a port from 0 to 65535|-p|
not a port from 0 to 65535|-p|0x50
not a port from 0 to 65535|-p|-1
not a port from 0 to 65535|-p|65536
not a port from 0 to 65535|-p|99999999999999999999
not an IPv4 address|-a|1.2.3
not an IPv4 address|-a|localhost
unexpected operand|last|last
END
    # The first line is getopt()'s, which is not the same on each system.
    ./limited "$limit" ./$program -x >out 2>errors
    check "An unknown option is refused by $program" "2 $usage" \
        "$?$(cat out) $(sed '1{/x/d;}' errors)"
done
finish
