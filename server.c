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
static void send_all(int fd, const char *data, size_t size);
static void print_data(const char *data, size_t size);
static void parse_arguments(int argc, char *argv[], struct sockaddr_in *addr);
static void usage(void);
static void fail(const char *message);

int main(int argc, char *argv[])
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1) {
        fail("server: socket");
    }

    /* Without this option, bind() can fail for a minute after the server has
     * ended. It is an option of the socket itself (SOL_SOCKET). The value of an
     * option can have any type: setsockopt() takes its address and its size. */
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1) {
        fail("server: setsockopt");
    }

    /* Without arguments: every IPv4 address of this machine, and port 3000. */
    struct sockaddr_in server_addr = {0};
    server_addr.sin_family = AF_INET;
    server_addr.sin_addr.s_addr = htonl(INADDR_ANY);
    server_addr.sin_port = htons(3000);
    parse_arguments(argc, argv, &server_addr);

    if (bind(fd, (struct sockaddr *) &server_addr, sizeof(server_addr)) == -1) {
        fail("server: bind");
    }

    /* SOMAXCONN asks for a long queue of pending connections. */
    if (listen(fd, SOMAXCONN) == -1) {
        fail("server: listen");
    }

    /* Ignore SIGPIPE, so that send() on a broken connection returns -1. By
     * default, this signal ends the process without a message. */
    signal(SIGPIPE, SIG_IGN);

    /* Ignore SIGCHLD: the system then removes each child (see fork()) that has
     * ended. By default, it stays in the list of processes, as a zombie. */
    signal(SIGCHLD, SIG_IGN);

    /* Print each line at once (_IOLBF). In a file or a pipe, lines would wait
     * in a buffer, which fork() copies: each child would print them again. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("Listening on port %d\n", ntohs(server_addr.sin_port));

    for (;;) { /* Ctrl-C ends the server; the system then closes fd. */
        struct sockaddr_in client_addr;
        /* accept() reads the size of client_addr, and writes the size used. */
        socklen_t client_addr_len = sizeof(client_addr);
        int client_fd = accept(fd, (struct sockaddr *) &client_addr,
                               &client_addr_len);
        if (client_fd == -1 && (errno == EINTR || errno == ECONNABORTED)) {
            continue; /* A signal came, or a client in the queue gave up. */
        }
        if (client_fd == -1) {
            perror("server: accept");
            sleep(1); /* Too many open files, perhaps: wait. */
            continue;
        }

        /* fork() copies this process. It returns 0 in the copy, the child, and
         * the child's number in the original, the parent. The child serves this
         * client; the parent goes on to the next. Each closes the descriptor
         * that it does not need. */
        pid_t pid = fork();
        if (pid == -1) {
            perror("server: fork"); /* close() below ends the connection. */
        }
        if (pid == 0) {
            close(fd);
            serve_client(client_fd, &client_addr);
            exit(0);
        }

        close(client_fd); /* The child still has its copy. */
    }
}

/* Sends back what the client sends, until the client has finished sending. */
static void serve_client(int client_fd, const struct sockaddr_in *client_addr)
{
    long own_pid = getpid(); /* printf() has no format for a pid_t. */
    char address[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &client_addr->sin_addr, address, sizeof(address));
    printf("Process %ld serves %s:%d\n", own_pid, address,
           ntohs(client_addr->sin_port));

    for (;;) {
        char buf[65536]; /* Any size is right; a large one is faster. */

        /* The notes list send() first; an echo server receives first. recv()
         * may bring a part of what one send() sent, or what several sent. */
        ssize_t bytes_received = recv(client_fd, buf, sizeof(buf), 0);
        if (bytes_received == -1 && errno == EINTR) {
            continue;
        }
        if (bytes_received == -1) {
            fail("server: recv");
        }
        if (bytes_received == 0) {
            break; /* The client has finished sending. */
        }

        send_all(client_fd, buf, bytes_received);
        printf("Process %ld received %zd bytes: ", own_pid, bytes_received);
        print_data(buf, bytes_received);
    }

    /* End both directions. ENOTCONN: the client has broken them off. */
    if (shutdown(client_fd, SHUT_RDWR) == -1 && errno != ENOTCONN) {
        fail("server: shutdown");
    }
    close(client_fd);
    printf("Process %ld closed the connection\n", own_pid);
}

/* Sends all of the data: one send() may take only a part. */
static void send_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t bytes_sent = send(fd, data, size, 0);
        if (bytes_sent == -1 && errno == EINTR) {
            continue;
        }
        if (bytes_sent == -1) {
            fail("server: send");
        }
        data += bytes_sent;
        size -= bytes_sent;
    }
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
static void parse_arguments(int argc, char *argv[], struct sockaddr_in *addr)
{
    if (argc > 3) {
        usage();
    }
    if (argc > 1 && inet_pton(AF_INET, argv[1], &addr->sin_addr) != 1) {
        usage();
    }
    if (argc > 2) {
        char *end; /* where the number ends */
        long port = strtol(argv[2], &end, 10);
        if (*end != '\0' || port < 1 || port > 65535) {
            usage();
        }
        addr->sin_port = htons(port);
    }
}

static void usage(void)
{
    fputs("usage: server [IPv4-address [port]]\n", stderr);
    exit(2);
}

/* Prints the message and the reason (errno), and ends this process. If it is a
 * child, the server goes on. */
static void fail(const char *message)
{
    perror(message);
    exit(1);
}
