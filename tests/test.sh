#!/bin/sh
# make test: what the server and the client promise, one check for each promise.
# CC, CFLAGS and LDFLAGS, as in the Makefile, build what the checks need besides.

project=$PWD
dir=${TMPDIR:-/tmp}/echo-test.$$
passed=0
failed=0
groups=

export LC_ALL=C
umask 077
mkdir "$dir" && cd "$dir" || exit 1
dir=$PWD
unset TRACE PORT FAIL FAULT
exec </dev/null
finish() {
    status=$?
    for group in $groups; do
        kill -s KILL -- "-$group" 2>/dev/null
    done
    rm -rf "$dir"
    printf '%s passed, %s failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ] || status=1
    exit "$status"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
# A write to a client that has gone must not end this script.
trap '' PIPE

# check SENTENCE EXPECTED GOT. After five failures, more would not tell more.
check() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
        printf 'ok %s - %s\n' $((passed + failed)) "$1"
    else
        failed=$((failed + 1))
        printf 'not ok %s - %s\nexpected: %s\ngot:      %s\n' \
            $((passed + failed)) "$1" "$2" "$3"
        [ "$failed" -lt 5 ] || exit 1
    fi
}

# serve COMMAND...: starts a server and waits until it listens, on $port. Its log
# comes through a FIFO, which ends when the last of its processes has ended.
serve() {
    mkfifo fifo
    limited 30 "$@" >fifo 2>server.errors &
    server_pid=$!
    groups="$groups $server_pid"
    exec 3<fifo
    rm fifo
    : >log
    until grep -q '^Listening' log; do
        if ! IFS= read -r line <&3; then
            check "the server listens" yes "no: $(cat server.errors)"
            exit 1
        fi
        printf '%s\n' "$line" >>log
    done
    port=${line##*:}
    limited 30 cat <&3 >>log &
    log_pid=$!
    groups="$groups $log_pid"
    exec 3<&-
}

# stop [KILL'S ARGUMENT...]: ends the server and waits for the end of its log.
stop() {
    kill "${@:-$server_pid}" 2>/dev/null
    wait "$server_pid" 2>/dev/null
    if [ -n "$log_pid" ] && ! wait "$log_pid" 2>/dev/null; then
        check "each process of the server ends with its client" yes no
        exit 1
    fi
    groups=
}

client() {
    limited 5 "$program" -p "$port" "$@"
}

# expect SENTENCE OUTCOME COMMAND...: the outcome is the status, the output, and
# the errors without the system's reason, which is not the same on each system.
expect() {
    sentence=$1
    outcome=$2
    shift 2
    printed=$(limited 5 "$@" 2>errors </dev/null)
    check "$sentence" "$outcome" \
        "$? [$printed] $(sed 's/: [A-Z][^:]*$//' errors)"
}

# echoed FILE: says "same" if the client's output is its input.
echoed() {
    client - <"$1" >out && cmp "$1" out && echo same
}

# sit_down: a client whose keyboard is descriptor 5 and whose screen is 6, and
# that is being served. type_line LINE prints the line that comes back.
sit_down() {
    mkfifo keyboard screen
    limited 5 ./client -p "$port" - <keyboard >screen 2>client.errors &
    client_pid=$!
    groups="$groups $client_pid"
    exec 5>keyboard 6<screen
    rm keyboard screen
    type_line hello >out
}

type_line() {
    printf '%s\n' "$1" >&5
    IFS= read -r line <&6
    printf '%s\n' "$line"
}

# get_up: ends the input; $left has the client's status and its errors.
get_up() {
    exec 5>&-
    wait "$client_pid" 2>/dev/null
    left="$? $(cat client.errors)"
    exec 6<&-
}

# build NAME ARGUMENT...
build() {
    # Each of the variables may hold several words.
    # shellcheck disable=SC2086
    ${CC:-cc} ${CFLAGS:-} ${LDFLAGS:-} -o "$@" || exit 1
}

# limited SECONDS COMMAND... ends a command that hangs; test_server and
# test_client do what calls.h says.
build limited "$project/tests/limited.c"
for program in ./server ./client; do
    ln -s "$project/$program" .
    build "test_${program#./}" -include "$project/tests/calls.h" \
        "$project/$program.c"
done
PATH=$dir:$PATH

# The whole idea: start the server, run the client, compare.

serve ./server -a 127.0.0.1 -p 0
check "the client prints the echo of its message" \
    "Hello, world!" "$(client "Hello, world!")"
stop

# The documented sequences. calls.h adds each call to the server's log and to the
# client's errors: process, descriptor, call, detail; its PORT is for port 3000.

serve env TRACE=1 PORT=0 ./test_server
TRACE=2 PORT=$port limited 5 ./test_client >out 2>trace
stop
address=$(awk '$3 == "accept" { print $4 }' log)
client_fd=$(awk '$3 == "recv" { print $2; exit }' log)
sed "s/$address/CLIENT/; s/^$server_pid /parent /; s/^[0-9][0-9]* /child /
    s/^\([a-z]*\) $client_fd /\1 client_fd /; s/^\([a-z]*\) [0-9]* /\1 fd /
    " log >calls

check "the server calls the notes' calls in their order" "socket
SO_REUSEADDR 1
bind 0.0.0.0:3000
listen SOMAXCONN
accept CLIENT" "$(sed -n 's/^parent fd //p' calls)"

check "it calls them for each client, too, and logs what it has done" \
    "Accepted CLIENT
TCP_NODELAY 1
recv 65536
send 13
Received 13 bytes from CLIENT: Hello, world!
recv 65536
shutdown SHUT_RDWR
close
Closed CLIENT" "$(sed -n 's/^child client_fd //p; /^[ACR]/p' calls)"
check "each of its processes closes what only the other one needs" \
    "child fd close
parent client_fd close" "$(grep -e 'child fd' -e 'parent client_fd' calls | sort)"
check "the client calls the notes' calls in their order" "socket
connect 127.0.0.1:3000
send 13
recv 65536
shutdown SHUT_RDWR
close" "$(sed 's/^[0-9]* [0-9]* //' trace)"

# Exchanges.

awk 'BEGIN { for (i = 0; i < 2700000; i++) print i }' >numbers
dd if=numbers of=20MB bs=1000000 count=20 2>/dev/null

# first BYTES: makes a file of so many bytes.
first() {
    dd if=20MB of=in bs="$1" count=1 2>/dev/null
}

serve ./server -a 127.0.0.1 -p 0
check "the server listens where -a says" "Listening on 127.0.0.1:$port" \
    "$(cat log)"
check "the client connects where -a and -p say" 127.0.0.9:65535 \
    "$(TRACE=1 limited 5 ./test_client -a 127.0.0.9 -p 65535 2>errors |
        sed -n 's/.* connect //p')"
