#!/bin/sh
# Each client is served at once, whatever the others do.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
random 20MB 20000000
random 600kB 600000

# Each process may use a second of processor time. One that waits in a loop has
# used it up, and has been ended for it, before the last line is typed.
start_server sh -c 'ulimit -t 1; exec ./server -a 127.0.0.1 -p 0'
start_conversation sh -c "ulimit -t 1; exec ./client -p $port -"
sleep 5.2 &
idle=$!

# These clients have nothing to send. Their input ends with descriptor 7.
mkfifo input
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    exec ./limited "$limit" ./client -p "$port" - <input >out 2>client.errors &
    pids="$pids $!"
done
exec 7>input
# shellcheck disable=SC2317
have_been_accepted() { [ "$(grep -c Accepted log)" -eq 21 ]; }
wait_until have_been_accepted
check "A client is accepted before it sends anything" 21 \
    "$(grep -c Accepted log)"
is_served "Idle clients keep no other waiting"
exec 7>&-
# shellcheck disable=SC2086
wait $pids
pids=

wait $idle
check "An idle client is not thrown out, and costs no processor time" hello \
    "$(type_line hello)"
# From now on, nobody reads what this client prints.
exec ./limited "$limit" cat 20MB >&5 2>cat.errors &
pids=$!
./limited "$limit" dd bs=1 count=1 <&6 >out 2>errors
is_served "A client that has stopped reading keeps no other waiting"
kill -s HUP "$client_pid"
end_conversation
wait "$pids"
pids=
is_served "A client that was killed in the middle harms no other"
end_server

# The log goes through a pipe, whose reader waits until the pipe is full. Then
# the processes that print wait in the middle of what they print.
mkfifo pipe
start_server sh -c '{ head -n 1; sleep 0.5; cat; } <pipe &
    exec ./server -a 127.0.0.1 -p 0 >pipe'
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 \
    21 22 23 24 25 26 27 28 29 30; do
    { cat 600kB; echo $i; } >"in.$i"
    exec ./limited "$limit" ./client -p "$port" - \
        <"in.$i" >"out.$i" 2>"errors.$i" &
    pids="$pids $!"
done
# shellcheck disable=SC2086
wait $pids
pids=
check "30 clients at once get their own bytes each" "" "$(cat errors.*
    for file in in.*; do cmp "$file" "out${file#in}" 2>&1; done)"
stop_server
check "The log has every line of the 30 clients, and each line is whole" 60 \
    "$(grep -c -e Accepted -e Closed log)$(grep -v \
        -e '^[LAC][a-z]* [on ]*127[0-9.]*:[0-9]*$' \
        -e '^Received [0-9]* bytes from 127[0-9.]*:[0-9]*: [ -~]*$' log)"

start_server sh -c 'ulimit -n 16; exec ./server -a 127.0.0.1 -p 0'
expect "16 descriptors are enough for 30 clients, one after the other" \
    "0 [30] " sh -c "i=0
        while [ \$i -lt 30 ] && [ \"\$(./client -p $port \$i)\" = \$i ]; do
            i=\$((i + 1))
        done; echo \$i"
stop_server
finish
