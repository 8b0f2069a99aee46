#!/bin/sh
# Both programs make the notes' calls, in the notes' order.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build_test_programs

start_test_server TRACE=trace
expect "A client is served" "0 [Hello, world!] " \
    env TRACE=trace ./test_client -p "$port"
stop_server
# calls_of SPACES: what stands in the column after so many spaces.
calls_of() { sed -n "s/^ \{$1\}\([^ ]*)\).*/\1/p" trace | xargs; }
check "The server makes the notes' calls" \
    "socket() SO_REUSEADDR(3) bind(3) listen(3) accept(3) fork() close(4)" \
    "$(calls_of 0)"
check "The server's child makes the notes' calls" "fork() close(3) \
TCP_NODELAY(4) recv(4) send(4) recv(4) shutdown(4) close(4)" "$(calls_of 31)"
check "The client makes the notes' calls" \
    "socket() connect(3) nonblocking(3) send(3) recv(3) shutdown(3) close(3)" \
    "$(calls_of 51)"
check "The log names a client by the address that accept() gave" \
    "$(sed -n 's/.*accept.* //p' trace)" "$(sed -n 's/^Accepted //p' log)"

# These two calls fail, so that port 3000 does not have to be free.
TRACE=trace FAIL=bind ./limited "$limit" ./test_server 2>errors
TRACE=trace FAIL=connect ./limited "$limit" ./test_client 2>errors
check "They use port 3000, on every interface and on this machine" \
    "0.0.0.0:3000 127.0.0.1:3000" "$(sed -n '/:3000$/s/.* //p' trace | xargs)"
finish
