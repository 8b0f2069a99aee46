/* bad_server.c - bad_server half|extra|pieces port
 * What a client has to cope with, on 127.0.0.1, one connection after another:
 *     half    half of the first data comes back, then the connection ends
 *     extra   the first data comes back with a byte too many
 *     pieces  a right echo, 1,000 bytes at a time, late (Nagle's algorithm) */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    struct sockaddr_in addr = {.sin_family = AF_INET};
    addr.sin_addr.s_addr = inet_addr("127.0.0.1");
    addr.sin_port = htons((in_port_t) (argc == 3 ? atoi(argv[2]) : 0));
    socklen_t len = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (argc != 3 || bind(fd, (struct sockaddr *) &addr, len) == -1
        || listen(fd, SOMAXCONN) == -1
        || getsockname(fd, (struct sockaddr *) &addr, &len) == -1) {
        perror("bad_server half|extra|pieces port");
        return 1;
    }
    printf("Listening on 127.0.0.1:%d\n", ntohs(addr.sin_port));
    fflush(stdout);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int client_fd = accept(fd, NULL, NULL);
        static char buf[65536];
        ssize_t size = recv(client_fd, buf, sizeof(buf) - 1, 0);
        if (strcmp(argv[1], "half") == 0)
            send(client_fd, buf, (size_t) size / 2, 0);
        buf[size] = '!';
        if (strcmp(argv[1], "extra") == 0)
            send(client_fd, buf, (size_t) size + 1, 0);
        while (strcmp(argv[1], "pieces") == 0 && size > 0) {
            for (ssize_t i = 0; i < size; i += 1000)
                send(client_fd, buf + i, size - i < 1000 ? size - i : 1000, 0);
            size = recv(client_fd, buf, sizeof(buf) - 1, 0);
        }
        close(client_fd);
    }
}
