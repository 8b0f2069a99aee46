#!/bin/sh
# What the checks share. It builds the programs, and goes to a directory that is
# removed at the end. V=1 prints each check; LIMIT, in seconds, ends what hangs.

umask 077
export LC_ALL=C
unset TRACE PORT FAIL FAULT
name=$(basename "$0" .sh)
project=$(cd "$(dirname "$0")/.." && pwd) || exit 1
dir=${TMPDIR:-/tmp}/echo-$name.$$
limit=${LIMIT:-60}
program=./client passed=0 failed=0 pids=
finish() {
    [ $? -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
    trap '' HUP INT TERM
    # What has just been started may not lead its group yet.
    for pid in $pids $!; do
        kill -s KILL -- "-$pid"; kill -s KILL "$pid"
    done 2>/dev/null
    rm -rf "$dir"
    [ $passed$failed = 00 ] || echo "$name: $passed passed, $failed failed"
    [ "$failed" -eq 0 ] || echo "to run it alone: sh tests/$name.sh"
    exit $((failed > 0))
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
# A write to a client that has gone must not end the script.
trap '' PIPE
exec </dev/null

# build NAME ARGUMENT...: compiles. Each of the variables may hold words.
build() {
    # shellcheck disable=SC2086
    ${CC:-cc} ${CFLAGS:-} ${LDFLAGS:-} -o "$@" || exit 1
}
(cd "$project" && MAKEFLAGS='' make -s server client) || exit 1
mkdir "$dir" && cd "$dir" || exit 1
PATH=$dir:$PATH
ln -s "$project/server" "$project/client" .
build limited "$project/tests/limited.c"
# Makes ./test_server and ./test_client (see calls.c); $eio: EIO in words.
build_test_programs() {
    calls=
    for call in accept bind close connect fclose fcntl fork getsockname listen \
        poll read recv send setsockopt shutdown socket write; do
        calls="$calls -D$call=test_$call"
    done
    for side in server client; do
        # A fortified header would lead past the stand-ins.
        # shellcheck disable=SC2086
        build $side.o -U_FORTIFY_SOURCE $calls -c "$project/$side.c"
        build test_$side $side.o "$project/tests/calls.c"
    done
    printf '#include <%s.h>\n' errno stdio >eio.c
    echo 'int main(void) { errno = EIO; perror(NULL); return 0; }' >>eio.c
    build eio eio.c
    eio=$(./eio 2>&1)
}

# check SENTENCE EXPECTED GOT. After three failures, more would not tell more.
check() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
        [ -z "${V:-}" ] || printf 'ok - %s\n' "$1"
        return
    fi
    failed=$((failed + 1))
    printf 'not ok - %s\n' "$1"
    printf '%s\n' "$2" >expected && printf '%s\n' "$3" >got
    diff -u expected got | sed -n '3,40p'
    for file in errors client.errors server.errors; do
        [ ! -s $file ] || uniq -c $file | sed "s/^/$file:/; 10q"
    done
    [ "$failed" -lt 3 ] || exit 1
}
# start_server [COMMAND...]: waits until it listens, on $port. Its log comes by
# a FIFO, which ends when the last of its processes has ended.
start_server() {
    [ $# -gt 0 ] || set -- ./server -a 127.0.0.1 -p 0
    mkfifo fifo
    exec limited $((5 * limit)) "$@" >fifo 2>server.errors &
    server_pid=$! pids="$pids $!"
    exec 3<fifo
    rm fifo
    IFS= read -r line <&3 || { check "the server listens" yes no; exit 1; }
    printf '%s\n' "$line" >log
    port=${line##*:}
    exec limited $((5 * limit)) cat <&3 >>log &
    log_pid=$! pids="$pids $!"
    exec 3<&-
}
# Ends the listening process, and waits until the others have ended, too.
end_server() {
    kill "$server_pid" 2>/dev/null
    wait "$server_pid" 2>/dev/null
    if ! wait "$log_pid" 2>/dev/null; then
        check "each process of the server ends with its client" yes no
        exit 1
    fi
    pids=${client_pid:-}
}
stop_server() {
    end_server
    check "the server has nothing to complain of" "" "$(cat server.errors)"
}

client() { limited "$limit" "$program" -p "$port" "$@" 2>errors; }
# echoed FILE: says "same" if the client's output is its input.
echoed() {
    client - <"$1" >out && cmp "$1" out && [ ! -s errors ] && echo same
}
# reasons FILE: its lines, with eio or reason for the system's words.
reasons() { sed "s|: ${eio:-EIO}\$|: eio|; s/: [A-Z][^:]*\$/: reason/" "$1"; }
# expect SENTENCE OUTCOME COMMAND...: "STATUS [OUTPUT] ERRORS".
expect() {
    sentence=$1 outcome=$2
    shift 2
    printed=$(limited "$limit" "$@" 2>errors)
    check "$sentence" "$outcome" "$? [$printed] $(reasons errors)"
}

# sit_down [COMMAND...]: a client that is being served; descriptor 5 is its
# keyboard, 6 its screen. type_line LINE prints the line that comes back. get_up
# ends the input; the file left has the client's status and its errors.
sit_down() {
    [ $# -gt 0 ] || set -- ./client -p "$port" -
    mkfifo keyboard screen
    exec limited $((5 * limit)) "$@" <keyboard >screen 2>client.errors &
    client_pid=$! pids="$pids $!"
    exec 5>keyboard 6<screen
    rm keyboard screen
    type_line hello >out
}
type_line() {
    printf '%s\n' "$1" >&5
    IFS= read -r line <&6
    printf '%s\n' "$line"
}
get_up() {
    exec 5>&-
    wait "$client_pid" 2>/dev/null
    printf '%s %s' $? "$(reasons client.errors)" >left
    exec 6<&-
    client_pid=
}

numbers() { awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) print i }'; }
# wait_until COMMAND...: until it succeeds, or for as long as the limit.
wait_until() {
    tries=0
    until "$@" || [ $tries -eq "$limit" ]; do
        sleep 1 && tries=$((tries + 1))
    done
}
