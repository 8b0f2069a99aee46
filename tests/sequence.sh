#!/bin/sh
# Both programs make the notes' calls, in the notes' order.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build_test_programs

start_test_server TRACE=trace
expect "A client is served" "0 [Hello, world!] " \
    env TRACE=trace ./test_client -p "$port"
stop_server
# calls_of PROCESS: the calls that it has made, without addresses and results.
calls_of() { sed -n "s/^$1 \([^ ]*)\).*/\1/p" trace | xargs; }
check "The server makes the notes' calls" \
    "socket() setsockopt(3) bind(3) listen(3) accept(3) fork() close(4)" \
    "$(calls_of server)"
check "The server's child makes the notes' calls" \
    "fork() close(3) recv(4) send(4) recv(4) shutdown(4) close(4)" \
    "$(calls_of child)"
check "The client makes the notes' calls" \
    "socket() connect(3) send(3) recv(3) shutdown(3) close(3)" \
    "$(calls_of client)"
check "The queue is long, and shutdown() ends both directions" \
    "SOMAXCONN SHUT_RDWR SHUT_RDWR" "$(sed -n 's/.* \(S[A-Z_]*\)$/\1/p' trace |
        xargs)"
check "The log names a client by the address that accept() gave" \
    "$(sed -n 's/.*accept.* //p' trace)" "$(sed -n 's/^Accepted //p' log)"

# In these programs, bind() and connect() fail. So nothing has to be free.
# addresses [OPTION...]: what bind() and connect() were given.
addresses() {
    : >trace
    TRACE=trace FAIL=bind ./limited "$limit" ./test_server "$@" 2>errors
    TRACE=trace FAIL=connect ./limited "$limit" ./test_client "$@" 2>errors
    sed -n -e '/bind/s/.* //p' -e '/connect/s/.* //p' trace | xargs
}
check "They use port 3000, on every address and on this machine" \
    "0.0.0.0:3000 127.0.0.1:3000" "$(addresses)"
check "They use the address and the port of the options" \
    "192.0.2.7:65535 192.0.2.7:65535" "$(addresses -p 65535 -a 192.0.2.7)"
finish
