#!/bin/sh
# test.sh - starts the server, runs the client, and checks what they print. It
# ends after the first check that fails. Run it by: make test
# First come the functions; the checks begin at "One message".

# check SENTENCE EXPECTED GOT
check() {
    if [ "$2" != "$3" ]; then
        printf 'not ok - %s\n  expected: %.999s\n  got:      %.999s\n' "$@"
        echo "  the server says:"
        tail -n 9 log
        echo "$passed passed, 1 failed"
        exit 1
    fi
    echo "ok - $1"
    passed=$((passed + 1))
}

# run COMMAND...: prints its status, its output, and its errors, such as:
# 0 [Hello, world!]
run() {
    ./limited "$@" >output 2>errors
    echo "$? [$(cat output)] $(cat errors)"
}

client() { ./limited ./client 127.0.0.1 $port; }
# comes_back FILE: succeeds if the echo of the file is the same as the file.
comes_back() { client <"$1" >output && cmp "$1" output; }

# wait_until COMMAND...: repeats the command until it succeeds, for at most half
# a minute or so.
wait_until() {
    tries=300
    until "$@" || [ $tries -eq 0 ]; do
        sleep 0.1
        tries=$((tries - 1))
    done
}

# start_server PROGRAM: what it prints goes into a new file, because a child of
# an older server may still print into the old one.
start_server() {
    rm -f log
    ./limited -g "$1" 127.0.0.1 $port >log 2>&1 &
    server=$!
    servers="$servers $server"
    wait_until test -s log
}

# stop_server: by SIGINT, as Ctrl-C does. Its children are not ended. The result
# is the server's status.
stop_server() {
    kill -s INT "$server" 2>errors
    wait "$server" 2>errors
}

serving_process() { sed -n 's/^Process \(.*\) serves.*/\1/p' log; }
is_gone() { ! kill -s 0 "$1" 2>errors; }
has_failed_twice() { [ "$(grep -c permitted log)" -ge 2 ]; }

clean_up() {
    trap '' HUP INT TERM
    # The minus stands for the process group: a server and all its children.
    for pid in $servers; do
        kill -s KILL -- "-$pid" 2>errors
    done
    # What was just started has no group yet, and may not be in $servers.
    kill -s KILL "$!" "$client" 2>errors
    cd / && rm -rf "$directory"
}

unset CDPATH FAIL
export LC_ALL=C
servers='' client='' passed=0 port=$((10000 + $$ % 5000))
project=$(cd "$(dirname "$0")/.." && pwd) || exit 1
directory=$(mktemp -d "${TMPDIR:-/tmp}/echo.XXXXXX") || exit 1
cd "$directory" || exit 1
trap clean_up EXIT
trap 'exit 1' HUP INT TERM
ln -s "$project/server" "$project/client" .
compile=${COMPILE:-cc}
$compile -o limited "$project/tests/limited.c" || exit 1

# In copies of both programs, bind() becomes worst_bind(), and so on.
calls='socket|setsockopt|bind|listen|accept|fork'
calls="$calls|connect|read|send|recv|shutdown"
for program in server client; do
    sed -E "s/($calls)\(/worst_&/" "$project/$program.c" |
        cat "$project/tests/worst_case.c" - >worst_$program.c
    $compile -o worst_$program worst_$program.c || exit 1
done

# One message. If another program has the port, the next one is tried.
start_server ./server
while grep -q 'in use' log; do
    port=$((port + 1))
    start_server ./server
done
check "The server says that it listens" "Listening on port $port" "$(cat log)"
echo 'Hello, world!' >hello
check "The client prints the echo" "0 [Hello, world!] " \
    "$(run ./client 127.0.0.1 $port <hello)"
wait_until grep -q closed log
child=$(serving_process)
check "The server says what happens" "Listening on port $port
Process $child serves 127.0.0.1:PORT
Process $child received 14 bytes: Hello, world!.
Process $child closed the connection" "$(sed 's/1:[0-9]*$/1:PORT/' log)"
wait_until is_gone "$child"
check "A process that has served a client is no zombie" yes \
    "$(is_gone "$child" && echo yes)"
stop_server
check "The server goes on until SIGINT (2) ends it" $((128 + 2)) $?

# Any bytes, few or many.
start_server ./server
printf 'a\033[1m\000\177\200 ~%090d' 0 >bytes
check "100 bytes that are not only text come back" yes \
    "$(comes_back bytes && echo yes)"
wait_until grep -q '100 bytes' log
check "The server prints 60 of them, and dots for those that are not text" \
    "received 100 bytes: a.[1m... ~$(printf %050d 0)" \
    "$(sed -n 's/.*received 100/received 100/p' log)"
dd if=/dev/urandom bs=1000 count=20000 of=many 2>errors
check "20 MB come back" yes "$(comes_back many && echo yes)"
stop_server

