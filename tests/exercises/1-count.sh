#!/bin/sh
# make exercise1: the server counts what each client sends.
# shellcheck source=tests/exercises/lib.sh
. "$(dirname "$0")/lib.sh"
compiles_quietly
# ends CLIENTS: waits for the ends of so many clients, and stops the server. It
# prints the last lines about each client, without the addresses.
ends() {
    wait_until has_closed "$1"
    stop_server
    sed -n -e '/^Counted/p' -e 's/^\(Closed\) .*/\1/p' log | xargs
}
# shellcheck disable=SC2317
has_closed() { [ "$(grep -c ^Closed log)" -ge "$1" ]; }

start_server
client >out
ends 1 >got
hint='print this line to stdout in serve_client(), directly before "Closed"'
check "The 13 bytes of 'Hello, world!' are counted" "Counted 13 bytes Closed" \
    "$(cat got)"

start_server
printf 'one\ntwo\n' | client - >out
client "" >out
ends 2 >got
hint='begin to count at 0 for each client, and print 0, too'
check "Each client has a number of its own" \
    "Counted 8 bytes Closed Counted 0 bytes Closed" "$(cat got)"

start_server
start_conversation
type_line two >out
end_conversation
ends 1 >got
hint='add up what each recv() has brought'
check "The bytes of two lines are added up" "Counted 10 bytes Closed" \
    "$(cat got)"

build_test_programs
start_test_server FAIL=recv ERROR=EINTR TIMES=1
client >out
ends 1 >got
hint='add only what recv() has brought: -1 is no number of bytes'
check "An interrupted recv() does not count" "Counted 13 bytes Closed" \
    "$(cat got)"
start_test_server FAIL=recv
client >out
end_server
hint='print it after the last failure that is possible: see where "Closed" is'
check "After an error, there is neither line" "" \
    "$(grep -e '^Counted' -e '^Closed' log)"
start_test_server FAIL=close
client >out
end_server
hint='print it after close(), as "Closed" is'
check "There is neither line if close() fails" "" \
    "$(grep -e '^Counted 13' -e '^Closed' log)"

[ "$failed" -eq 0 ] || finish
echo "Now the client sends 5,000,000,001 bytes. This takes half a minute or so."
limit=300
start_server
{ dd if=/dev/zero bs=1000000 count=5000 2>dd.errors; printf x; } |
    client - >/dev/null
ends 1 >got
hint='an int is too small, and a float is not exact enough'
check "A large number is right, too" "Counted 5000000001 bytes Closed" \
    "$(cat got)"
finish
