#!/bin/sh
# What the files of checks share. What hello.sh uses comes first.
# V=1 prints each check. LIMIT is how many seconds a client may take.

# start_server [COMMAND...]: waits until it listens on $port. Its log is ./log.
start_server() {
    [ $# -gt 0 ] || set -- ./server -a 127.0.0.1 -p 0
    # The log of an earlier server must not be taken for that of this one.
    : >log
    exec ./limited 60 "$@" >>log 2>server.errors &
    server_pid=$!
    wait_until grep -q 'Listening on .*:[0-9]*$' log
    port=$(sed -n '1s/.*://p' log)
    [ -n "$port" ] || hangs "The server says within 10 s where it listens"
}
# stop_server: keeps what the server has said on standard error, for finish.
# end_server is for a server that was right to complain.
stop_server() {
    end_server
    cat server.errors >>complaints
}
end_server() {
    kill "$server_pid" 2>errors
    wait "$server_pid" 2>errors
    [ $? -ne 124 ] || hangs "Each process of the server ends with its client"
    server_pid=
}
# client [ARGUMENT...]: connects to the server.
client() { ./limited "$limit" ./client -p "$port" "$@" 2>errors; }
# check SENTENCE EXPECTED GOT. The third failure, or a hang, ends the file.
check() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
        [ -z "${V:-}" ] || printf 'ok - %s\n' "$1"
        return
    fi
    failed=$((failed + 1))
    # Five words find the line. The others may have come out of a variable.
    words=$(echo "$1" | cut -d' ' -f1-5)
    line=$(grep -nF "\"$words" "$script" | sed 's/:.*//; q')
    printf 'not ok - %s (%s, line %s)\n' "$1" "${script#"$project"/}" "$line"
    printf '    %-9s %.400s\n' expected: "$2" got: "$3"
    for file in errors client.errors server.errors; do
        [ ! -s $file ] || uniq -c $file | sed "s/^/    $file:/; 5q"
    done
    ! grep -q 'hangs: ended after' ./*errors || exit 3
    [ $failed -lt 3 ] || exit 1
}
finish() {
    check "The servers have nothing to complain of" "" "$(cat complaints)"
    finished=yes
    exit
}

# What follows is for the other files.
# expect SENTENCE OUTCOME COMMAND...: "STATUS [OUTPUT] ERRORS".
expect() {
    sentence=$1 outcome=$2
    shift 2
    printed=$(./limited "$limit" "$@" 2>errors)
    check "$sentence" "$outcome" "$? [$printed] $(reasons errors)"
}
# reasons FILE: its lines, with "reason" for words that depend on the system.
reasons() { sed '/not permitted$/!s/: [A-Z][^:]*$/: reason/' "$1"; }
# echoed FILE: says "same" if the client's output is its input.
echoed() { client - <"$1" >out && cmp "$1" out && cat errors && echo same; }
is_served() { check "$1" "Hello, world!" "$(client)"; }
random() { dd if=/dev/urandom of="$1" bs="$2" count=1 2>errors; }
# wait_until COMMAND...: until the command succeeds, 10 seconds at the most.
wait_until() {
    tries=100
    until "$@" || [ $tries -eq 0 ]; do
        sleep 0.1
        tries=$((tries - 1))
    done 2>errors
}
hangs() { check "$1" yes no; exit 3; }

# sit_down [COMMAND...]: a client that is being served; descriptor 5 is its
# keyboard, 6 its screen. type_line LINE prints the line that comes back. get_up
# ends the input; the file left has the client's status and its errors.
sit_down() {
    [ $# -gt 0 ] || set -- ./client -p "$port" -
    mkfifo keyboard screen
    exec ./limited 60 "$@" <keyboard >screen 2>client.errors &
    client_pid=$!
    exec 5>keyboard 6<screen
    rm keyboard screen
    type_line hello >out
    [ -s out ] || hangs "A line that is typed comes back at once"
}
type_line() {
    printf '%s\n' "$1" >&5
    ./limited "$limit" sed q <&6 2>errors
}
get_up() {
    exec 5>&-
    ./limited "$limit" cat <&6 >out 2>errors
    exec 6<&-
    wait "$client_pid" 2>errors
    printf '%s %s' $? "$(reasons client.errors)" >left
    client_pid=
}
# build NAME ARGUMENT...: compiles. Each of the variables may hold words.
build() {
    # shellcheck disable=SC2086
    ${CC:-cc} ${CFLAGS:-} ${LDFLAGS:-} -o "$@" || exit 1
}
# Makes ./test_server and ./test_client, which calls.c can disturb.
build_test_programs() {
    calls=
    for call in accept bind close connect fclose fcntl fork getsockname listen \
        poll read recv send setsockopt shutdown socket; do
        calls="$calls -D$call=test_$call"
    done
    for side in 0/server 51/client; do
        # A fortified header would lead past the stand-ins.
        # shellcheck disable=SC2086
        build object.o -U_FORTIFY_SOURCE $calls -c "$project/${side#*/}.c"
        build "test_${side#*/}" -DCOLUMN="${side%/*}" object.o \
            "$project/tests/calls.c"
    done
}
# start_test_server SETTING...: for instance FAIL=recv (see calls.c).
start_test_server() { start_server env "$@" ./test_server -a 127.0.0.1 -p 0; }

clean_up() {
    status=$?
    trap '' HUP INT TERM
    # shellcheck disable=SC2086
    kill -s HUP $server_pid $client_pid $pids 2>errors
    wait
    cd / && rm -rf "$dir"
    if [ -z "$finished" ]; then
        echo "$name: stopped early, the checks that follow have been left out"
        failed=$((failed > 0 ? failed : 1))
    fi
    [ "$passed$failed" = 00 ] || echo "$name: $passed passed, $failed failed"
    # For run.sh, which adds them up.
    { echo "$passed $failed" >&3; } 2>/dev/null
    exit $((status == 3 ? 3 : failed > 0))
}

export LC_ALL=C
unset TRACE FAIL INTERRUPT FAULT
script=$(cd "$(dirname "$0")" && pwd)/$(basename "$0") || exit 1
project=${script%/*/*} name=$(basename "$0" .sh)
limit=${LIMIT:-15}
passed=0 failed=0 finished='' server_pid='' client_pid='' pids=''
dir=$(mktemp -d) && cd "$dir" && dir=$(pwd) || exit 1
trap clean_up EXIT
trap 'exit 1' HUP INT TERM
# A write to a client that has gone must not end the script.
trap '' PIPE
exec </dev/null
# A log without an end must not fill the disk: 100 MB are the most.
ulimit -f 200000
: >complaints
(cd "$project" && MAKEFLAGS='' make -s server client) || exit 1
ln -s "$project/server" "$project/client" .
build limited "$project/tests/limited.c"
