#!/bin/sh
# make exercise4: both programs talk through a path in the file system (Linux).
# shellcheck source=tests/exercises/lib.sh
. "$(dirname "$0")/lib.sh"
compiles_quietly
random in 100000000
# The longest path that fits: sun_path has 108 bytes on Linux.
longest=$(printf '%0107d' 0 | tr 0 x)

# start_at PATH COMMAND...: like start_server, for a server that listens there.
start_at() {
    path=$1
    shift
    : >log
    : >server.errors
    exec ./limited $((limit * 4)) "$@" >>log 2>>server.errors &
    server_pid=$!
    wait_until grep -qx "Listening on $path" log
    hint='is -p a path, printed as given? Does it fit? unlink() before bind()?'
    grep -qx "Listening on $path" log ||
        give_up "The server prints 'Listening on $path' within 10 s" no
}

for run in first second; do
    start_at "$longest" ./server -p "$longest"
    hint='AF_UNIX, struct sockaddr_un and the rule of length in both programs'
    expect "A message comes back ($run start)" "0 [$run] " \
        ./client -p "$longest" "$run"
    check "100 MB come back ($run start)" same "$(port=$longest; echoed in)"
    hint='format getpid() in the child, not in the parent'
    check "The log names each client by the process that serves it" 2 \
        "$(grep -x 'Accepted [0-9]*' log | sort -u | grep -c .)"
    stop_server
    hint=
done
start_at ./echo ./server
hint='the default is ./echo in both programs'
expect "Without -p, both use ./echo" "0 [Hello, world!] " ./client
stop_server

expect "A client without a server says so" \
    "1 [] client: failed to connect to server: reason" ./client -p "$longest"
limit=5
for program in server client; do
    hint='is there room for the byte 0 at the end, too? The status is 2'
    check "A path of one byte more is wrong usage ($program)" 2 \
        "$(status_of ./$program -p "${longest}x")"
    hint='remove "a:" from the string that getopt() takes'
    check "There is no option -a any more ($program)" 2 \
        "$(status_of ./$program -a 127.0.0.1)"
done
hint='SO_REUSEADDR is for TCP. A path stays until unlink() removes it'
check "The server no longer calls setsockopt()" "" \
    "$(calls server | grep -o setsockopt)"
finish
