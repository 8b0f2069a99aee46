#!/bin/sh
# Every byte comes back, however the system cuts it, and the log harms nobody.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build_test_programs
numbers 2700000 >20MB
# first BYTES: makes a file of so many bytes, ./in.
first() { dd if=20MB of=in bs="$1" count=1 2>errors; }

start_server
sixty=1234567890123456789012345678901234567890123456789012345678.~
for message in "$sixty" "$sixty." '\0033[1m \0177\0200\0377' ""; do
    printf %b "$message" >in
    check "what is sent comes back: $message" same "$(echoed in)"
done
expect "there is a message without an argument" "0 [Hello, world!] " \
    ./client -p "$port"
expect "a message may be empty" "0 [
.] " sh -c "./client -p $port '' && echo ."
expect "it may start with a dash" "0 [-p] " ./client -p "$port" -- -p
first 100000
message=$(cat in)
expect "it may be long" "0 [$message] " ./client -p "$port" "$message"
check "- is standard input, after -- as well" same \
    "$(client -- - <in >out && cmp in out && echo same)"
awk 'BEGIN { for (i = 0; i < 256; i++) printf "\\0%o\n", i }' |
    while read -r byte; do printf %b "$byte"; done >in
check "every byte value comes back" "256 same" "$(($(wc -c <in))) $(echoed in)"
for size in 1 65535 65536 65537 131071 131072 131073; do
    first $size
    check "$size bytes come back" same "$(echoed in)"
done
check "20 MB come back" same "$(echoed 20MB)"
sit_down
check "a line that is typed comes back before the next one" "one two three" \
    "$(type_line one) $(type_line two) $(type_line three)"
wait_until grep -q 'three\.$' log
check "it is logged at once" 1 "$(grep -c 'three\.$' log)"
printf four >&5
check "a part of a line comes back at once, too" four \
    "$(limited "$limit" dd bs=4 count=1 <&6 2>errors)"
get_up
check "the end of the input ends the client" "0 " "$(cat left)"
stop_server
check "60 bytes of a message are logged, and nothing but printable ASCII" \
    "60 bytes from $sixty
61 bytes from $sixty...
8 bytes from .[1m ..." \
    "$(sed -n -e 's/^Received \(6[01] .* from \)[^ ]*: /\1/p' \
        -e 's/^Received \(8 .* from \)[^ ]*: /\1/p' log | sort)"

first 300000
program=./test_client
for fault in small short; do
    export FAULT=$fault
    start_server ./test_server -a 127.0.0.1 -p 0
    check "$fault buffers, or reads and writes, lose nothing" same \
        "$(echoed in)"
    stop_server
done
program=./client
start_server env FAULT=address ./test_server -a 127.0.0.1 -p 0
client >out
wait_until grep -q Closed log
check "the longest address is logged whole" 3 "$(grep -c 5:65535 log)"
kill -s KILL "$log_pid"
wait "$log_pid" 2>/dev/null
check "a log that nobody reads costs no client anything" same "$(echoed in)"
check "nor does the server complain of it" "" "$(cat server.errors)"
