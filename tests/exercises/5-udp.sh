#!/bin/sh
# make exercise5: UDP, one process, one datagram for each message.
# shellcheck source=tests/exercises/lib.sh
. "$(dirname "$0")/lib.sh"
compiles_quietly
hint='see the list of calls in the exercise'
check "The server makes these calls" "bind recvfrom sendto socket" \
    "$(calls server)"
hint='see the list of calls in the exercise'
check "The client makes these calls" "close recvfrom sendto socket" \
    "$(calls client)"
[ "$failed" -eq 0 ] || finish
random in 131014
limit=5

start_server
hint='SOCK_DGRAM stands in both programs; sendto() gets the client_addr'
expect "A message comes back" "0 [Hello, world!] " ./client -p "$port"
hint='send one datagram, and answer it, even if it holds no byte'
expect "An empty message comes back, too" "0 [] " ./client -p "$port" ""
hint='send one datagram, and answer it, even if it holds no byte'
check "It was a datagram without a byte" 1 "$(grep -c 'Received 0 bytes' log)"
message=$(dd if=/dev/zero bs=60000 count=1 2>dd.errors | tr '\0' x)
client "$message" >out
hint='a message is one datagram: no pieces'
check "A message of 60,000 bytes is one datagram" 1 \
    "$(grep -c 'Received 60000 bytes' log)"
printf 'a\0b' >zero
hint='the size comes from recvfrom(), not from strlen()'
check "A byte 0 comes back" same "$(echoed zero)"
hint='do read() and recvfrom() have room for 65,507 bytes?'
check "The two largest datagrams come back" same "$(echoed in)"
hint='call recvfrom() after each sendto(), before the next read()'
start_conversation
hint='call recvfrom() after each sendto(), before the next read()'
check "The echo of a line comes before the next line is typed" "one two" \
    "$(type_line one) $(type_line two)"
end_conversation
(echo one; sleep 2; echo three) | client - >first &
pids=$!
sleep 1
hint='the server must be ready for every client all the time'
check "Two clients are served at the same time" two "$(client two)"
wait "$pids"
pids=
hint='send the answer to the address that recvfrom() has written'
check "Each of them gets its own echo" "one three" "$(xargs <first)"
hint='remove SO_REUSEADDR'
expect "A second server cannot have the same port" \
    "1 [] server: failed to bind socket: reason" \
    ./server -a 127.0.0.1 -p "$port"
stop_server
hint='one "Received" for each datagram of 65,507 bytes or less, nothing else'
check "The log has a line for each datagram, and no other lines" \
    "Listening 13 0 60000 3 65507 65507 6 4 4 4 3 6" \
    "$(sed 's/^Received \([0-9]*\) bytes .*/\1/; s/^\(Listening\) .*/\1/' log |
        xargs)"

limit=3
hint='recvfrom() waits for ever: there is no connection to be refused'
check "A client without a server waits (until it is ended, status 124)" 124 \
    "$(status_of ./client -p "$port")"
: >errors
finish
