#!/bin/sh
# Every byte comes back, and is printed at once. The log harms nobody.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
random 20MB 20000000

start_server
sixty=1234567890123456789012345678901234567890123456789012345678.~
for input in "$sixty" "$sixty." '\0033[1m \0000 \0177\0200\0377' ""; do
    printf %b "$input" >in
    check "What is read comes back: $input" same "$(echoed in)"
done
check "20 MB of all values come back" same "$(echoed 20MB)"
expect "A message can begin with a dash" "0 [-x] " ./client -p "$port" -- -x
expect "A message can be empty" "0 [
.] " sh -c "./client -p $port '' && echo ."
# A system can limit the length of an argument: 128 KiB on Linux.
message=$(dd if=/dev/zero bs=100000 count=1 2>errors | tr '\0' x)
expect "A message can have 100,000 bytes" "0 [$message] " \
    ./client -p "$port" "$message"

start_conversation
check "A line that is typed comes back before the next one" "one two three" \
    "$(type_line one) $(type_line two) $(type_line three)"
printf four >&5
check "A part of a line comes back at once, too" four \
    "$(./limited "$limit" dd bs=4 count=1 <&6 2>errors)"
end_conversation
check "The end of the input ends the client" "0 " "$(cat left)"
stop_server
check "60 bytes of a message are logged, and nothing but printable ASCII" \
    "60 bytes from $sixty
61 bytes from $sixty...
10 bytes from .[1m . ..." \
    "$(sed -n 's/^Received \(.* from \)[^ ]* /\1/p' log | sed -n 1,3p)"

# The reader of this log ends after the first line.
mkfifo pipe
start_server sh -c 'head -n 1 <pipe & exec ./server -a 127.0.0.1 -p 0 >pipe'
check "A log that nobody can read costs no client anything" same \
    "$(echoed 20MB)"
stop_server
finish