expect "a client without a message has one" "0 [Hello, world!] " \
    ./client -p "$port"
check "a message may be empty" "
." "$(client "" && echo .)"
check "it may start with a dash" -p "$(client -- -p)"
first 100000
check "it may have 100,000 bytes" same \
    "$(client "$(cat in)" >out && echo >>in && cmp in out && echo same)"
: >in
check "standard input may be empty" same "$(echoed in)"
printf 'one\ntwo' >in
check "it may end without a newline" same "$(echoed in)"
awk 'BEGIN { for (i = 0; i < 256; i++) printf "\\0%o\n", i }' |
    while read -r byte; do printf %b "$byte"; done >in
check "it may hold every byte value" "256 same" "$(($(wc -c <in))) $(echoed in)"
for size in 1 65535 65536 65537 131071 131072 131073; do
    first $size
    check "it may have $size bytes" same "$(echoed in)"
done
check "it may have 20 MB" same "$(echoed 20MB)"

sit_down
check "a line that is typed comes back before the next one" "one two three" \
    "$(type_line one) $(type_line two) $(type_line three)"
get_up
check "the end of the input ends the client" "0 " "$left"

# Many clients.

sit_down
check "an idle client does not keep the next one waiting" \
    "Hello, world!" "$(client)"
limited 10 cat 20MB >&5 &
IFS= read -r line <&6
check "nor does one that has stopped reading" "Hello, world!" "$(client)"
kill -s KILL "$client_pid"
get_up
check "nor does one that was killed in the middle" "Hello, world!" "$(client)"

clients=
i=0
while [ $i -lt 50 ]; do
    dd if=20MB of=in.$i bs=10000 skip=$i count=10 2>/dev/null
    limited 10 ./client -p "$port" - <in.$i >out.$i &
    clients="$clients $!"
    i=$((i + 1))
