/* server.c - a TCP echo server (RFC 862): sends back whatever a client sends.
 * cc -o server server.c && ./server [-a address] [-p port]
 * Serves until Ctrl-C. Status: 1 if it cannot start, 2 after bad usage. */
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
#define SHOWN_BYTES 60
/* In bytes. The larger, the fewer pieces TCP can hold back: see TCP_NODELAY. */
#define BUF_BYTES 65536

static void exit_bad_usage(const char *what, const char *value)
{
    fprintf(stderr, "server: invalid %s: '%s'\n" USAGE, what, value);
    exit(2);
}

/* Returns the port (lowest to 65535) that text names, in network byte order. */
static in_port_t parse_port(const char *text, long lowest)
{
    /* strtol() would also take white space, a sign, or letters at the end. */
    long port = strtol(text, NULL, 10);
    if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0'
        || port < lowest || port > 65535) {
        exit_bad_usage("port", text);
    }
    return htons((in_port_t) port);
}

/* Replaces the defaults in addr by what the options say. */
static void parse_options(int argc, char *argv[], struct sockaddr_in *addr)
{
    int option;
    while ((option = getopt(argc, argv, "a:hp:")) != -1) {
        if (option == 'p') {
            addr->sin_port = parse_port(optarg, 0);
        } else if (option == 'h') {
            exit(fputs(USAGE, stdout) == EOF || fflush(stdout) == EOF);
        } else if (option == '?') { /* getopt() has said what is wrong. */
            fputs(USAGE, stderr);
            exit(2);
        } else if (inet_pton(AF_INET, optarg, &addr->sin_addr) != 1) {
            exit_bad_usage("address", optarg);
        }
    }
    if (optind < argc) {
        exit_bad_usage("operand", argv[optind]);
    }
}

/* Logs what one recv() brought. Anything but printable ASCII becomes a dot, so
 * that no client can send control codes to the terminal. */
static void print_received(const char *client, const char *buf, size_t size)
{
    printf("Received %zu bytes from %s: ", size, client);
    for (size_t i = 0; i < size && i < SHOWN_BYTES; i++) {
        putchar(isprint((unsigned char) buf[i]) ? buf[i] : '.');
    }
    puts(size > SHOWN_BYTES ? "..." : "");
}

/* Echoes until the client has finished sending, then closes the connection.
 * An error is reported and ends the process, and thereby the connection. */
static void serve_client(int client_fd, const struct sockaddr_in *client_addr)
{
    char client[sizeof("255.255.255.255:65535")];
    snprintf(client, sizeof(client), "%s:%d", inet_ntoa(client_addr->sin_addr),
             ntohs(client_addr->sin_port));
    printf("Accepted %s\n", client);

    /* Otherwise TCP holds a short piece of an echo back until the client has
     * acknowledged the one before, 40 ms or so. A failure costs only time. */
    int on = 1;
    setsockopt(client_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));

    char buf[BUF_BYTES];
    ssize_t bytes_received, bytes_sent;
    while ((bytes_received = recv(client_fd, buf, sizeof(buf), 0)) > 0) {
        for (ssize_t i = 0; i < bytes_received; i += bytes_sent) {
            size_t unsent = (size_t) (bytes_received - i);
            bytes_sent = send(client_fd, buf + i, unsent, 0);
            if (bytes_sent == -1) {
                fprintf(stderr, "server: failed to send data to %s: %s\n",
                        client, strerror(errno));
                exit(1);
            }
        }
        print_received(client, buf, (size_t) bytes_received);
    }
    if (bytes_received == -1) {
        fprintf(stderr, "server: failed to receive data from %s: %s\n",
                client, strerror(errno));
        exit(1);
    }
    /* recv() returned 0: the client has finished sending. */
    if (shutdown(client_fd, SHUT_RDWR) == -1 || close(client_fd) == -1) {
        fprintf(stderr, "server: failed to shutdown connection with %s: %s\n",
                client, strerror(errno));
        exit(1);
    }
    printf("Closed %s\n", client);
    /* ferror() remembers a failure to write any line of the log. */
    if (ferror(stdout)) {
        perror("server: failed to write log");
        exit(1);
    }
}

int main(int argc, char *argv[])
{
    struct sockaddr_in server_addr = {.sin_family = AF_INET};
    server_addr.sin_addr.s_addr = htonl(INADDR_ANY);
    server_addr.sin_port = htons(3000);
    parse_options(argc, argv, &server_addr);

    /* Each line goes out at once. This and the signal() calls cannot fail. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    /* Otherwise each child that has ended would stay on as a zombie. */
    signal(SIGCHLD, SIG_IGN);
    /* Otherwise a lost client, or a full log, could end us without a word. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);

    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1) {
        perror("server: failed to create socket");
        exit(1);
    }
    /* Without this, a restart can fail for a minute or so: connections that
     * this side closed first still hold the port. */
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1) {
        perror("server: failed to set SO_REUSEADDR");
        exit(1);
    }
    if (bind(fd, (struct sockaddr *) &server_addr, sizeof(server_addr)) == -1) {
        perror("server: failed to bind socket");
        exit(1);
    }

    /* A client that finds the queue full tries again only after a second. */
    if (listen(fd, SOMAXCONN) == -1) {
        perror("server: failed to listen for connections");
        exit(1);
    }
    socklen_t addr_len = sizeof(server_addr);
    if (getsockname(fd, (struct sockaddr *) &server_addr, &addr_len) == -1
        || printf("Listening on %s:%d\n", inet_ntoa(server_addr.sin_addr),
                  ntohs(server_addr.sin_port)) < 0) {
        perror("server: failed to print address");
        exit(1);
    }

    for (;;) {
        struct sockaddr_in client_addr;
        socklen_t client_addr_len = sizeof(client_addr);
        int client_fd = accept(fd, (struct sockaddr *) &client_addr,
                               &client_addr_len);
        if (client_fd == -1) {
            /* A client that gave up while queued delays no other. But while
             * descriptors or memory lack, trying again at once would spin. */
            unsigned delay = errno == ECONNABORTED ? 0 : 1;
            perror("server: failed to accept connection");
            sleep(delay);
            continue;
        }
        pid_t pid = fork();
        if (pid == -1) {
            perror("server: failed to create process");
        } else if (pid == 0) {
            /* Only the parent accepts. A copy here would hold the port. */
            close(fd);
            serve_client(client_fd, &client_addr);
            exit(0);
        }
        /* The child has a copy of its own. No close() in main() can fail. */
        close(client_fd);
    }
}
