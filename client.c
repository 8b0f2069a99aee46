/* client.c - a TCP echo client (RFC 862). It sends a message, and prints what
 * comes back. If the message is "-", it sends its standard input. "--" stands
 * before any other message that begins with a dash: ./client -- -x
 * Exit status: 0 after the whole echo, 1 after an error, 2 after wrong usage.
 * To compile it by hand: cc -o client client.c */

/* This macro asks the headers for POSIX.1-2008: standard C has no sockets. */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define USAGE "usage: client [-a address] [-p port] [message]\n"
#define BUF_SIZE 65536

static void exchange(int fd, int input_fd, const char *data, size_t unsent);
static size_t receive_echo(int fd);
static size_t send_some(int fd, const char *data, size_t unsent);
static size_t read_input(int input_fd, char *buf, size_t size);
static void exit_with_error(const char *action);
static void parse_options(int argc, char *argv[], struct sockaddr_in *addr);
static void exit_with_usage(const char *what, const char *value);

int main(int argc, char *argv[])
{
    /* The default is this machine, and port 3000. inet_pton() and htons() put
     * the bytes of the address and of the port in the order of the network. */
    struct sockaddr_in server_addr = {.sin_family = AF_INET};
    inet_pton(AF_INET, "127.0.0.1", &server_addr.sin_addr);
    server_addr.sin_port = htons(3000);
    parse_options(argc, argv, &server_addr);

    /* IPv4 (AF_INET) and a stream of bytes (SOCK_STREAM): together, TCP. */
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1) {
        perror("client: failed to create socket");
        return 1;
    }

    /* Each domain has its own type of address. connect() takes all of them as a
     * struct sockaddr. */
    struct sockaddr *addr = (struct sockaddr *) &server_addr;
    if (connect(fd, addr, sizeof(server_addr)) == -1) {
        perror("client: failed to connect to server");
        return 1;
    }

    /* Without this, sending to a server that has gone can kill the process, and
     * so can printing into a pipe that nobody reads any more. With this, send()
     * or fwrite() fails instead. */
    signal(SIGPIPE, SIG_IGN);

    /* Turn off the buffer of standard output, so that each part of the echo is
     * printed as soon as it arrives, even if the line is not complete. */
    setvbuf(stdout, NULL, _IONBF, 0);

    /* exchange() sends with send(), and receives with recv(). */
    const char *message = optind < argc ? argv[optind] : "Hello, world!";
    if (strcmp(message, "-") == 0) {
        exchange(fd, STDIN_FILENO, "", 0);
    } else {
        exchange(fd, -1, message, strlen(message));
        if (putchar('\n') == EOF) {
            perror("client: failed to write output");
            return 1;
        }
    }

    /* The echo is complete. shutdown() ends the connection, so that recv() in
     * the server returns 0. ENOTCONN is not a failure: the server has already
     * ended the connection. */
    if (shutdown(fd, SHUT_RDWR) == -1 && errno != ENOTCONN) {
        perror("client: failed to shutdown connection");
        return 1;
    }

    if (close(fd) == -1) {
        perror("client: failed to close connection");
        return 1;
    }

    /* Some file systems report only here that they could not store the data. */
    if (fclose(stdout) == EOF) {
        perror("client: failed to write output");
        return 1;
    }
    return 0;
}

/* Sends the unsent bytes at data, and then everything that can be read from
 * input_fd (-1: there is no input). Prints the echo as it arrives. Returns when
 * every byte has come back.
 *
 * It would not work to send everything first, and to receive the echo then. If
 * there are more data than fit into the buffers on the way, both sides wait for
 * each other forever:
 *
 *     client                   buffers                   server
 *     waits in send()     -->  full of data    -->  does not receive
 *     does not receive    <--  full of echoes  <--  waits in send()
 *
 * So this function waits in poll() until it can do one of three things without
 * waiting: receive a part of the echo, send data, or read input. It does that,
 * and calls poll() again. */
