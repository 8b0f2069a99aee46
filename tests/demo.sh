#!/bin/sh
# make demo: a server on a free port, one client, and what both print. Fails if
# the echo is wrong.

umask 077
message='Hello, world!'
dir=${TMPDIR:-/tmp}/echo-demo.$$
server_pid=
mkdir "$dir" || exit 1
finish() {
    status=$?
    [ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null
    rm -rf "$dir"
    exit "$status"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

# A FIFO, so that read waits until there is a line or the server has failed.
mkfifo "$dir/log"
./server -a 127.0.0.1 -p 0 >"$dir/log" &
server_pid=$!
exec 3<"$dir/log"
IFS= read -r listening <&3 || exit 1
printf 'server: %s\n' "$listening"

echoed=$(./client -p "${listening##*:}" "$message")
status=$?
printf 'client: %s\n' "$echoed"

# The process that serves the client ends by itself; the log ends after it.
kill "$server_pid"
server_pid=
while IFS= read -r line <&3; do
    printf 'server: %s\n' "$line"
done

if [ "$status" -ne 0 ] || [ "$echoed" != "$message" ]; then
    echo 'demo: the echo is wrong' >&2
    exit 1
fi
