#!/bin/sh
# The client takes no wrong echo for a right one, and waits for no late one.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build bad_server "$project/tests/bad_server.c"

while read -r fault printed words; do
    start_server ./bad_server "$fault" 0
    expect "a server that sends $fault is reported" "1 [$printed] client: $words" \
        ./client -p "$port" Message
    stop_server
done <<'END'
half Mes failed to receive data: server closed the connection
extra Message! server sent more than it was sent
END

numbers 2700000 >in
start_server ./bad_server pieces 0
limit=10
check "an echo in small pieces is right, and soon here" same "$(echoed in)"
limit=${LIMIT:-60}
stop_server
