#!/bin/sh
# Every byte comes back, whatever is sent, and however the system cuts it.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build_test_programs

numbers 2700000 >20MB
# first BYTES: makes a file of so many bytes, ./in.
first() { dd if=20MB of=in bs="$1" count=1 2>errors; }

start_server
expect "there is a message without an argument" "0 [Hello, world!] " \
    ./client -p "$port"
expect "a message may be empty" "0 [
.] " sh -c "./client -p $port '' && echo ."
expect "it may start with a dash" "0 [-p] " ./client -p "$port" -- -p
first 100000
expect "it may have 100,000 bytes" "0 [$(cat in)] " ./client -p "$port" "$(cat in)"
printf 'one\ntwo' >in
check "standard input may end without a newline" same "$(echoed in)"
check "its name is -, after -- as well" same \
    "$(client -- - <in >out && cmp in out && echo same)"
: >in
check "it may be empty" same "$(echoed in)"
awk 'BEGIN { for (i = 0; i < 256; i++) printf "\\0%o\n", i }' |
    while read -r byte; do printf %b "$byte"; done >in
check "it may hold every byte value" "256 same" "$(($(wc -c <in))) $(echoed in)"
for size in 1 65535 65536 65537 131071 131072 131073; do
    first $size
    check "it may have $size bytes" same "$(echoed in)"
done
check "it may have 20 MB" same "$(echoed 20MB)"
sit_down
check "a line that is typed comes back before the next one" "one two three" \
    "$(type_line one) $(type_line two) $(type_line three)"
get_up
check "the end of the input ends the client" "0 " "$(cat left)"
stop_server

first 300000
program=./test_client
for fault in small short; do
    export FAULT=$fault
    start_server ./test_server -a 127.0.0.1 -p 0
    check "$fault buffers, or reads and writes, lose nothing" same "$(echoed in)"
    stop_server
done
