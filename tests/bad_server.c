/* bad_server.c - bad_server MODE: a TCP server that does what no echo server
 * should do. It serves one client after the other, on a free port.
 *     half    sends back a half of what it has received, and closes
 *     more    sends one byte more than it has received
 *     other   changes the last byte
 *     reset   resets the connection
 *     close   sends the whole echo, and closes at once
 *     later   sends the whole echo, and one byte more a little later
 *     slow    waits 3.3 seconds before it sends the echo
 *     late    sends the echo only after the client's last byte */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char buf[1 << 20];

static void check(int ok, const char *call)
{
    if (!ok) {
        perror(call);
        exit(1);
    }
}

static void send_all(int fd, size_t size)
{
    size_t sent = 0;
    while (sent < size) {
        ssize_t bytes_sent = send(fd, buf + sent, size - sent, 0);
        check(bytes_sent > 0, "bad_server: send");
        sent += (size_t) bytes_sent;
    }
}

static void serve_client(int client_fd, const char *mode)
{
    size_t size = 0;
    for (;;) {
        ssize_t bytes = recv(client_fd, buf + size, sizeof(buf) - size - 1, 0);
        check(bytes >= 0, "bad_server: recv");
        size += (size_t) bytes;
        if (bytes == 0) {
            send_all(client_fd, size);
            return;
        }
        if (strcmp(mode, "late") == 0) {
            continue;
        }

        if (strcmp(mode, "half") == 0) {
            send_all(client_fd, size / 2);
            return;
        }
        if (strcmp(mode, "reset") == 0) {
            /* With a linger time of 0, close() sends a reset. */
            struct linger linger = {.l_onoff = 1};
            setsockopt(client_fd, SOL_SOCKET, SO_LINGER, &linger,
                       sizeof(linger));
            return;
        }
        if (strcmp(mode, "more") == 0) {
            buf[size++] = '!';
        }
        if (strcmp(mode, "other") == 0) {
            buf[size - 1]++;
        }
        if (strcmp(mode, "slow") == 0) {
            poll(NULL, 0, 3300);
        }
        send_all(client_fd, size);
        size = 0;
        if (strcmp(mode, "later") == 0) {
            poll(NULL, 0, 300);
            send(client_fd, "!", 1, 0);
            return;
        }
        if (strcmp(mode, "close") == 0) {
            return;
        }
    }
}

int main(int argc, char *argv[])
{
    struct sockaddr_in addr = {.sin_family = AF_INET};
    addr.sin_addr.s_addr = inet_addr("127.0.0.1");
    socklen_t len = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    check(argc == 2, "usage: bad_server mode");
    check(bind(fd, (struct sockaddr *) &addr, len) == 0, "bad_server: bind");
    check(listen(fd, SOMAXCONN) == 0, "bad_server: listen");
    check(getsockname(fd, (struct sockaddr *) &addr, &len) == 0,
          "bad_server: getsockname");
    printf("Listening on 127.0.0.1:%d\n", ntohs(addr.sin_port));
    fflush(stdout);
    for (;;) {
        int client_fd = accept(fd, NULL, NULL);
        check(client_fd != -1, "bad_server: accept");
        serve_client(client_fd, argv[1]);
        close(client_fd);
    }
}
