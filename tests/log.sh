#!/bin/sh
# The server's log tells what it does, line by line, and harms nobody.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build_test_programs

start_server
sixty=1234567890123456789012345678901234567890123456789012345678.~
for message in "$sixty" "$sixty." '\0033[1m \0177\0200\0377' ""; do
    printf %b "$message" | client - >out
done
numbers 150000 >in
check "a megabyte is echoed" same "$(echoed in)"
sit_down
wait_until grep -q 'hello\.$' log
check "a line is there as soon as it is logged" 1 "$(grep -c 'hello\.$' log)"
get_up
stop_server
check "a message is shown up to 60 bytes, and nothing but printable ASCII" \
    "60 bytes from $sixty
61 bytes from $sixty...
8 bytes from .[1m ..." \
    "$(sed -n 's/Received \(.* from \)[^ ]*: /\1/p' log | sed 3q)"
check "each client is accepted and closed" "6 6" \
    "$(grep -c Accepted log) $(grep -c Closed log)"

start_server env FAULT=address ./test_server -a 127.0.0.1 -p 0
client >out
stop_server
check "the longest address is shown whole" "Accepted 255.255.255.255:65535
Received 13 bytes from 255.255.255.255:65535: Hello, world!
Closed 255.255.255.255:65535" "$(sed 1d log)"

start_server
kill -s KILL "$log_pid"
wait "$log_pid" 2>/dev/null
check "a log that nobody reads costs no client anything" same "$(echoed in)"
check "nor does the server complain of it" "" "$(cat server.errors)"
