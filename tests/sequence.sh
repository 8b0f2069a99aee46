#!/bin/sh
# Both programs make the notes' calls, in the notes' order.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
build_test_programs

start_server env TRACE=server.trace PORT=0 ./test_server
# The parent is through with one client when it has accepted the next.
for trace in client.trace second.trace; do
    expect "a client is served" "0 [Hello, world!] " \
        env TRACE=$trace PORT="$port" ./test_client
done
stop_server

calls_of() {
    awk -v process="$1" '
        $3 == "listen" { fd = $2 }
        $1 == process && ++calls <= 6 {
            print $3 ($2 == fd || !fd ? "(fd)" : "(client_fd)") }' \
        server.trace | xargs
}
check "the server makes the notes' calls" \
    "socket(fd) bind(fd) listen(fd) accept(fd) close(client_fd) accept(fd)" \
    "$(calls_of "$server_pid")"
check "and for a client, in a child" "close(fd) recv(client_fd) \
send(client_fd) recv(client_fd) shutdown(client_fd) close(client_fd)" \
    "$(calls_of "$(awk '$3 == "recv" { print $1; exit }' server.trace)")"
check "so does the client" "socket connect send recv shutdown close" \
    "$(awk '{ print $3 }' client.trace | xargs)"
check "they use port 3000, on every interface and on this machine" \
    "0.0.0.0:3000 127.0.0.1:3000" "$(awk '$3 == "bind" || $3 == "connect" {
        print $4 }' server.trace client.trace | xargs)"
check "the log names a client by its address" \
    "$(awk '$3 == "accept" { print $4 }' server.trace)" \
    "$(sed -n 's/^Accepted //p' log)"
check "TCP_NODELAY is on when the server sends" "1 1" \
    "$(awk '$3 == "send" { print $5 }' server.trace | xargs)"
