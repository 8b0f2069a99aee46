/* server.c - a TCP echo server (RFC 862). It sends back to each client what
 * that client sends, until Ctrl-C. Exit status: 1 if the server cannot start, 2
 * after wrong usage. To compile it by hand: cc -o server server.c */

/* Standard C has no sockets. This macro asks the headers for POSIX.1-2008. */
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
#define ADDRESS_SIZE sizeof("255.255.255.255:65535")
#define BUF_SIZE 65536
#define MAX_SHOWN 60

static void print_address(int fd);
static void handle_accept_error(void);
static void serve_client(int client_fd, const char *client);
static int send_all(int client_fd, const char *data, size_t size);
static void print_received(const char *client, const char *data, size_t size);
static void exit_with_client_error(const char *action, const char *client);
static void format_address(const struct sockaddr_in *addr, char *text);
static void parse_options(int argc, char *argv[], struct sockaddr_in *addr);
static void exit_with_usage(const char *what, const char *value);

int main(int argc, char *argv[])
{
    /* The default is every address of this machine, and port 3000. htonl() and
     * htons() put the bytes of a number into network byte order. */
    struct sockaddr_in server_addr = {.sin_family = AF_INET};
    server_addr.sin_addr.s_addr = htonl(INADDR_ANY);
    server_addr.sin_port = htons(3000);
    parse_options(argc, argv, &server_addr);

    /* AF_INET is IPv4, SOCK_STREAM a stream of bytes, 0 its protocol: TCP. */
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1) {
        perror("server: failed to create socket");
        return 1;
    }

    /* Without this, a restart can fail for a minute or so: after Ctrl-C,
     * connections that were open still hold the port for that time. */
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1) {
        perror("server: failed to set SO_REUSEADDR");
        return 1;
    }

    /* Each domain has its own type of address. bind() takes a pointer to any of
     * these types as a pointer to struct sockaddr. */
    if (bind(fd, (struct sockaddr *) &server_addr, sizeof(server_addr)) == -1) {
        perror("server: failed to bind socket");
        return 1;
    }

    /* SOMAXCONN asks for a long queue of connections that wait for accept(). On
     * Linux, a client that finds the queue full is not refused: the kernel of
     * the client tries again a little later. */
    if (listen(fd, SOMAXCONN) == -1) {
        perror("server: failed to listen for connections");
        return 1;
    }

    /* Sending to a client that has gone can raise the signal SIGPIPE. So can
     * printing into a pipe that nobody reads. The signal would end the process.
     * When it is ignored, the call fails instead. */
    signal(SIGPIPE, SIG_IGN);

    /* When a process ignores SIGCHLD, the system removes each of its children
     * that has ended. Otherwise, the child would stay as a zombie until its
     * parent called wait(). */
    signal(SIGCHLD, SIG_IGN);

    /* Print each line at once, into a file or a pipe as well. Text that is
     * still in the buffer would be copied by fork(), and each child would print
     * it again. */
    setvbuf(stdout, NULL, _IOLBF, 0);

    print_address(fd);
    for (;;) {
        /* accept() waits for the next client. It returns a new descriptor, for
         * this client alone, and writes the address of the client into
         * client_addr (cleared, in case accept() leaves it empty). fd goes on
         * listening. */
        struct sockaddr_in client_addr = {.sin_family = AF_INET};
        socklen_t client_addr_len = sizeof(client_addr);
        int client_fd = accept(fd, (struct sockaddr *) &client_addr,
                               &client_addr_len);
        if (client_fd == -1) {
            handle_accept_error();
            continue;
        }

        /* fork() copies this process. The copy is its child, and both processes
         * have fd and client_fd open. In the child, fork() returns 0. */
        pid_t pid = fork();
        if (pid == 0) {
            /* The child serves this client, and does not listen. With fd open
             * in the child, the port would stay in use after the parent has
             * ended. */
            close(fd);
            char client[ADDRESS_SIZE];
            format_address(&client_addr, client);
            serve_client(client_fd, client);
            exit(0);
        }
        if (pid == -1) {
            perror("server: failed to create process");
        }

        /* The parent closes its own client_fd, or it would run out of
         * descriptors. The child still has client_fd open. If fork() has
         * failed, this ends the connection, and the server goes on. */
        close(client_fd);
    }
}

/* Prints the address and the port that the server listens on. With -p 0, this
 * is a free port that bind() has chosen. */
static void print_address(int fd)
{
    struct sockaddr_in server_addr;
    socklen_t server_addr_len = sizeof(server_addr);
    struct sockaddr *addr = (struct sockaddr *) &server_addr;
    if (getsockname(fd, addr, &server_addr_len) == -1) {
        perror("server: failed to get address");
        exit(1);
    }

    char server[ADDRESS_SIZE];
    format_address(&server_addr, server);
    if (printf("Listening on %s\n", server) < 0) {
        perror("server: failed to print address");
        exit(1);
    }
}

