#!/bin/sh
# make exercise3: the client ends its sending, and goes on receiving.
# shellcheck source=tests/exercises/lib.sh
. "$(dirname "$0")/lib.sh"
compiles_quietly
build bad_server "$project/tests/bad_server.c"
build_test_programs
random in 100000
limit=5
# traced PROCESS: its calls, from the first send() or recv() on.
traced() {
    grep "^$1 " trace | grep -v setsockopt | sed -n '/ [sr]e[a-z]*(/,$p' |
        sed -e 's/^[a-z]* //' -e 's/(.*) *\(SHUT_[A-Z]*\).*/ \1/' -e 's/(.*//' |
        xargs
}
# exchange_traced ARGUMENT...: one client, whose calls are in the file trace.
exchange_traced() {
    : >trace
    start_test_server TRACE=trace
    TRACE=trace ./limited "$limit" ./test_client -p "$port" "$@" >out 2>errors
    status=$?
    stop_server
}

# This server sends nothing before it has seen the end of the data.
start_server ./bad_server late
hint='call shutdown() with SHUT_WR after the last send(), before recv() waits'
expect "A message comes back from a server that answers at the end" \
    "0 [Hello, world!] " ./client -p "$port"
hint='end the sending of an empty message, too'
expect "So does an empty message" "0 [] " ./client -p "$port" ""
stop_server

exchange_traced
hint='one shutdown(), none in main() any more; then receive until 0'
check "The client calls shutdown() once, and then receives until the end" \
    "send shutdown SHUT_WR recv recv close" "$(traced client)"
hint='server.c is not to be changed'
check "The server has not changed" "recv send recv shutdown SHUT_RDWR close" \
    "$(traced child)"
printf hello >hello
exchange_traced - <hello
hint='call shutdown() when read() returns 0, not earlier; receive until 0'
check "For standard input, it calls shutdown() after the end of the input" \
    "send recv shutdown SHUT_WR recv close" "$(traced client)"

message=$(dd if=/dev/zero bs=100000 count=1 2>errors | tr '\0' x)
exchange_traced "$message"
hint='a long message has several pieces: shutdown() comes after the last'
check "A message of many pieces comes back as a whole" \
    "0 [$message]" "$status [$(cat out)]"
PART=1 exchange_traced "Hello, world!"
hint='send() may take only a part: shutdown() comes after the last part'
check "So does a message that send() takes in parts" "0 [Hello, world!] 1" \
    "$status [$(cat out)] $(grep -c 'client shutdown' trace)"
hint='call shutdown() as soon as the last part is sent, before its recv()'
check "The last send() is followed by shutdown()" "send shutdown" \
    "$(traced client | grep -o 'send shutdown')"

start_server
check "Standard input of many pieces comes back as a whole" same \
    "$(echoed in)"
stop_server
start_server ./bad_server half
hint='receive_echo() has to report the end, as before'
check "An echo that is not complete is a failure" "1 server closed" \
    "$(status_of ./client -p "$port") $(grep -o 'server closed' errors)"
stop_server

start_server ./bad_server later
hint='after the echo, recv() has to return 0: a byte more is a failure'
check "A byte that comes after the whole echo is a failure" 1 \
    "$(status_of ./client -p "$port")"
stop_server

the_rest_holds
finish
