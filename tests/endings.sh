#!/bin/sh
# Whichever side ends first, the other one notices, and says so.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build_test_programs

start_server
sit_down
kill -s HUP "$server_pid"
stop_server
./limited "$limit" cat <&6 >out 2>errors
get_up
check "A client that waits for input notices that its server has gone" \
    "1 client: failed to receive data: server closed the connection" \
    "$(cat left)"
expect "A client without a server says so" \
    "1 [] client: failed to connect to server: reason" ./client -p "$port"
old_port=$port
start_server ./server -a 127.0.0.1 -p "$port"
check "The port can be used again at once" "$old_port Hello, world!" \
    "$port $(client)"

# A pipe whose reader has gone.
mkfifo pipe
: <pipe &
exec 8>pipe
wait $!
for message in Hello ""; do
    client "$message" >&8
    check "A client whose output cannot be written says so ('$message')" \
        "1 client: failed to write output: reason" "$? $(reasons errors)"
done
./limited "$limit" ./server -a 127.0.0.1 -p 0 >&8 2>errors
check "A server that cannot tell where it listens says so" \
    "1 server: failed to print address: reason" "$? $(reasons errors)"
stop_server

# Bad servers: half an echo, a byte too many, or pieces that come late.
while read -r fault printed words; do
    start_test_server FAULT="$fault"
    expect "The client reports a bad server (FAULT=$fault)" \
        "1 [$printed] client: $words" ./client -p "$port" Message
    stop_server
done <<'END'
half Mes failed to receive data: server closed the connection
extra !Message server sent back more than it received
END
random in 30000000
start_test_server FAULT=pieces FAIL=TCP_NODELAY
check "An echo that comes late and in small pieces is right, and soon here" \
    same "$(echoed in)"
stop_server
finish
