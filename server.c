/* server.c - a TCP echo server: it sends back what each client sends. Ctrl-C
 * ends it. */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void serve_client(int client_fd, const struct sockaddr_in *client_addr);
static int send_all(int fd, const char *data, size_t size);
static void print_data(const char *data, size_t size);
static int parse_arguments(int argc, char *argv[], struct sockaddr_in *addr);
static void fail(const char *message);

int main(int argc, char *argv[])
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1) {
        fail("server: socket");
    }

    /* Without this, bind() can fail for a minute or so after the server has
     * ended. */
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1) {
        fail("server: setsockopt");
    }

    /* Without arguments: every address of this machine, and port 3000. */
    struct sockaddr_in server_addr = {0};
    server_addr.sin_family = AF_INET;
    server_addr.sin_addr.s_addr = htonl(INADDR_ANY);
    server_addr.sin_port = htons(3000);
    if (parse_arguments(argc, argv, &server_addr) == -1) {
        fputs("usage: server [IPv4-address [port]]\n", stderr);
        return 2;
    }

    if (bind(fd, (struct sockaddr *) &server_addr, sizeof(server_addr)) == -1) {
        fail("server: bind");
    }

    /* SOMAXCONN asks for a long queue. With a short one, clients that connect
     * at the same moment may have to wait for seconds. */
    if (listen(fd, SOMAXCONN) == -1) {
        fail("server: listen");
    }

    /* Without this, sending to a client that has gone would end the process
     * without a message. */
    signal(SIGPIPE, SIG_IGN);

    /* Without this, each child that has ended would stay in the list of
     * processes, as a zombie. */
    signal(SIGCHLD, SIG_IGN);

    /* Print each line at once (_IOLBF). In a file or a pipe, lines would wait
     * in a buffer, which fork() copies: each child would print them again. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("Listening on port %d\n", ntohs(server_addr.sin_port));

    for (;;) {
        struct sockaddr_in client_addr;
        socklen_t client_addr_len = sizeof(client_addr);
        int client_fd = accept(fd, (struct sockaddr *) &client_addr,
                               &client_addr_len);
        if (client_fd == -1 && (errno == EINTR || errno == ECONNABORTED)) {
            continue; /* A signal interrupted it, or the client gave up. */
        }
        if (client_fd == -1) {
            perror("server: accept");
            sleep(1); /* The cause can last: too many open files, perhaps. */
            continue;
        }

        /* fork() copies this process. It returns 0 in the copy, the child,
         * which serves this client, and the child's number in the parent. */
        pid_t pid = fork();
        if (pid == -1) {
            perror("server: fork"); /* close() below ends the connection. */
        }
        if (pid == 0) {
            /* The child does not accept. With fd open, it would keep the port
             * in use when the parent has ended. */
            close(fd);
            serve_client(client_fd, &client_addr);
            exit(0);
        }

        /* The child has its own copy. Without this, the parent would run out of
         * descriptors. */
        close(client_fd);
    }
}

/* Sends back what the client sends, until the client has finished sending, or a
 * call fails. */
static void serve_client(int client_fd, const struct sockaddr_in *client_addr)
{
    long own_pid = getpid();
    char address[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &client_addr->sin_addr, address, sizeof(address));
    printf("Process %ld serves %s:%d\n", own_pid, address,
           ntohs(client_addr->sin_port));

    for (;;) {
        /* Our client sends at most 4,096 bytes at once, but others send more,
         * and one large piece goes back faster than several small ones. */
        char buf[65536];

        /* One recv() may bring a part of what one send() sent, or what several
         * sent. */
        ssize_t bytes_received = recv(client_fd, buf, sizeof(buf), 0);
        if (bytes_received == -1 && errno == EINTR) {
            continue;
        }
        if (bytes_received == -1) {
            perror("server: recv");
            break;
        }
        if (bytes_received == 0) {
            break; /* The client has finished sending. */
        }

        if (send_all(client_fd, buf, bytes_received) == -1) {
            perror("server: send");
            break;
        }
        printf("Process %ld received %zd bytes: ", own_pid, bytes_received);
        print_data(buf, bytes_received);
    }

    /* ENOTCONN: the client has already broken off the connection. */
    if (shutdown(client_fd, SHUT_RDWR) == -1 && errno != ENOTCONN) {
        perror("server: shutdown");
    }
    close(client_fd);
    printf("Process %ld closed the connection\n", own_pid);
}

/* Sends all of the data: one send() may take only a part. */
static int send_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t bytes_sent = send(fd, data, size, 0);
        if (bytes_sent == -1 && errno == EINTR) {
            continue;
        }
        if (bytes_sent == -1) {
            return -1;
        }
        data += bytes_sent;
        size -= bytes_sent;
    }
    return 0;
}

/* Prints the first 60 bytes, with a dot for each one that is not printable
 * ASCII, so that no client can send control codes to the terminal. */
static void print_data(const char *data, size_t size)
{
    for (size_t i = 0; i < size && i < 60; i++) {
        int is_printable = (data[i] >= ' ' && data[i] <= '~');
        putchar(is_printable ? data[i] : '.');
    }
    putchar('\n');
}

/* The arguments, if there are any, replace the address and the port. */
static int parse_arguments(int argc, char *argv[], struct sockaddr_in *addr)
{
    if (argc > 3) {
        return -1;
    }
    if (argc > 1 && inet_pton(AF_INET, argv[1], &addr->sin_addr) != 1) {
        return -1;
    }
    if (argc > 2) {
        char *end;
        long port = strtol(argv[2], &end, 10);
        if (*end != '\0' || port < 1 || port > 65535) {
            return -1;
        }
        addr->sin_port = htons(port);
    }
    return 0;
}

/* Prints the reason (errno), as perror() does, and ends the program. */
static void fail(const char *message)
{
    perror(message);
    exit(1);
}