static void exchange(int fd, int input_fd, const char *data, size_t unsent)
{
    /* From now on, send() takes only as many bytes as there is room for, and
     * never waits. F_SETFL replaces all the file status flags. That is right
     * for a new socket, which has none, but never for standard input: other
     * processes, such as the shell, share its flags. */
    if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1) {
        exit_with_error("make socket nonblocking");
    }

    /* buf is static, because the size of the stack can be limited (ulimit -s).
     * unechoed counts the bytes that were sent and have not come back. */
    static char buf[BUF_SIZE];
    size_t unechoed = 0;
    while (input_fd != -1 || unsent > 0 || unechoed > 0) {
        struct pollfd fds[] = {
            {.fd = fd, .events = POLLIN},
            {.fd = input_fd, .events = POLLIN},
        };

        /* Unsent bytes may be in buf, so no input can be read into it now. Wait
         * for room to send them instead. poll() ignores a descriptor of -1. */
        if (unsent > 0) {
            fds[0].events = POLLIN | POLLOUT;
            fds[1].fd = -1;
        }

        /* EINTR is not a failure: a signal interrupted the call while it was
         * waiting. On some systems, Ctrl-Z and then fg do that. So the call is
         * made again. */
        int ready = poll(fds, 2, -1);
        if (ready == -1 && errno == EINTR) {
            continue;
        }
        if (ready == -1) {
            exit_with_error("wait for data");
        }

        /* recv() comes before send(): if the server has ended the connection,
         * recv() returns 0, while send() could still succeed. After an error,
         * poll() returns POLLERR or POLLHUP, and recv() tells the reason. */
        if (fds[0].revents & (POLLIN | POLLHUP | POLLERR)) {
            size_t bytes_received = receive_echo(fd);
            if (bytes_received > unechoed) {
                fputs("client: server sent back more than it received\n",
                      stderr);
                exit(1);
            }
            unechoed -= bytes_received;
        } else if (fds[0].revents & POLLOUT) {
            size_t bytes_sent = send_some(fd, data, unsent);
            data += bytes_sent;
            unsent -= bytes_sent;
            unechoed += bytes_sent;
        } else if (fds[1].revents != 0) { /* Input, or its end, or an error. */
            data = buf;
            unsent = read_input(input_fd, buf, sizeof(buf));
            if (unsent == 0) { /* The input has ended. */
                input_fd = -1;
            }
        }
    }
}

/* Receives a part of the echo, and prints it. Returns its size in bytes, which
 * is never 0: if the server has ended the connection, the program ends. */
static size_t receive_echo(int fd)
{
    static char echo[BUF_SIZE];
    ssize_t bytes_received = recv(fd, echo, sizeof(echo), 0);
    if (bytes_received == -1) {
        exit_with_error("receive data");
    }
    if (bytes_received == 0) {
        fputs("client: failed to receive data: server closed the connection\n",
              stderr);
        exit(1);
    }

    size_t size = (size_t) bytes_received;
    if (fwrite(echo, 1, size, stdout) != size) {
        exit_with_error("write output");
    }
    return size;
}

/* Sends a part of the data, or all. Returns the number of bytes sent. EAGAIN
 * means that there is no room to send after all: then the number is 0. */
static size_t send_some(int fd, const char *data, size_t unsent)
{
    ssize_t bytes_sent = send(fd, data, unsent, 0);
    if (bytes_sent == -1 && errno == EAGAIN) {
        return 0;
    }
    if (bytes_sent == -1) {
        exit_with_error("send data");
    }
    return (size_t) bytes_sent;
}

/* Reads input into buf. Returns the number of bytes read: 0 at the end. */
static size_t read_input(int input_fd, char *buf, size_t size)
{
    ssize_t bytes_read = read(input_fd, buf, size);
    if (bytes_read == -1) {
        exit_with_error("read input");
    }
    return (size_t) bytes_read;
}

static void exit_with_error(const char *action)
{
    fprintf(stderr, "client: failed to %s: %s\n", action, strerror(errno));
    exit(1);
}

/* Replaces the defaults in addr with the values of the options. */
static void parse_options(int argc, char *argv[], struct sockaddr_in *addr)
{
    /* A colon marks an option that has a value. getopt() puts it in optarg. */
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
    if (optind + 1 < argc) {
        exit_with_usage("operand", argv[optind + 1]);
    }
}

static void exit_with_usage(const char *what, const char *value)
{
    fprintf(stderr, "client: invalid %s: '%s'\n" USAGE, what, value);
    exit(2);
}
