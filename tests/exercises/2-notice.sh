#!/bin/sh
# make exercise2: a client that waits for input notices the server's end.
# shellcheck source=tests/exercises/lib.sh
. "$(dirname "$0")/lib.sh"
compiles_quietly
build bad_server "$project/tests/bad_server.c"
build_test_programs
limit=4

# The first client has typed a line when its server ends, the second has not.
start_server
start_conversation
kill -s HUP "$server_pid"
wait "$server_pid"
server_pid=
# The screen ends when the client ends. Nothing is typed until then.
ended=$(./limited "$limit" cat <&6 2>errors && echo yes)
: >errors
end_conversation
hint='poll() before each read(): both descriptors, POLLIN, no limit of time'
check "A client that waits for input ends at once when its server ends" yes \
    "${ended:-no}"
hint='print the same line as for recv() = 0, to stderr, and exit(1)'
check "It says so, and reports a failure" "1 server closed the connection" \
    "$(sed 's/^\([0-9]*\) client: .*\(server closed\)/\1 \2/' left)"
: >client.errors
start_server
mkfifo nothing
exec ./limited "$limit" ./client -p "$port" - <nothing >out 2>client.errors &
client_pid=$!
exec 7>nothing
# shellcheck disable=SC2317
has_accepted() { grep -q Accepted log; }
wait_until has_accepted
kill -s HUP "$server_pid"
wait "$server_pid"
server_pid=
wait "$client_pid"
status=$?
client_pid=
exec 7>&-
hint='poll() before the first read(), too'
check "So does a client that has not sent anything" 1 $status
: >client.errors

start_server
hint='a pipe can report its end by POLLHUP, without POLLIN'
expect "The end of a pipe ends the client" "0 [] " \
    sh -c ": | ./client -p $port -"
hint='POLLHUP can come with POLLIN: call read(), which returns 0 at the end'
expect "What comes through a pipe comes back" "0 [hello] " \
    sh -c "echo hello | ./client -p $port -"
hint='a file can always be read, at its end as well'
echo hello >in
check "So does a file" same "$(echoed in)"
hint='poll() returns -1 after a signal, with EINTR in errno: call it again'
expect "An interrupted poll() is no failure" "0 [hello] " \
    env FAIL=poll ERROR=EINTR TIMES=1 sh -c "./test_client -p $port - <in"
stop_server

# The client is stopped. Then its input ends, and so does its server.
start_server ./bad_server close
mkfifo input
# shellcheck disable=SC2016
exec ./limited "$limit" sh -c 'echo $$ >pid; exec ./client -p '"$port"' -' \
    <input >out 2>client.errors &
pids=$!
exec 7>input
wait_until [ -s pid ]
kill -s STOP "$(cat pid)"
echo hello >&7
exec 7>&-
kill -s CONT "$(cat pid)"
wait "$pids"
status=$?
pids=
hint='look at the input first: its end is no failure, and can be POLLHUP'
check "A server that ends after the whole echo is no failure" "0 hello" \
    "$status $(cat out client.errors)"
hint='look at the input first: its end is no failure, and can be POLLHUP'
expect "This is so every time" "10 [] " sh -c "i=0
    while [ \$i -lt 10 ] && printf x | ./client -p $port - >out; do
        i=\$((i + 1))
    done; exit \$i"
stop_server

start_server
start_conversation env TRACE=trace ./test_client -p "$port" -
sleep 2
hint='poll() has to wait: its last argument is -1, and events is POLLIN'
check "Two seconds of waiting take one call of poll(), not many" "hello yes" \
    "$(type_line hello) $([ "$(grep -c poll trace)" -lt 9 ] && echo yes)"
end_conversation
stop_server

the_rest_holds
finish
