#!/bin/sh
# Each client is served at once, whatever the others do.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build_test_programs

# Each may use a second of processor time: one that waits in a loop has used it
# up, and has been ended for it, before the last line is typed.
start_server sh -c 'ulimit -t 1; exec ./server -a 127.0.0.1 -p 0'
sit_down sh -c "ulimit -t 1; exec ./client -p $port -"
sleep 2
check "idle, the server and a client use no processor time" \
    "still there" "$(type_line "still there")"
numbers 2700000 >20MB
check "an idle client keeps no other waiting" "Hello, world!" "$(client)"
exec limited "$limit" cat 20MB >&5 &
IFS= read -r line <&6
check "nor does one that has stopped reading" "Hello, world!" "$(client)"
kill -s KILL "$client_pid"
get_up
check "nor does one that was killed in the middle" "Hello, world!" "$(client)"
end_server
check "and the server complains of no other" "" "$(reasons server.errors |
    grep -v '^server: failed to [a-z]* data [a-z]* 127.0.0.1:[0-9]*: reason$')"

start_server
kill -s STOP "$server_pid"
clients=
for i in $(numbers 50); do
    dd if=20MB of="in.$i" bs=10000 skip="$i" count=10 2>errors
    TRACE=trace exec limited "$limit" ./test_client -p "$port" - \
        <"in.$i" >"out.$i" 2>"errors.$i" &
    clients="$clients $!" pids="$pids $!"
done
connected() { [ "$(grep -c connect trace)" -eq 50 ]; }
wait_until connected
check "50 clients can connect before the server accepts one" 50 \
    "$(grep -c connect trace)"
FAULT=leave limited "$limit" ./test_client -p "$port"
kill -s CONT "$server_pid"
for pid in $clients; do
    wait "$pid"
done
check "then they get their own bytes each" "" "$(for i in $(numbers 50); do
    cmp "in.$i" "out.$i" 2>&1; done; cat errors.*)"
stop_server
check "each is closed, and one that has left without its echo" 51 \
    "$(grep -c Closed log)"
check "every line of the log is whole" "" "$(grep -v \
    -e '^[LAC][a-z]* [on ]*127\.0\.0\.1:[0-9]*$' \
    -e '^Received [0-9]* bytes from 127\.0\.0\.1:[0-9]*: [ -~]*$' log)"

start_server env FAULT=parent TRACE=parent ./test_server -a 127.0.0.1 -p 0
limit=5
check "aborted connections cost no time, a failed fork() costs one client" \
    "1 Hello, world!" "$(client >out; echo $?) $(client)"
limit=${LIMIT:-60}
child=$(awk '$3 == "recv" { print $1; exit }' parent)
has_ended() { ! kill -s 0 "$child" 2>/dev/null; }
wait_until has_ended
check "no zombie is left of a process that has served" yes \
    "$(has_ended && echo yes)"
end_server
check "what failed is reported" "9 server: failed to accept connection: reason
1 server: failed to create process: reason" \
    "$(reasons server.errors | uniq -c | sed 's/^ *//')"

start_server sh -c 'ulimit -n 32; ulimit -s 64; exec ./server -a 127.0.0.1 -p 0'
i=0
while [ $i -lt 300 ] && [ "$(client $i)" = $i ]; do
    i=$((i + 1))
done
check "32 descriptors, and a small stack, are enough for 300 clients" 300 $i
expect "a small stack is enough for the client" "0 [Hello, world!] " \
    sh -c "ulimit -s 64; exec ./client -p $port"
stop_server
start_server sh -c 'ulimit -n 4; exec ./server -a 127.0.0.1 -p 0'
exec limited "$limit" ./client -p "$port" >out 2>errors &
wait_until test -s server.errors
sleep 1
check "without descriptors, the server tries again, but not in a loop" yes \
    "$(awk 'END { print NR < 50 ? "yes" : NR }' server.errors)"
end_server
