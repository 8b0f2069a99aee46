/* server.c - a TCP echo server (RFC 862). It sends back what each client sends,
 * until Ctrl-C. main() calls socket(), bind(), listen() and accept(). The rest
 * is in serve_client(): recv(), send() by way of send_all(), shutdown() and
 * close(). Exit status: 1 if the server cannot start, 2 after wrong usage. */

/* Standard C has no sockets. This macro asks the headers for POSIX.1-2008. */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define USAGE "usage: server [-a address] [-p port]\n"
#define ADDRESS_SIZE sizeof("255.255.255.255:65535")
#define BUF_SIZE 65536
#define MAX_SHOWN 60

static void set_up_signals_and_output(void);
static void print_listening(int fd);
static void serve_client(int client_fd, const struct sockaddr_in *addr);
static int send_all(int client_fd, const char *data, size_t size);
static void print_received(const char *client, const char *data, size_t size);
static void exit_with_client_error(const char *message, const char *client);
static void format_address(const struct sockaddr_in *addr, char *text);
static void parse_options(int argc, char *argv[], struct sockaddr_in *addr);
static void exit_with_usage(const char *message, const char *value);

int main(int argc, char *argv[])
{
    /* The default is every address of this machine, and port 3000. Members that
     * the braces do not name become 0. htonl() and htons() put the bytes of a
     * number into network byte order. */
    struct sockaddr_in server_addr = {.sin_family = AF_INET};
    server_addr.sin_addr.s_addr = htonl(INADDR_ANY);
    server_addr.sin_port = htons(3000);
    parse_options(argc, argv, &server_addr);
    set_up_signals_and_output();

    /* AF_INET means IPv4, SOCK_STREAM a stream of bytes, and 0 its usual
     * protocol: TCP. A call that fails sets errno. perror() prints the reason
     * that errno stands for. */
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1) {
        perror("server: failed to create socket");
        return 1;
    }

    /* Without this option, a restart can fail for a minute or so: the system
     * keeps connections that the server closed first, and so the port. */
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1) {
        perror("server: failed to set SO_REUSEADDR");
        return 1;
    }

    /* Each domain has its own type of address. bind() takes all of them as
     * struct sockaddr *, so the pointer is cast. */
    if (bind(fd, (struct sockaddr *) &server_addr, sizeof(server_addr)) == -1) {
        perror("server: failed to bind socket");
        return 1;
    }

    /* SOMAXCONN asks for a long queue of connections that wait for accept(). */
    if (listen(fd, SOMAXCONN) == -1) {
        perror("server: failed to listen for connections");
        return 1;
    }

    print_listening(fd);

    for (;;) {
        /* accept() waits for the next client, and returns a descriptor for this
         * client alone. It writes the client's address into client_addr. Before
         * the call, client_addr_len is the room for the address. After it, it
         * is the length of the address. */
        struct sockaddr_in client_addr = {0};
        socklen_t client_addr_len = sizeof(client_addr);
        int client_fd = accept(fd, (struct sockaddr *) &client_addr,
                               &client_addr_len);

        /* EINTR: a signal interrupted accept(). ECONNABORTED: a client gave up
         * before accept() took it. The next client can be accepted at once. */
        if (client_fd == -1 && (errno == EINTR || errno == ECONNABORTED)) {
            continue;
        }

        /* Another failure can last, such as too many open descriptors. Without
         * a pause, the server would try again all the time. */
        if (client_fd == -1) {
            perror("server: failed to accept connection");
            sleep(1);
            continue;
        }

        /* fork() copies this process. The copy is its child, and both processes
         * have fd and client_fd open. In the child, fork() returns 0. */
        pid_t pid = fork();
        if (pid == -1) {
            perror("server: failed to create process");
        }
        if (pid == 0) {
            /* With fd open in the child, the port would stay in use after the
             * parent has ended. */
            close(fd);
            serve_client(client_fd, &client_addr);
            exit(0);
        }

        /* Only the child needs client_fd. If the parent kept it open, it would
         * run out of descriptors. Without a child, this ends the connection. */
        close(client_fd);
    }
}

static void set_up_signals_and_output(void)
{
    /* Sending to a client that has gone, or printing into a pipe that nobody
     * reads, raises SIGPIPE. This signal would end the process. When it is
     * ignored, the call fails instead. */
    signal(SIGPIPE, SIG_IGN);

    /* When SIGCHLD is ignored, the system forgets each child that has ended.
     * Otherwise, its entry would stay in the table of processes: a zombie. */
    signal(SIGCHLD, SIG_IGN);

    /* Print each line when it is complete, and in one piece, as several
     * processes print. Standard error has no buffer of its own, so it gets this
     * one. */
    static char buf[BUFSIZ];
    setvbuf(stdout, NULL, _IOLBF, 0);
    setvbuf(stderr, buf, _IOLBF, sizeof(buf));
}

