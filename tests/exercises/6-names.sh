#!/bin/sh
# make exercise6: names, IPv4 and IPv6, with getaddrinfo() (Linux).
# shellcheck source=tests/exercises/lib.sh
. "$(dirname "$0")/lib.sh"
compiles_quietly
for program in server client; do
    hint='give what follows -a to getaddrinfo()'
    check "The program calls getaddrinfo() ($program)" getaddrinfo \
        "$(calls $program | grep -o getaddrinfo)"
done

# served SENTENCE SHOWN ADDRESS...: a server at the first address, and clients
# that ask for each of the others. SHOWN is how the log shows addresses.
served() {
    sentence=$1 shown=$2 at=$3
    shift 3
    hint='ask for every family, AF_UNSPEC, and give the text enough room'
    start_server ./server -a "$at" -p 0
    for address in "$@"; do
        hint='give what follows -a to getaddrinfo(), and try each result of it'
        check "$sentence (server -a $at, client -a $address)" "Hello, world!" \
            "$(client -a "$address")"
    done
    stop_server
    hint='getnameinfo(), NI_NUMERICHOST, brackets for IPv6, sockaddr_storage'
    check "The log shows $shown (server -a $at)" "Listening on $shown: \
Accepted $shown:" "$(sed -n 's/^\([LA].*:\)[0-9]*$/\1/p' log | uniq | xargs)"
}
served "An IPv4 address works" 127.0.0.1 127.0.0.1 127.0.0.1
served "A name works" 127.0.0.1 127.0.0.1 localhost
start_server ./server -a localhost -p 0
hint='the server takes the first address of the list'
check "The server takes a name" "Hello, world!" "$(client -a localhost)"
stop_server
start_server ./server -p 0
hint='use 0.0.0.0 where there is no -a, and not the result for NULL'
check "Without -a, the server listens on 0.0.0.0" \
    "Listening on 0.0.0.0:$port Hello, world!" "$(cat log) $(client)"
stop_server

if grep -q '^0*1 ' /proc/net/if_inet6 2>errors; then
    served "IPv6 works" '[::1]' ::1 ::1
    served "A mapped address works" '[::ffff:127.0.0.1]' ::ffff:127.0.0.1 \
        127.0.0.1
    start_server ./server -a ::1 -p 0
    hint='each address of the list is another place'
    expect "A server at ::1 is not at 127.0.0.1" \
        "1 [] client: failed to connect to server: reason" \
        ./client -a 127.0.0.1 -p "$port"
    stop_server
    if getent ahosts localhost | grep -q '^::1 '; then
        served "The client tries each address of localhost" '[::1]' ::1 \
            localhost
    else
        echo "Left out: a client for localhost at ::1 (see /etc/hosts)"
    fi
else
    echo "Left out: the checks of IPv6, which this machine does not have"
fi

for program in server client; do
    status=$(status_of ./$program -a no.such.name.invalid -p 3006)
    hint='print the text of gai_strerror(), not that of perror(); then exit(1)'
    check "A name that does not exist is an error ($program)" \
        "1 $program: failed to find address: reason" \
        "$status $(reasons errors
        grep -e Success -e Invalid -e Unknown errors)"
    hint='check the port as before, with strtol()'
    check "A wrong port is wrong usage, as before ($program)" 2 \
        "$(status_of ./$program -p 0x50)"
    hint='getaddrinfo() also takes names such as "http", and large numbers'
    check "So are the port 65536, and a name in its place ($program)" "2 2" \
        "$(status_of ./$program -p 65536) $(status_of ./$program -p http)"
done
finish
