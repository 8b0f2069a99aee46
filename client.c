/* client.c - a TCP echo client (RFC 862): sends a message and prints its echo.
 * cc -o client client.c && ./client [-a address] [-p port] [message]
 * The message - stands for standard input; any other that starts with a dash
 * goes after --. Status: 1 after an error, 2 after bad usage. */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
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

static void exit_bad_usage(const char *what, const char *value)
{
    fprintf(stderr, "client: invalid %s: '%s'\n" USAGE, what, value);
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
            addr->sin_port = parse_port(optarg, 1);
        } else if (option == 'h') {
            exit(fputs(USAGE, stdout) == EOF || fflush(stdout) == EOF);
        } else if (option == '?') { /* getopt() has said what is wrong. */
            fputs(USAGE, stderr);
            exit(2);
        } else if (inet_pton(AF_INET, optarg, &addr->sin_addr) != 1) {
            exit_bad_usage("address", optarg);
        }
    }
    if (optind + 1 < argc) {
        exit_bad_usage("operand", argv[optind + 1]);
    }
}

/* Sends the unsent bytes at data, then all of input (-1: there is none), and
 * prints what comes back. Returns 0 when every byte is back, -1 after an error.
 *
 * Why not simply send everything and then receive? The server echoes while we
 * send. When every buffer on the way is full of echoes that we do not receive,
 * it stops receiving too, and both sides wait in send() forever. So poll()
 * waits until something can be done at once, and the loop does just that. */
static int exchange(int fd, int input, const char *data, size_t unsent)
{
    enum { INPUT, SERVER };
    struct pollfd ready[] = {[INPUT].events = POLLIN, [SERVER].fd = fd};
    char buf[BUF_BYTES], echo[BUF_BYTES];
    /* In bytes: unsent have been read, but not sent yet; unechoed have been
     * sent, but are not back yet. */
    size_t unechoed = 0;
    int status = 0;

    /* send() is to take what fits now, not to wait until the rest fits, too. */
    if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1) {
        perror("client: failed to make socket nonblocking");
        return -1;
    }
    while (input != -1 || unsent > 0 || unechoed > 0) {
        /* poll() leaves out an entry whose fd is -1. */
        ready[INPUT].fd = unsent > 0 ? -1 : input;
        ready[SERVER].events = unsent > 0 ? POLLIN | POLLOUT : POLLIN;
        if (poll(ready, 2, -1) == -1) {
            perror("client: failed to wait for data");
            return -1;
        }

        /* Data, the end, or an error: recv() tells which. */
        if (ready[SERVER].revents & ~POLLOUT) {
            ssize_t bytes_received = recv(fd, echo, sizeof(echo), 0);
            if (bytes_received <= 0) {
                /* 0: the server has closed the connection, before the end. */
                fprintf(stderr, "client: failed to receive data: %s\n",
                        bytes_received == 0 ? "server closed the connection"
                                            : strerror(errno));
                return -1;
            }
            if (fwrite(echo, (size_t) bytes_received, 1, stdout) != 1) {
                perror("client: failed to write output");
                return -1;
            }
            if ((size_t) bytes_received > unechoed) {
                fputs("client: server sent more than it was sent\n", stderr);
                return -1;
            }
            unechoed -= (size_t) bytes_received;
        } else if (ready[SERVER].revents & POLLOUT) {
            ssize_t bytes_sent = send(fd, data, unsent, 0);
            if (bytes_sent >= 0) {
                data += bytes_sent;
                unsent -= (size_t) bytes_sent;
                unechoed += (size_t) bytes_sent;
            } else if (errno != EAGAIN) { /* which is: no room, after all */
                perror("client: failed to send data");
                /* No more is sent; what is on its way back is still printed. */
                status = -1;
                unsent = 0;
                input = -1;
            }
        } else {
            ssize_t bytes_read = read(input, buf, sizeof(buf));
            if (bytes_read == -1) {
                perror("client: failed to read input");
                return -1;
            }
            if (bytes_read == 0) { /* the input has ended */
                input = -1;
            }
            data = buf;
            unsent = (size_t) bytes_read;
        }
    }
    return status;
}

int main(int argc, char *argv[])
{
    struct sockaddr_in server_addr = {.sin_family = AF_INET};
    /* This address is well-formed, so the call cannot fail. */
    inet_pton(AF_INET, "127.0.0.1", &server_addr.sin_addr);
    server_addr.sin_port = htons(3000);
    parse_options(argc, argv, &server_addr);
    const char *message = optind < argc ? argv[optind] : "Hello, world!";
    int input = strcmp(message, "-") == 0 ? STDIN_FILENO : -1;

    /* None of these can fail. Output is written at once; where it cannot be
     * written, a call fails, and no signal ends the program without a word. */
    setvbuf(stdout, NULL, _IONBF, 0);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);

    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1) {
        perror("client: failed to create socket");
        exit(1);
    }
    /* A standard stream was closed, and the socket has taken its number. */
    if (fd <= STDERR_FILENO) {
        fputs("client: standard input, output or error is closed\n", stderr);
        exit(1);
    }

    if (connect(fd, (struct sockaddr *) &server_addr, sizeof(server_addr))
        == -1) {
        perror("client: failed to connect to server");
        exit(1);
    }

    if (exchange(fd, input, message, input == -1 ? strlen(message) : 0) == -1) {
        exit(1);
    }

    /* Every byte is back: a server that closed first (ENOTCONN) is fine. */
    if ((shutdown(fd, SHUT_RDWR) == -1 && errno != ENOTCONN)
        || close(fd) == -1) {
        perror("client: failed to shutdown connection");
        exit(1);
    }
    /* Some file systems tell only at the end that data could not be written. */
    if ((input == -1 && putchar('\n') == EOF) || fclose(stdout) == EOF) {
        perror("client: failed to write output");
        exit(1);
    }
    return 0;
}
