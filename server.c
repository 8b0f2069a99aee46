/* server.c - a TCP echo server (RFC 862): sends back whatever a client sends,
 * until Ctrl-C. Status: 1 after an error, 2 after bad usage.
 * C alone has no sockets and no processes: the macro asks for POSIX.1-2008. */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define USAGE "usage: server [-a address] [-p port]\n"
#define BUF_BYTES 65536
#define SHOWN_BYTES 60

static void serve_client(int client_fd, const struct sockaddr_in *client_addr);
static void print_received(const char *client, const char *buf, size_t size);
static void exit_with_error(const char *action, const char *object);
static void parse_options(int argc, char *argv[], struct sockaddr_in *addr);
static void exit_bad_usage(const char *what, const char *value);

int main(int argc, char *argv[])
{
    /* AF_INET's type of address: host and port. What is not named becomes 0. */
    struct sockaddr_in server_addr = {.sin_family = AF_INET};
    server_addr.sin_addr.s_addr = htonl(INADDR_ANY);
    server_addr.sin_port = htons(3000);
    parse_options(argc, argv, &server_addr);

    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1)
        exit_with_error("create", "socket");

    /* Without this, a restart can fail for a minute or so: connections that
     * this side closed first still hold the port. */
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1)
        exit_with_error("set", "SO_REUSEADDR");
    /* The cast: bind() takes every domain's addresses as a struct sockaddr. */
    if (bind(fd, (struct sockaddr *) &server_addr, sizeof(server_addr)) == -1)
        exit_with_error("bind", "socket");
    /* SOMAXCONN: the longest queue. A client that finds it full must retry. */
    if (listen(fd, SOMAXCONN) == -1)
        exit_with_error("listen for", "connections");
    /* For port 0 (-p 0), bind() has taken a free port. This tells which. */
    socklen_t addr_len = sizeof(server_addr);
    if (getsockname(fd, (struct sockaddr *) &server_addr, &addr_len) == -1)
        exit_with_error("get", "address");

    /* So a write to a client or pipe that is gone fails and ends no process. */
    signal(SIGPIPE, SIG_IGN);
    /* Each line of the log goes out at once, into a file or a pipe, too. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (printf("Listening on %s:%d\n", inet_ntoa(server_addr.sin_addr),
               ntohs(server_addr.sin_port)) < 0)
        exit_with_error("print", "address");

    /* Without this, each child that has ended would stay on as a zombie. */
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        struct sockaddr_in client_addr;
        socklen_t client_addr_len = sizeof(client_addr);
        int client_fd = accept(fd, (struct sockaddr *) &client_addr,
                               &client_addr_len);
        if (client_fd == -1) {
            /* A client that gave up while queued delays no other. For lack of
             * descriptors or memory, trying again at once would spin. */
            unsigned seconds = errno == ECONNABORTED ? 0 : 1;
            perror("server: failed to accept connection");
            sleep(seconds);
            continue;
        }
        /* Now there are two processes, each with both descriptors. The child,
         * for which fork() returns 0, serves; the parent goes on accepting. */
        pid_t pid = fork();
        if (pid == 0) {
            /* A copy of fd in the child would hold the port. */
            close(fd);
            serve_client(client_fd, &client_addr);
            exit(0);
        }
        if (pid == -1)
            perror("server: failed to create process");
        close(client_fd);
    }
}

/* A log that is lost costs no client its echo, and is not checked. */
static void serve_client(int client_fd, const struct sockaddr_in *client_addr)
{
    char client[sizeof("255.255.255.255:65535")];
    snprintf(client, sizeof(client), "%s:%d", inet_ntoa(client_addr->sin_addr),
             ntohs(client_addr->sin_port));
    printf("Accepted %s\n", client);
    /* TCP holds a short piece of an echo back until the client acknowledges the
     * one before (Nagle's algorithm). TCP_NODELAY lets it go; a failure costs
     * only time. A large buffer makes few pieces; static, it needs no stack. */
    int on = 1;
    setsockopt(client_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    static char buf[BUF_BYTES];
    ssize_t bytes_received;
    while ((bytes_received = recv(client_fd, buf, sizeof(buf), 0)) > 0) {
        ssize_t total_sent = 0;
        while (total_sent < bytes_received) {
            size_t unsent = (size_t) (bytes_received - total_sent);
            ssize_t bytes_sent = send(client_fd, buf + total_sent, unsent, 0);
            if (bytes_sent == -1)
                exit_with_error("send data to", client);
            total_sent += bytes_sent;
        }
        print_received(client, buf, (size_t) bytes_received);
    }
    if (bytes_received == -1)
        exit_with_error("receive data from", client);

    /* recv() returned 0: the client has finished sending. shutdown() ends the
     * connection (ENOTCONN: the client has), close() frees client_fd. */
    if (shutdown(client_fd, SHUT_RDWR) == -1 && errno != ENOTCONN)
        exit_with_error("shutdown connection with", client);
    if (close(client_fd) == -1)
        exit_with_error("close connection with", client);
    printf("Closed %s\n", client);
}

/* Logs what one recv() brought. Anything but printable ASCII becomes a dot, so
 * that no client can send control codes to the terminal. */
static void print_received(const char *client, const char *buf, size_t size)
{
    printf("Received %zu bytes from %s: ", size, client);
    for (size_t i = 0; i < size && i < SHOWN_BYTES; i++)
        putchar(isprint((unsigned char) buf[i]) ? buf[i] : '.');
    puts(size > SHOWN_BYTES ? "..." : "");
}

static void exit_with_error(const char *action, const char *object)
{
    fprintf(stderr, "server: failed to %s %s: %s\n", action, object,
            strerror(errno));
    exit(1);
}

/* Replaces the defaults in addr by what the options say. */
static void parse_options(int argc, char *argv[], struct sockaddr_in *addr)
{
    int option;
    while ((option = getopt(argc, argv, "a:hp:")) != -1) {
        if (option == 'a') {
            if (inet_pton(AF_INET, optarg, &addr->sin_addr) != 1)
                exit_bad_usage("address", optarg);
        } else if (option == 'p') {
            /* strtol() alone would also take white space and a sign. */
            char *end;
            long port = strtol(optarg, &end, 10);
            if (!isdigit((unsigned char) optarg[0]) || *end != '\0'
                || port > 65535)
                exit_bad_usage("port", optarg);
            addr->sin_port = htons((in_port_t) port);
        } else if (option == 'h') {
            fputs(USAGE, stdout);
            exit(0);
        } else { /* getopt() has said what is wrong. */
            fputs(USAGE, stderr);
            exit(2);
        }
    }
    if (optind < argc)
        exit_bad_usage("operand", argv[optind]);
}

static void exit_bad_usage(const char *what, const char *value)
{
    fprintf(stderr, "server: invalid %s: '%s'\n" USAGE, what, value);
    exit(2);
}