/* With -p 0, bind() has chosen a free port. getsockname() tells which one. */
static void print_listening(int fd)
{
    struct sockaddr_in own_addr;
    socklen_t own_addr_len = sizeof(own_addr);
    if (getsockname(fd, (struct sockaddr *) &own_addr, &own_addr_len) == -1) {
        perror("server: failed to get address");
        exit(1);
    }

    char text[ADDRESS_SIZE];
    format_address(&own_addr, text);
    if (printf("Listening on %s\n", text) < 0) {
        perror("server: failed to print address");
        exit(1);
    }
}

/* Sends back what the client sends, until the client has finished sending. (The
 * lecture notes list send() before recv(), but an echo has to receive first.)
 * An error ends only the child, in which this function runs. If printf() fails,
 * that is ignored: the client still gets its echo. */
static void serve_client(int client_fd, const struct sockaddr_in *addr)
{
    char client[ADDRESS_SIZE];
    format_address(addr, client);
    printf("Accepted %s\n", client);

    char buf[BUF_SIZE];
    for (;;) {
        /* The 0 means: no flags. EINTR is not a failure: a signal interrupted
         * recv(). On some systems, Ctrl-Z and then fg are enough for that. */
        ssize_t bytes_received = recv(client_fd, buf, sizeof(buf), 0);
        if (bytes_received == -1 && errno == EINTR) {
            continue;
        }
        if (bytes_received == -1) {
            exit_with_client_error("failed to receive data from", client);
        }
        if (bytes_received == 0) { /* The client has finished sending. */
            break;
        }

        if (send_all(client_fd, buf, (size_t) bytes_received) == -1) {
            exit_with_client_error("failed to send data to", client);
        }
        print_received(client, buf, (size_t) bytes_received);
    }

    /* shutdown() ends the connection. close() alone would end it only when the
     * parent has closed its own client_fd, too. ENOTCONN is not a failure: the
     * connection has already ended. */
    if (shutdown(client_fd, SHUT_RDWR) == -1 && errno != ENOTCONN) {
        exit_with_client_error("failed to shutdown connection with", client);
    }

    if (close(client_fd) == -1) {
        exit_with_client_error("failed to close connection with", client);
    }
    printf("Closed %s\n", client);
}

/* Sends size bytes of data. Each send() may take only some of them. Returns 0
 * after the last byte, or -1 after an error, with the reason in errno. */
static int send_all(int client_fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t bytes_sent = send(client_fd, data, size, 0);
        if (bytes_sent == -1 && errno == EINTR) {
            continue;
        }
        if (bytes_sent == -1) {
            return -1;
        }
        data += bytes_sent;
        size -= (size_t) bytes_sent;
    }
    return 0;
}

/* Shows MAX_SHOWN bytes at most. A dot stands for each byte that is not
 * printable ASCII, so that no client can send control codes to the terminal. */
static void print_received(const char *client, const char *data, size_t size)
{
    printf("Received %zu bytes from %s: ", size, client);
    for (size_t i = 0; i < size && i < MAX_SHOWN; i++) {
        putchar(isprint((unsigned char) data[i]) ? data[i] : '.');
    }
    puts(size > MAX_SHOWN ? "..." : "");
}

static void exit_with_client_error(const char *message, const char *client)
{
    fprintf(stderr, "server: %s %s: %s\n", message, client, strerror(errno));
    exit(1);
}

/* Writes ADDRESS_SIZE bytes at most into text, such as "127.0.0.1:3000".
 * ntohs() is the reverse of htons(). */
static void format_address(const struct sockaddr_in *addr, char *text)
{
    char host[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &addr->sin_addr, host, sizeof(host));
    snprintf(text, ADDRESS_SIZE, "%s:%d", host, ntohs(addr->sin_port));
}

/* Replaces the defaults in addr with the values of the options. */
static void parse_options(int argc, char *argv[], struct sockaddr_in *addr)
{
    /* In "a:hp:", a colon after a letter means: this option has a value. It is
     * in optarg. Afterwards, optind is the index of the first operand. */
    int option;
    while ((option = getopt(argc, argv, "a:hp:")) != -1) {
        if (option == 'a') {
            if (inet_pton(AF_INET, optarg, &addr->sin_addr) != 1) {
                exit_with_usage("not an IPv4 address", optarg);
            }
        } else if (option == 'p') {
            /* strtol() sets end to the first character after the number. */
            char *end;
            long port = strtol(optarg, &end, 10);
            if (end == optarg || *end != '\0' || port < 0 || port > 65535) {
                exit_with_usage("not a port from 0 to 65535", optarg);
            }
            addr->sin_port = htons((in_port_t) port);
        } else if (option == 'h') {
            fputs(USAGE, stdout);
            exit(0);
        } else { /* getopt() has printed the error. */
            fputs(USAGE, stderr);
            exit(2);
        }
    }
    if (optind < argc) {
        exit_with_usage("unexpected operand", argv[optind]);
    }
}

static void exit_with_usage(const char *message, const char *value)
{
    fprintf(stderr, "server: %s: '%s'\n", message, value);
    fputs(USAGE, stderr);
    exit(2);
}
