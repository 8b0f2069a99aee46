#!/bin/sh
# What fails is reported, and what disturbs loses no byte (see calls.c).
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build_test_programs

start_server
while IFS='|' read -r call words arguments printed; do
    # shellcheck disable=SC2086
    expect "A call that fails is reported: $call, $arguments" "1 [$printed] \
${arguments%% *}: failed to $words: Operation not permitted" \
        env FAIL="$call" ./test_$arguments
done <<END
socket|create socket|server
SO_REUSEADDR|set SO_REUSEADDR|server
bind|bind socket|server -p 65535
listen|listen for connections|server -p 0
getsockname|get address|server -p 0
socket|create socket|client
connect|connect to server|client -p 65535
fcntl|make socket nonblocking|client -p $port
poll|wait for data|client -p $port
send|send data|client -p $port
recv|receive data|client -p $port
read|read input|client -p $port -
shutdown|shutdown connection|client -p $port|Hello, world!
close|close connection|client -p $port|Hello, world!
fclose|write output|client -p $port|Hello, world!
END
expect "The client calls poll() again after an interrupt" \
    "0 [Hello, world!] " env INTERRUPT=poll ./test_client -p "$port"
end_server

while IFS='|' read -r call words; do
    start_test_server FAIL="$call"
    client >out
    end_server
    check "The server reports a call that fails for a client: $call" \
        "server: failed to $words 127.0.0.1:PORT: Operation not permitted" \
        "$(sed 's/1:[0-9]*:/1:PORT:/' server.errors)"
done <<'END'
recv|receive data from
send|send data to
shutdown|shutdown connection with
close|close connection with
END
start_test_server FAIL=shutdown FAULT=gone
expect "It is no failure if the other side has closed first" \
    "0 [Hello, world!] " env FAIL=shutdown FAULT=gone ./test_client -p "$port"
stop_server

random in 300000
# The fortified programs end when they leave a buffer, where the compiler and
# the C library see it. The others do half of what they could (FAULT=short).
for side in server client; do
    build fortified_$side -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 \
        "$project/$side.c" 2>errors
done
for kind in test fortified; do
    start_server env FAULT=short ./${kind}_server -a 127.0.0.1 -p 0
    expect "No byte is lost by the $kind programs" "0 [] " env FAULT=short \
        sh -c "./${kind}_client -p $port - <in | cmp - in"
    stop_server
done
for setting in FAIL=TCP_NODELAY INTERRUPT=accept INTERRUPT=recv INTERRUPT=send
do
    start_test_server $setting
    check "The echo is complete with $setting" same "$(echoed in)"
    stop_server
done

start_test_server FAULT=parent TRACE=forks
limit=6
check "Aborted connections cost no time, a failed fork() costs one client" \
    "1 Hello, world!" "$(client >out; echo $?) $(client)"
child=$(sed -n 's/^fork() = \([1-9]\)/\1/p' forks)
wait_until sh -c "! kill -s 0 $child"
check "A process that has served leaves no zombie" gone \
    "$(kill -s 0 "$child" 2>errors || echo gone)"
end_server
check "The server reports what has failed, and does not try again in a loop" \
    "server: failed to accept connection: reason
server: failed to create process: reason
at most 20" "$(reasons server.errors | uniq
    [ "$(wc -l <server.errors)" -gt 20 ] || echo at most 20)"
finish