# A client that stays connected. Its user types one line, and another one when
# the file "connected" has been removed.
start_server ./server
touch connected
{ echo one; wait_until test ! -e connected; echo two; } |
    ./limited ./client 127.0.0.1 $port >screen 2>reason &
client=$!
wait_until test -s screen
check "A line comes back before the next one is typed" one "$(cat screen)"
child=$(serving_process)
served=0
while [ $served -lt 30 ] && comes_back hello; do
    served=$((served + 1))
done
check "Meanwhile, the server serves 30 others" "30 one" \
    "$served $(cat screen)"
check "A second server cannot have the same port" yes \
    "$(run ./server 127.0.0.1 $port | grep -q 'in use' && echo yes)"

# The server ends, and starts again, while a child still serves that client.
stop_server
check "A client without a server says so" \
    "1 [] client: connect: Connection refused" "$(run ./client 127.0.0.1 $port)"
start_server ./server
check "The server can start again at once" yes \
    "$(comes_back hello && echo yes)"
stop_server
kill -s KILL "$child"
rm connected
wait "$client"
check "A client whose server has gone says so" "1 one client" \
    "$? $(cat screen) $(cut -d : -f 1 reason)"
client=''

# Standard output (1) is open for reading only, so that nothing can be printed.
# Large output fails in fwrite(), small output in fflush().
./limited -g ./server 127.0.0.1 $port 1<hello 2>log &
server=$!
servers="$servers $server"
wait_until comes_back hello 2>errors
check "A server that cannot print serves its clients" yes \
    "$(comes_back many && echo yes)"
dd if=many bs=4096 count=1 of=part 2>errors
for file in hello part; do
    client <$file 1<hello 2>errors
    check "A client that cannot print says so: $file" \
        "1 client: stdout: Bad file descriptor" "$? $(cat errors)"
done
stop_server

# Calls are interrupted, or do only a part: see worst_case.c.
start_server ./worst_server
./limited ./worst_client 127.0.0.1 $port <bytes >output 2>errors
check "No byte is lost" "0 same" \
    "$? $(cat errors; cmp bytes output && echo same)"
wait_until grep -q closed log
check "No interrupted call is reported as an error" "" "$(grep ^server log)"
check "The server prints the client's address and port" 255.255.255.255:4711 \
    "$(sed -n 's/.*serves //p' log)"
printf 'What\000?' >question
check "A client notices that other bytes come back" \
    "1 [] client: server sent back other bytes" \
    "$(run ./client 127.0.0.1 $port <question)"
stop_server

# Calls fail.
export FAIL
for FAIL in socket setsockopt listen; do
    check "The server reports that this call has failed: $FAIL" \
        "1 [] server: $FAIL: Operation not permitted" \
        "$(run ./worst_server 127.0.0.1 $port)"
done
for FAIL in fork recv send shutdown; do
    start_server ./worst_server
    client <hello >output 2>errors
    wait_until grep -q -e closed -e fork log
    stop_server
    check "The server goes on when this call has failed: $FAIL" \
        "130 server: $FAIL: Operation not permitted" "$? $(grep ^server log)"
done
FAIL=accept
start_server ./worst_server
wait_until has_failed_twice
stop_server
check "The server goes on when this call has failed: accept" \
    "130 server: accept: Operation not permitted" "$? $(sed 1d log | uniq)"
check "It waits before it tries again" yes \
    "$([ "$(wc -l <log)" -lt 99 ] && echo yes)"
FAIL=send
start_server ./worst_server
printf x >one
check "A client that gets no echo says so" \
    "1 [] client: server closed the connection" \
    "$(run ./client 127.0.0.1 $port <one)"
stop_server
start_server ./server
for FAIL in socket read send recv shutdown; do
    ./limited ./worst_client 127.0.0.1 $port <hello >output 2>errors
    check "The client reports that this call has failed: $FAIL" \
        "1 client: $FAIL: Operation not permitted" "$? $(cat errors)"
done
stop_server

# Arguments. Before bind() or connect() fails, it prints what it was given.
uses() {
    used=$1 program=$2
    shift 2
    check "The address and the port are $used: $program $*" \
        "1 [] $used $program: $FAIL: Operation not permitted" \
        "$(run "./worst_$program" "$@")"
}
FAIL=bind
uses 0.0.0.0:3000 server
uses 192.0.2.1:3000 server 192.0.2.1
uses 192.0.2.1:1 server 192.0.2.1 1
FAIL=connect
uses 127.0.0.1:3000 client
uses 192.0.2.1:3000 client 192.0.2.1
uses 192.0.2.1:1 client 192.0.2.1 1
for program in server client; do
    for arguments in localhost '127.0.0.1 0' '127.0.0.1 -1' '127.0.0.1 65536' \
        '127.0.0.1 80x' '127.0.0.1 3000 more'; do
        # shellcheck disable=SC2086
        check "This is wrong usage: $program $arguments" \
            "2 [] usage: $program [IPv4-address [port]]" \
            "$(run ./$program $arguments)"
    done
done
echo "$passed passed, 0 failed"