done
groups="$groups $clients"
for client_pid in $clients; do
    wait "$client_pid"
done
check "50 clients at once get their own bytes each" "" \
    "$(for i in in.*; do cmp "$i" "out.${i#in.}" 2>&1; done)"
stop
check "every line of the log is whole" "" "$(grep -v \
    -e '^[LAC][a-z]* [on ]*127\.0\.0\.1:[0-9]*$' \
    -e '^Received [0-9]* bytes from 127\.0\.0\.1:[0-9]*: [ -~]*$' log)"

serve sh -c 'ulimit -n 32; exec ./server -a 127.0.0.1 -p 0'
i=0
while [ $i -lt 300 ] && [ "$(client $i)" = $i ]; do
    i=$((i + 1))
done
check "32 descriptors are enough for 300 clients, one after another" 300 $i
# The last of the processes may not have ended yet.
for _ in 1 2 3; do
    family=$(ps -A -o pid= -o ppid= |
        awk -v p="$server_pid" '$1 == p || $2 == p' | wc -l)
    [ $((family)) -eq 1 ] || sleep 1
done
check "no zombie is left of them, only the listening process" 1 $((family))
stop

# Ends.

serve ./server -a 127.0.0.1 -p 0
sit_down
stop -s INT -- "-$server_pid"
wait "$client_pid"
check "a client that waits for input notices that its server has gone" \
    "1 client: failed to receive data: server closed the connection" \
    "$? $(cat client.errors)"
exec 5>&- 6<&-
expect "a client without a server says so" \
    "1 [] client: failed to connect to server" ./client -p "$port"
serve ./server -a 127.0.0.1 -p "$port"
check "the port can be used again at once" "Hello, world!" "$(client)"
expect "a server whose port is in use says so" \
    "1 [] server: failed to bind socket" ./server -a 127.0.0.1 -p "$port"
sit_down
kill "$server_pid"
wait "$server_pid" 2>/dev/null
serve ./server -a 127.0.0.1 -p "$port"
check "a client outlives the listening process, while another takes the port" \
    "I am here" "$(type_line "I am here")"
get_up
check "and is served to its end" "0 " "$left"

# RUN | WORDS: what a shell makes of RUN ends with status 1 and these words. It
# takes the exec, so that limited ends the program, and not a shell before it.
while IFS='|' read -r run words; do
    case $run in *full) [ -c /dev/full ] || continue ;; esac
    expect "$run" "1 [] $words" sh -c "$run"
done <<END
exec ./client -p $port >/dev/full|client: failed to write output
exec ./client -p $port "" >/dev/full|client: failed to write output
exec ./server -a 127.0.0.1 -p 0 >/dev/full|server: failed to print address
END
mkfifo pipe
: <pipe &
client - <20MB >pipe 2>errors
check "nobody reads the client's output" "1 client: failed to write output" \
    "$? $(sed 's/: [A-Z][^:]*$//' errors)"
stop

# What the server shows of a message.

serve ./server -a 127.0.0.1 -p 0
sixty=1234567890123456789012345678901234567890123456789012345678.~
for message in "$sixty" "$sixty." "$(printf '\033[1m \177\200\377')" ""; do
    client "$message" >out
done
stop
check "a message is shown up to 60 bytes, and nothing but printable ASCII" \
    "60 bytes from $sixty