/* Prints why accept() has failed, except after EINTR. Returns when the server
 * can call accept() again. */
static void handle_accept_error(void)
{
    /* EINTR is not a failure: a signal interrupted accept() while it was
     * waiting. On some systems, Ctrl-Z and then fg are enough for that. recv()
     * and send() below are called again, too, after EINTR. */
    if (errno == EINTR) {
        return;
    }

    /* ECONNABORTED: one client gave up in the queue, and the next client can be
     * accepted at once. Any other failure, such as too many open descriptors,
     * can last. After it, the server pauses, or it would try again all the
     * time. perror() can change errno, so errno is read first. */
    int can_last = errno != ECONNABORTED;
    perror("server: failed to accept connection");
    if (can_last) {
        sleep(1);
    }
}

/* Sends back what the client sends, until the client has finished sending. The
 * lecture notes list send() before recv(), but an echo must call recv() first.
 * This function runs in the child, so an error ends only the child. The results
 * of printf() are not checked: if it fails, the client still gets its echo. */
static void serve_client(int client_fd, const char *client)
{
    printf("Accepted %s\n", client);

    /* At a first reading, skip this step: it only makes the echo faster.
     * Without TCP_NODELAY, TCP may hold back a small piece of data until the
     * client has acknowledged the piece before it (Nagle's algorithm). On
     * Linux, that can take 40 ms. If setsockopt() fails, the echo is only
     * slower. */
    int on = 1;
    setsockopt(client_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));

    /* The buffer is large, so that one recv() can bring much data. It is
     * static, because the size of the stack can be limited (ulimit -s). */
    static char buf[BUF_SIZE];
    for (;;) {
        ssize_t bytes_received = recv(client_fd, buf, sizeof(buf), 0);
        if (bytes_received == -1 && errno == EINTR) {
            continue;
        }
        if (bytes_received == -1) {
            exit_with_client_error("receive data from", client);
        }
        if (bytes_received == 0) { /* The client has finished sending. */
            break;
        }
        if (send_all(client_fd, buf, (size_t) bytes_received) == -1) {
            exit_with_client_error("send data to", client);
        }
        print_received(client, buf, (size_t) bytes_received);
    }

    /* shutdown() ends the connection. close() alone would end it only after the
     * parent has closed its own client_fd, too, which may be a moment later.
     * ENOTCONN is not a failure: the connection has already ended. */
    if (shutdown(client_fd, SHUT_RDWR) == -1 && errno != ENOTCONN) {
        exit_with_client_error("shutdown connection with", client);
    }

    if (close(client_fd) == -1) {
        exit_with_client_error("close connection with", client);
    }
    printf("Closed %s\n", client);
}

/* Sends size bytes of data. send() may take only some of them, so it is called
 * again for the rest. Returns 0 after the last byte, or -1 after an error, with
 * the reason in errno. */
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

/* Prints how many bytes have come, and shows MAX_SHOWN of them at most. A dot
 * stands for each byte that is not printable ASCII, so that no client can send
 * control codes to the terminal. */
static void print_received(const char *client, const char *data, size_t size)
{
    printf("Received %zu bytes from %s: ", size, client);
    for (size_t i = 0; i < size && i < MAX_SHOWN; i++) {
        putchar(isprint((unsigned char) data[i]) ? data[i] : '.');
    }
    puts(size > MAX_SHOWN ? "..." : "");
}

static void exit_with_client_error(const char *action, const char *client)
{
    fprintf(stderr, "server: failed to %s %s: %s\n", action, client,
            strerror(errno));
    exit(1);
}

/* Writes addr as text, such as "127.0.0.1:3000". The array text must have room
 * for ADDRESS_SIZE bytes. */
static void format_address(const struct sockaddr_in *addr, char *text)
{
    char host[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &addr->sin_addr, host, sizeof(host));
    snprintf(text, ADDRESS_SIZE, "%s:%d", host, ntohs(addr->sin_port));
}

/* Replaces the defaults in addr with the values of the options. */
static void parse_options(int argc, char *argv[], struct sockaddr_in *addr)
{
    /* In "a:hp:", a colon marks an option with a value. getopt() puts the value
     * into optarg. */
    int option;
    while ((option = getopt(argc, argv, "a:hp:")) != -1) {
        if (option == 'a') {
            if (inet_pton(AF_INET, optarg, &addr->sin_addr) != 1) {
                exit_with_usage("address", optarg);
            }
        } else if (option == 'p') {
            /* strtol() alone would also accept spaces, a sign, and any text
             * after the number. */
            char *end;
            long port = strtol(optarg, &end, 10);
            int is_number = isdigit((unsigned char) optarg[0]) && *end == '\0';
            if (!is_number || port > 65535) {
                exit_with_usage("port", optarg);
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
        exit_with_usage("operand", argv[optind]);
    }
}

static void exit_with_usage(const char *what, const char *value)
{
    fprintf(stderr, "server: invalid %s: '%s'\n" USAGE, what, value);
    exit(2);
}
