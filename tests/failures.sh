#!/bin/sh
# Every call that can fail is made to fail. What fails is reported, and what
# only disturbs loses no byte (see calls.c).
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build bad_server "$project/tests/bad_server.c"
build_test_programs

while read -r mode printed words; do
    start_server ./bad_server "$mode"
    expect "The client reports a bad server ($mode)" \
        "1 [${printed#none}] client: $words" ./client -p "$port" Message
    stop_server
done <<'END'
half Mes server closed the connection
more none server sent back too many bytes
other none server sent back other bytes
reset none failed to receive data: reason
END

start_server
while IFS='|' read -r call words arguments printed; do
    # shellcheck disable=SC2086
    expect "A call that fails is reported: $call, $arguments" \
        "1 [$printed] ${arguments%% *}: failed to $words: reason" \
        env FAIL="$call" ./test_$arguments
done <<END
socket|create socket|server
setsockopt|set SO_REUSEADDR|server
bind|bind socket|server -p 65535
listen|listen for connections|server -a 127.0.0.1 -p 0
getsockname|get address|server -a 127.0.0.1 -p 0
socket|create socket|client
connect|connect to server|client -p 65535
send|send data|client -p $port
recv|receive data|client -p $port
read|read input|client -p $port -
shutdown|shutdown connection|client -p $port|Hello, world!
close|close connection|client -p $port|Hello, world!
fclose|write output|client -p $port|Hello, world!
END
end_server

while IFS='|' read -r call words; do
    start_test_server FAIL="$call"
    client >out
    end_server
    check "The server reports a call that fails for a client: $call" \
        "server: failed to $words 127.0.0.1:PORT: reason, Accepted" \
        "$(reasons server.errors | sed 's/1:[0-9]*:/1:PORT:/'), $(
            sed -n -e 's/^\(Accepted\) .*/\1/p' -e /Closed/p log)"
done <<'END'
recv|receive data from
send|send data to
shutdown|shutdown connection with
close|close connection with
END
start_test_server FAIL=shutdown ERROR=ENOTCONN
expect "It is no failure if the other side has closed first" \
    "0 [Hello, world!] " env FAIL=shutdown ERROR=ENOTCONN \
    ./test_client -p "$port"
stop_server

random in 20000
start_test_server PART=1
expect "No byte is lost when calls do only a part" "0 [] " env PART=1 \
    sh -c "./test_client -p $port - <in | cmp - in"
stop_server
for call in accept recv send read; do
    start_test_server FAIL=$call ERROR=EINTR TIMES=1
    expect "A call that was interrupted is made again: $call" "0 [] " \
        env FAIL=$call ERROR=EINTR TIMES=1 \
        sh -c "./test_client -p $port - <in | cmp - in"
    stop_server
done

start_test_server FAIL=accept ERROR=ECONNABORTED TIMES=20
is_served "Clients that have left the queue cost no time"
stop_server
start_test_server FAIL=accept ERROR=EMFILE
wait_until grep -q failed server.errors
sleep 1
end_server
check "A failure of accept() that lasts is reported, but not all the time" \
    "server: failed to accept connection: reason, at most 20 times" \
    "$(reasons server.errors | uniq), $(
        [ "$(wc -l <server.errors)" -gt 20 ] || echo at most 20 times)"

start_test_server FAIL=fork ERROR=EAGAIN TIMES=1 TRACE=forks
check "A fork() that fails costs one client only" "1 Hello, world!" \
    "$(client >out; echo $?) $(client)"
child=$(sed -n 's/^server fork() = \([1-9]\)/\1/p' forks)
wait_until sh -c "! kill -s 0 $child 2>errors"
check "A process that has served leaves no zombie" gone \
    "$(kill -s 0 "$child" 2>errors || echo gone)"
end_server
check "It is reported" "server: failed to create process: reason" \
    "$(reasons server.errors)"
finish