61 bytes from $sixty...
8 bytes from .[1m ..." \
    "$(sed -n 's/Received \(.* from \)[^ ]*: /\1/p' log | sort)"

# Usage. PROGRAMS | BAD VALUE | ARGUMENTS: the value has to be named.

while IFS='|' read -r programs value arguments; do
    for name in $programs; do
        printed=$(eval "limited 5 ./$name $arguments" 2>errors </dev/null)
        check "$name $arguments is bad usage" "2 [] names $value
then usage" "$? [$printed] $(sed "1s/.*$value'*\$/names $value/
            2s/^usage: $name \[.*/then usage/" errors)"
    done
done <<END
server client|x|-x
server client|a|-a
server client|p|-p
server client|''|-p ''
server client|3000x|-p 3000x
server client|65536|-p 65536
server client|+1|-p +1
server client| 1|-p ' 1'
server client|99999999999999999999|-p 99999999999999999999
server client|localhost|-a localhost
server client|1.2.3|-a 1.2.3
server client|256.0.0.1|-a 256.0.0.1
server client|::1|-a ::1
server|word|word
client|two|one two
END
expect "server -h prints the usage line" \
    "0 [usage: server [-a address] [-p port]] " ./server -h
expect "client -h prints the usage line" \
    "0 [usage: client [-a address] [-p port] [message]] " ./client -h

# Faults: calls that fail, short reads and writes, servers that do not echo.

serve ./server -a 127.0.0.1 -p 0
# The ports here include the lowest and the highest that there are.
while IFS='|' read -r name call argument printed words; do
    expect "a $name whose $call fails says so" \
        "1 [$printed] $name: failed to $words" \
        env FAIL="$call" PORT=0 "./test_$name" -p "$argument"
done <<END
server|socket|0||create socket
server|SO_REUSEADDR|0||set SO_REUSEADDR
server|bind|65535||bind socket
server|listen|0||listen for connections
server|getsockname|0||get address
client|socket|$port||create socket
client|connect|1||connect to server
client|fcntl|$port||make socket nonblocking
client|poll|$port||wait for data
client|send|$port||send data
client|recv|$port||receive data
client|shutdown|$port|Hello, world!|shutdown connection
client|close|$port|Hello, world!|close connection
END
expect "a client whose read fails says so" "1 [] client: failed to read input" \
    env FAIL=read ./test_client -p "$port" -
expect "a client finds no server on port 0" \
    "1 [] client: failed to connect to server" ./client -p 0
expect "but once every byte is back, the server may have closed" \
    "0 [Hello, world!] " env FAULT=gone ./test_client -p "$port"
stop

while read -r call words; do
    serve env FAIL="$call" ./test_server -a 127.0.0.1 -p 0
    client >out 2>&1
    stop
    check "a server whose $call fails names the client" \
        "server: failed to $words 127.0.0.1:" \
        "$(sed 's/[0-9]*: [^:]*$//' server.errors)"
done <<END
recv receive data from
send send data to
shutdown shutdown connection with
close close connection with
END

serve env FAIL=TCP_NODELAY ./test_server -a 127.0.0.1 -p 0
check "a server without TCP_NODELAY echoes all the same" \
    "Hello, world!" "$(client)"
kill "$log_pid"
wait "$log_pid" 2>/dev/null
log_pid=
check "so does one that cannot write its log" "Hello, world!" "$(client)"
stop

serve env FAULT=gone ./test_server -a 127.0.0.1 -p 0
client >out
stop
check "a client that is gone already has closed its connection" \
    "Closed [] " "$(sed -n 's/\(Closed\).*/\1/p' log) [$(cat server.errors)] "

first 300000
export FAULT
program=./test_client
FAULT=small
serve ./test_server -a 127.0.0.1 -p 0
check "no buffer is so small that both sides stand still" same "$(echoed in)"
stop
FAULT=short
serve ./test_server -a 127.0.0.1 -p 0
check "short reads and writes lose no byte, aborted connections no time" \
    same "$(echoed in)"
check "a fork() that fails costs one client" 1 "$(client >out 2>&1; echo $?)"
check "and no other" same "$(echoed in)"
stop
unset FAULT
program=./client
check "the server reports every call that failed" "9 1" \
    "$(grep -c '^server: failed to accept connection: ' server.errors) $(
        grep -c '^server: failed to create process: ' server.errors)"

serve sh -c 'ulimit -n 4; exec ./server -a 127.0.0.1 -p 0'
limited 1 ./client -p "$port" 2>errors &
wait $! 2>/dev/null
stop
check "without descriptors, the server tries again, but not at once" yes \
    "$(awk 'END { print (1 <= NR && NR <= 3) ? "yes" : NR }' server.errors)"

while read -r fault printed words; do
    serve env FAULT="$fault" ./test_server -a 127.0.0.1 -p 0
    expect "a client reports a server that sends $fault" \
        "1 [$printed] client: $words" ./client -p "$port" Message
    stop
done <<END
half Mes failed to receive data: server closed the connection
extra Message! server sent more than it was sent
END
serve env FAULT=pieces ./test_server -a 127.0.0.1 -p 0
check "an echo in small pieces comes back whole, and soon" same "$(echoed 20MB)"
stop
