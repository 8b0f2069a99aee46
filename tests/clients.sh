#!/bin/sh
# Each client is served at once, whatever the others do.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
random 20MB 20000000

# Each may use a second of processor time: one that waits in a loop has used it
# up, and has been ended for it, before the last line is typed.
start_server sh -c 'ulimit -t 1; exec ./server -a 127.0.0.1 -p 0'
sit_down sh -c "ulimit -t 1; exec ./client -p $port -"
sleep 2
check "Idle programs use no processor time" hello "$(type_line hello)"
is_served "An idle client keeps no other waiting"
# From now on nobody reads what this client prints.
exec ./limited 60 cat 20MB >&5 2>cat.errors &
pids=$!
./limited "$limit" dd bs=1 count=1 <&6 >out 2>errors
is_served "A client that has stopped reading keeps no other waiting"
kill -s HUP "$client_pid"
get_up
wait "$pids"
pids=
is_served "A client that was killed in the middle harms no other"
end_server

start_server
for i in 0 1 2 3 4 5 6 7 8 9 a b c d e f g h i j k l m n o p q r s t; do
    random "in.$i" 100000
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

start_server sh -c 'ulimit -n 16; ulimit -s 64; exec ./server -a 127.0.0.1 -p 0'
expect "16 descriptors and a small stack are enough for 30 clients" "0 [30] " \
    sh -c "ulimit -s 64; i=0
        while [ \$i -lt 30 ] && [ \"\$(./client -p $port \$i)\" = \$i ]; do
            i=\$((i + 1))
        done; echo \$i"
stop_server
finish
