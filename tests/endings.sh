#!/bin/sh
# Whichever side ends first, the other one notices, and says so.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build bad_server "$project/tests/bad_server.c"

# press_ctrl_c: ends the server as its terminal would do it.
press_ctrl_c() {
    kill -s INT "$server_pid"
    wait "$server_pid"
    check "Ctrl-C ends the server and all of its processes" 130 $?
    server_pid=
}
start_server
start_conversation
press_ctrl_c
end_conversation
expect "A client without a server says so" \
    "1 [] client: failed to connect to server: reason" ./client -p "$port"
old_port=$port
start_server ./server -a 127.0.0.1 -p "$port"
check "The port can be used again at once" "$old_port Hello, world!" \
    "$port $(client)"
start_conversation
./limited "$limit" ./server -a 127.0.0.1 -p "$port" >out 2>errors
check "A second server on the same port says so" "1 server: reason" \
    "$? $(reasons errors | sed 's/: failed to [bl][a-z ]*: reason/: reason/')"
press_ctrl_c
type_line again >out 2>errors
end_conversation
check "A client notices with the next line that its server has gone" \
    "1 client: reason" \
    "$(sed 's/: server closed the connection$/: reason/' left |
        sed 's/: failed to [a-z]* data: reason$/: reason/')"

start_server
# Descriptor 8 is a pipe whose reader has gone.
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
exec 8>&-
stop_server

start_server ./bad_server close
printf %s 'Hello, world!' >in
for run in 1 2 3 4 5 6 7 8 9 10; do
    echo=$(client)
    echo="$echo $?"
    input=$(client - <in)
    echo "$run: $echo $input $?"
done >out
check "It is no failure if the server closes after the whole echo" 10 \
    "$(grep -c ': Hello, world! 0 Hello, world! 0$' out)"
stop_server
start_server ./bad_server slow
is_served "A client waits for an echo that comes late"
stop_server
finish
