#!/bin/sh
# Whichever side ends first, the other one notices, and says so.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build_test_programs

start_server
sit_down
kill -- "-$server_pid"
stop_server
wait "$client_pid"
check "a client that waits for input notices that its server has gone" \
    "1 client: failed to receive data: server closed the connection" \
    "$? $(cat client.errors)"
get_up
for gone in "$port" 0; do
    expect "a client without a server says so (port $gone)" \
        "1 [] client: failed to connect to server: reason" ./client -p "$gone"
done
start_server ./server -a 127.0.0.1 -p "$port"
check "the port can be used again at once" "Hello, world!" "$(client)"
expect "a server whose port is in use says so" \
    "1 [] server: failed to bind socket: reason" \
    ./server -a 127.0.0.1 -p "$port"
sit_down
kill "$server_pid"
wait "$server_pid" 2>/dev/null
start_server ./server -a 127.0.0.1 -p "$port"
check "a client outlives the listening process, while another takes the port" \
    "I am here" "$(type_line "I am here")"
get_up
check "and is served to its end" "0 " "$(cat left)"
expect "a server may close first, after the whole echo" "0 [Hello, world!] " \
    env FAULT=gone ./test_client -p "$port"
for message in - "" Hello; do
    [ -c /dev/full ] || continue
    expect "a client whose output cannot be written says so ('$message')" \
        "1 [] client: failed to write output: reason" \
        sh -c "echo | ./client -p $port '$message' >/dev/full"
done
# A pipe whose reader has gone.
mkfifo pipe
: <pipe &
exec 8>pipe
wait $!
client >&8
check "so does a client whose reader has gone" \
    "1 client: failed to write output: reason" "$? $(reasons errors)"
stop_server
limited "$limit" ./server -a 127.0.0.1 -p 0 >&8 2>errors
check "so does such a server" "1 server: failed to print address: reason" \
    "$? $(reasons errors)"
start_server env FAULT=gone ./test_server -a 127.0.0.1 -p 0
client >out
stop_server
check "a client may close first: it is closed" 1 "$(grep -c Closed log)"
