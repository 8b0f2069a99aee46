#!/bin/sh
# What fails is reported: each call, with the system's words, and a bad server.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build_test_programs
build bad_server "$project/tests/bad_server.c"
start_server
while IFS='|' read -r call words arguments printed; do
    # shellcheck disable=SC2086
    expect "a $call that fails is reported" \
        "1 [$printed] ${arguments%% *}: failed to $words: eio" \
        env FAIL="$call" PORT=0 ./test_$arguments
done <<END
socket|create socket|server
SO_REUSEADDR|set SO_REUSEADDR|server
bind|bind socket|server -p 65535
listen|listen for connections|server
getsockname|get address|server
socket|create socket|client
connect|connect to server|client -p 1
fcntl|make socket nonblocking|client -p $port
poll|wait for data|client -p $port
send|send data|client -p $port
recv|receive data|client -p $port
read|read input|client -p $port -
shutdown|shutdown connection|client -p $port|Hello, world!
close|close connection|client -p $port|Hello, world!
fclose|write output|client -p $port|Hello, world!
END
end_server
while IFS='|' read -r call words; do
    start_server env FAIL="$call" ./test_server -a 127.0.0.1 -p 0
    client >out
    end_server
    check "if a client's $call fails, the server names it" \
        "server: failed to $words 127.0.0.1:PORT: eio" \
        "$(reasons server.errors | sed 's/1:[0-9]*:/1:PORT:/')"
done <<'END'
recv|receive data from
send|send data to
shutdown|shutdown connection with
close|close connection with
END
start_server env FAIL=TCP_NODELAY ./test_server -a 127.0.0.1 -p 0
check "without TCP_NODELAY, there is an echo all the same" "Hello, world!" \
    "$(client)"
stop_server

while read -r fault printed words; do
    start_server ./bad_server "$fault" 0
    expect "a server that sends $fault is reported" \
        "1 [$printed] client: $words" ./client -p "$port" Message
    stop_server
done <<'END'
half Mes failed to receive data: server closed the connection
extra Message! server sent more than it was sent
END
numbers 2700000 >in
start_server ./bad_server pieces 0
limit=10
check "an echo in small pieces is right, and soon here" same "$(echoed in)"
stop_server
