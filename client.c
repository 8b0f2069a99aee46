/* client.c - a TCP echo client (RFC 862): sends a message and prints its echo.
 * The message "-" stands for standard input; any other that starts with a dash
 * goes after "--". Status: 1 after an error, 2 after bad usage.
 * C alone has no sockets: the macro asks the headers for POSIX.1-2008. */
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
#define BUF_BYTES 65536

static void exchange(int fd, int input, const char *data, size_t unsent);
static size_t receive_echo(int fd, size_t unechoed);
static void exit_with_error(const char *action);
static void parse_options(int argc, char *argv[], struct sockaddr_in *addr);
static void exit_bad_usage(const char *what, const char *value);

int main(int argc, char *argv[])
{
    /* AF_INET's type of address: host and port. What is not named becomes 0. */
    struct sockaddr_in server_addr = {.sin_family = AF_INET};
    inet_pton(AF_INET, "127.0.0.1", &server_addr.sin_addr);
    server_addr.sin_port = htons(3000);
    parse_options(argc, argv, &server_addr);
    const char *message = optind < argc ? argv[optind] : "Hello, world!";

    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1)
        exit_with_error("create socket");

    /* The cast: connect() takes every domain's addresses as struct sockaddr. */
    if (connect(fd, (struct sockaddr *) &server_addr, sizeof(server_addr))
        == -1)
        exit_with_error("connect to server");

    /* So a write to a server or pipe that is gone fails, and is reported. */
    signal(SIGPIPE, SIG_IGN);
    /* Output goes out at once: exchange() prints whatever has come back. */
    setvbuf(stdout, NULL, _IONBF, 0);
    if (strcmp(message, "-") == 0) {
        exchange(fd, STDIN_FILENO, NULL, 0);
    } else {
        exchange(fd, -1, message, strlen(message));
        if (putchar('\n') == EOF)
            exit_with_error("write output");
    }

    /* Every byte is back. shutdown() ends the connection (ENOTCONN: the server
     * has done so), close() frees fd. */
    if (shutdown(fd, SHUT_RDWR) == -1 && errno != ENOTCONN)
        exit_with_error("shutdown connection");
    if (close(fd) == -1)
        exit_with_error("close connection");
    /* Some file systems tell only at the end that data could not be written. */
    if (fclose(stdout) == EOF)
        exit_with_error("write output");
    return 0;
}

/* Sends the unsent bytes at data, then all of input (-1: there is none), and
 * prints what comes back, until every byte is back. To send everything first
 * would not do: the server echoes meanwhile. When every buffer on the way is
 * full of echoes that we do not receive, it stops receiving, and both sides
 * wait in send() forever. So poll() waits until something can be done. */
static void exchange(int fd, int input, const char *data, size_t unsent)
{
    /* Nonblocking, send() takes what fits now and waits for no more. fcntl()
     * clears no other flag here, as a new socket has none. */
    if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1)
        exit_with_error("make socket nonblocking");
    static char buf[BUF_BYTES];
    size_t unechoed = 0;
    while (input != -1 || unsent > 0 || unechoed > 0) {
        /* poll() leaves out an fd of -1: input waits until all else is sent. */
        struct pollfd fds[] = {
            {.fd = fd, .events = unsent > 0 ? POLLIN | POLLOUT : POLLIN},
            {.fd = unsent > 0 ? -1 : input, .events = POLLIN},
        };
        if (poll(fds, 2, -1) == -1)
            exit_with_error("wait for data");
        short server_events = fds[0].revents;
        if (server_events & (POLLIN | POLLHUP | POLLERR)) {
            /* An echo has come, or the end, or an error. */
            unechoed -= receive_echo(fd, unechoed);
        } else if (server_events & POLLOUT) {
            /* There is room to send. EAGAIN: there is none, after all. */
            ssize_t bytes_sent = send(fd, data, unsent, 0);
            if (bytes_sent == -1 && errno == EAGAIN)
                continue;
            if (bytes_sent == -1)
                exit_with_error("send data");
            data += bytes_sent;
            unsent -= (size_t) bytes_sent;
            unechoed += (size_t) bytes_sent;
        } else {
            /* There is input, or its end. */
            ssize_t bytes_read = read(input, buf, sizeof(buf));
            if (bytes_read == -1)
                exit_with_error("read input");
            if (bytes_read == 0)
                input = -1;
            data = buf;
            unsent = (size_t) bytes_read;
        }
    }
}

/* Receives and prints a piece of an echo of which unechoed bytes are missing.
 * Returns its size, in bytes. */
static size_t receive_echo(int fd, size_t unechoed)
{
    static char echo[BUF_BYTES];
    ssize_t bytes_received = recv(fd, echo, sizeof(echo), 0);
    if (bytes_received == -1)
        exit_with_error("receive data");
    if (bytes_received == 0) {
        fputs("client: failed to receive data: server closed the connection\n",
              stderr);
        exit(1);
    }
    size_t size = (size_t) bytes_received;
    if (fwrite(echo, size, 1, stdout) != 1)
        exit_with_error("write output");
    if (size > unechoed) {
        fputs("client: server sent more than it was sent\n", stderr);
        exit(1);
    }
    return size;
}

static void exit_with_error(const char *action)
{
    fprintf(stderr, "client: failed to %s: %s\n", action, strerror(errno));
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
    if (optind + 1 < argc)
        exit_bad_usage("operand", argv[optind + 1]);
}

static void exit_bad_usage(const char *what, const char *value)
{
    fprintf(stderr, "client: invalid %s: '%s'\n" USAGE, what, value);
    exit(2);
}
