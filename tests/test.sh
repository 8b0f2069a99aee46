#!/bin/sh
# test.sh - starts the server, runs the client, and checks what they print. It
# ends at the first check that fails. Run it by: make test

# The order matters: each part uses what those before it have left.
main() {
    set_up
    one_message
    any_bytes
    two_clients
    restart
    wrong_usage
    clean_up
    echo "$passed passed, 0 failed"
}

# check SENTENCE EXPECTED GOT
check() {
    if [ "$2" != "$3" ]; then
        printf 'not ok - %s\n  expected: %.999s\n  got:      %.999s\n' "$@"
        echo '  The server says:'
        tail -n 4 log | cut -c 1-99
        echo "$passed passed, 1 failed"
        clean_up
        exit 1
    fi
    echo "ok - $1"
    passed=$((passed + 1))
}

one_message() {
    port=$((10000 + $$ % 5000))
    start_server
    while grep -q 'in use' log; do
        port=$((port + 1)) # Another program has this port.
        start_server
    done
    check 'The server says that it listens' "Listening on port $port" \
        "$(cat log)"

    echo 'Hello, world!' >message
    run_client message
    check 'The client prints the echo' '0 Hello, world!' \
        "$? $(cat output errors)" # $? is the client's exit status.

    child=$(grep serves log | cut -d ' ' -f 2)
    wait_until has_ended "$child"
    check 'The process that served the client ends, and is no zombie' 0 $?
    check 'The server says what happens' "Listening on port $port
Process $child serves 127.0.0.1:PORT
Process $child received 14 bytes: Hello, world!.
Process $child closed the connection" "$(sed 's/:[0-9]*$/:PORT/' log)"
    child='' # It has ended: another process may get its number.
}

any_bytes() {
    printf 'a\033[1m\000\177\200 ~%090d' 0 >bytes # The last 90 are digits.
    run_client bytes
    check '100 bytes that are not only text come back' '0 same' \
        "$? $(cat errors; cmp bytes output 2>&1 && echo same)"

    wait_until grep -q '100 bytes' log
    check 'The server prints 60 of them, and dots for those that are not text' \
        "a.[1m... ~$(printf %050d 0)" "$(sed -n 's/.* 100 bytes: //p' log)"

    dd if=/dev/urandom bs=1000 count=20000 of=many 2>/dev/null &&
        run_client many
    check '20 MB come back' '0 same' \
        "$? $(cat errors; cmp many output 2>&1 && echo same)"
}

two_clients() {
    touch pause
    first_user | ../../client 127.0.0.1 "$port" >screen 2>&1 &
    client=$!
    wait_until test -s screen
    check 'A line comes back before the next one is typed' one "$(cat screen)"
    child=$(grep serves log | tail -n 1 | cut -d ' ' -f 2)

    run_client message
    check 'Meanwhile, another client is served' '0 Hello, world!' \
        "$? $(cat output errors)"

    ../../server 127.0.0.1 "$port" >output 2>errors &
    finish $!
    check 'A second server cannot have the same port' '1 server: bind' \
        "$? $(cut -d : -f 1,2 errors)"
}

# The user types a line, and the next one when the file "pause" has gone.
first_user() {
    echo one
    while test -e pause; do sleep 0.1; done
    echo two
}

# The server ends, and starts again; its child still serves the first client.
restart() {
    kill "$server"
    finish "$server"
    run_client message
    check 'A client without a server says so' \
        '1 client: connect: Connection refused' "$? $(cat errors)"

    start_server
    run_client message
    check 'The server can start again at once' '0 Hello, world!' \
        "$? $(cat output errors)"

    kill "$child"
    rm pause
    finish "$client"
    check 'A client whose server has gone says so' '1 one
client: REASON' "$? $(sed 's/client: .*/client: REASON/' screen)"
    client='' child=''
}

wrong_usage() {
    for program in server client; do
        for arguments in localhost '127.0.0.1 0' '127.0.0.1 65536' \
            '127.0.0.1 80x' '127.0.0.1 80 x'; do
            # shellcheck disable=SC2086
            ../../$program $arguments >output 2>errors &
            finish $!
            check "This is wrong usage: $program $arguments" \
                "2 usage: $program [IPv4-address [port]]" "$? $(cat errors)"
        done
    done
}

# What the server prints goes into a new file "log", because a child of an older
# server may still print into the old one.
start_server() {
    rm -f log
    ../../server 127.0.0.1 "$port" >log 2>&1 &
    server=$!
    wait_until grep -q -e Listening -e 'in use' log
}

# run_client FILE: sends it, through a pipe. Returns the client's status.
run_client() {
    cat <"$1" | ../../client 127.0.0.1 "$port" >output 2>errors &
    finish $!
}

# finish PROCESS: waits for its end, or kills it. Returns its status.
finish() {
    if ! wait_until has_ended "$1"; then
        kill -s KILL "$1"
        echo 'It hung.' >>errors
    fi
    wait "$1" 2>/dev/null
}

# has_ended PROCESS: signal 0 only asks whether the process is there.
has_ended() { ! kill -s 0 "$1" 2>/dev/null; }

# wait_until COMMAND...: repeats it until it succeeds, for 20 seconds or so.
wait_until() {
    tries=200
    until "$@"; do
        [ $tries -gt 0 ] || return 1
        sleep 0.1
        tries=$((tries - 1))
    done
}

# All files are in a folder of their own.
set_up() {
    passed=0 server='' client='' child='' directory=''
    trap 'clean_up; exit 1' HUP INT PIPE QUIT TERM
    directory=$(mktemp -d "$PWD/tests/run.XXXXXX") && cd "$directory" || exit 1
    ulimit -f 50000 # 25 MB or more: a program that prints forever is ended.
}

clean_up() {
    trap '' HUP INT PIPE QUIT TERM
    exec 2>/dev/null
    for process in $server $client $child $!; do
        [ "$process" = 0 ] || kill -s KILL "$process" # $! can be 0 at first.
    done
    rm -f pause # This ends first_user.
    wait
    cd / && rm -rf "$directory"
}

main
