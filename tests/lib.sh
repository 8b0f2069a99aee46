# shellcheck shell=sh
# What the files of checks share. What hello.sh needs comes first.
# V=1 prints each check. LIMIT is how many seconds a client may take.

# start_server [COMMAND...]: starts a server, and waits until it listens. Its
# port is in $port, and its log in the file log.
start_server() {
    [ $# -gt 0 ] || set -- ./server -a 127.0.0.1 -p 0
    # What an earlier server has printed must not be taken for that of this one.
    : >log
    : >server.errors
    # With exec, $! is the number of ./limited, and not that of another shell.
    exec ./limited $((limit * 4)) "$@" >>log 2>>server.errors &
    server_pid=$!
    wait_until has_started
    port=$(sed -n '1s/^Listening on .*://p' log)
    [ -n "$port" ] || give_up "The server says where it listens" "$(cat log)"
}
has_started() { [ -s server.errors ] || grep -q '^Listening .*:[0-9]*$' log; }
# client [ARGUMENT...]: connects to this server.
client() { ./limited "$limit" ./client -p "$port" "$@" 2>errors; }
# stop_server: waits for all of its processes. finish looks at their complaints.
stop_server() {
    end_server
    cat server.errors >>complaints
}
# check SENTENCE EXPECTED GOT. After three failures, the file ends.
check() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1)) hint=
        [ -z "${V:-}" ] || printf 'ok - %s\n' "$1"
        return
    fi
    failed=$((failed + 1))
    printf 'not ok - %s\n    %-9s %.400s\n    %-9s %.400s\n' \
        "$1" expected: "$2" got: "$3"
    [ -z "$hint" ] || printf '    hint:     %s\n' "$hint"
    hint=
    # What the programs have said explains the failure.
    for file in errors client.errors server.errors; do
        [ ! -s $file ] || sed -e "s/^/    $file: /" -e 5q $file
    done
    ! grep -q 'hangs: ended after' errors client.errors server.errors || exit 3
    [ $failed -lt 3 ] || exit 1
}
# finish: the last line of each file.
finish() {
    check "The servers have nothing to complain of" "" "$(cat complaints)"
    finished=yes
    exit
}

# What follows is for the other files.

# end_server: like stop_server, for a server that was right to complain.
end_server() {
    kill "$server_pid" 2>errors
    wait "$server_pid" 2>errors
    [ $? -ne 124 ] || give_up "The server's processes end with their clients" no
    server_pid=
}
# expect SENTENCE OUTCOME COMMAND...: the outcome is "STATUS [OUTPUT] ERRORS".
expect() {
    sentence=$1 outcome=$2
    shift 2
    printed=$(./limited "$limit" "$@" 2>errors)
    check "$sentence" "$outcome" "$? [$printed] $(reasons errors)"
}
# reasons FILE: its lines, with "reason" for the words of the C library, which
# differ between systems.
reasons() { sed 's/: [A-Z][^:]*$/: reason/' "$1"; }
# echoed FILE: "same" if the client prints what it reads.
echoed() { client - <"$1" >out && cmp "$1" out && cat errors && echo same; }
is_served() { check "$1" "Hello, world!" "$(client)"; }
# random FILE SIZE: makes a file of so many random bytes.
random() { dd if=/dev/urandom of="$1" bs="$2" count=1 2>dd.errors; }
# wait_until COMMAND...: until the command succeeds, or for 10 seconds.
wait_until() {
    tries=200
    until "$@" || [ $tries -eq 0 ]; do
        sleep 0.05
        tries=$((tries - 1))
    done
}
# give_up SENTENCE GOT: nothing that follows would make sense.
give_up() {
    check "$1" yes "$2"
    exit 3
}

# start_conversation [COMMAND...]: a client that reads descriptor 5 like a
# keyboard, and prints to descriptor 6 like a screen. type_line LINE prints the
# echo of the line. end_conversation ends the input. Then the file left has the
# client's status, and what it has complained of.
start_conversation() {
    [ $# -gt 0 ] || set -- ./client -p "$port" -
    mkfifo keyboard screen
    exec ./limited $((limit * 4)) "$@" <keyboard >screen 2>client.errors &
    client_pid=$!
    exec 5>keyboard 6<screen
    rm keyboard screen
    echo=$(type_line hello)
    [ "$echo" = hello ] || give_up "A line comes back at once" "$echo"
}
type_line() {
    printf '%s\n' "$1" >&5
    ./limited "$limit" head -n 1 <&6 2>errors
}
end_conversation() {
    exec 5>&-
    ./limited "$limit" cat <&6 >out 2>errors
    exec 6<&-
    wait "$client_pid" 2>errors
    printf '%s %s' $? "$(reasons client.errors)" >left
    client_pid=
}

# build NAME FILE...: compiles. $COMPILE and $LDLIBS hold words (see Makefile).
build() {
    # shellcheck disable=SC2086
    ${COMPILE:-cc} -o "$@" ${LDLIBS:-} || exit 1
}
# build_test_programs: makes test_server and test_client, with calls.c between
# each program and the system. A fortified header would lead past calls.c.
build_test_programs() {
    calls=
    for call in accept bind close connect fclose fork getsockname listen poll \
        read recv send setsockopt shutdown socket; do
        calls="$calls -D$call=test_$call"
    done
    for side in server client; do
        # shellcheck disable=SC2086
        build $side.o -U_FORTIFY_SOURCE $calls -c "$project/$side.c"
        build test_$side -DPROCESS="\"$side\"" $side.o "$project/tests/calls.c"
    done
}
# start_test_server SETTING...: for instance FAIL=recv (see calls.c).
start_test_server() { start_server env "$@" ./test_server -a 127.0.0.1 -p 0; }

clean_up() {
    status=$?
    trap '' HUP INT TERM
    # SIGHUP lets ./limited end its command with all of its processes.
    # shellcheck disable=SC2086
    kill -s HUP $server_pid $client_pid $pids 2>errors
    wait
    cd / && rm -rf "$dir"
    if [ -z "$finished" ]; then
        echo "$(basename "$0") ends here: the checks that follow are left out"
        failed=$((failed > 0 ? failed : 1))
    fi
    echo "$passed passed, $failed failed"
    exit $((status == 3 ? 3 : failed > 0))
}

export LC_ALL=C
unset CDPATH TRACE FAIL ERROR TIMES PART
project=$(cd "$(dirname "$0")" && pwd) || exit 1
project=${project%/tests*} project=${project%/.ci}
limit=${LIMIT:-15}
passed=0 failed=0 hint='' finished='' server_pid='' client_pid='' pids=''
dir=$(mktemp -d) && cd "$dir" && dir=$(pwd) || exit 1
trap clean_up EXIT
trap 'exit 1' HUP INT TERM
# A write to a client that has gone must not end the script.
trap '' PIPE
exec </dev/null
# A log without an end must not fill the disk: 100 MB are the most.
ulimit -f 200000
touch errors client.errors server.errors complaints
(cd "$project" && MAKEFLAGS='' make -s server client) || exit 1
ln -s "$project/server" "$project/client" .
build limited "$project/tests/limited.c"
if ! ./limited 10 true; then
    echo "No program can be run in $dir: set TMPDIR to another directory"
    exit 3
fi
