/* calls.c - stands between a program, compiled with -Dsocket=test_socket and so
 * on, and the system. Environment variables say what happens:
 *     TRACE=FILE     the notes' calls are appended to FILE if they succeed:
 *                    process, descriptor, call, address, is TCP_NODELAY on
 *     PORT=PORT      stands in for port 3000
 *     FAIL=CALL      that call fails with EIO (setsockopt(): the option's name)
 *     FAULT=short    recv() and send() do half of what they could, or nothing
 *     FAULT=small    the socket's buffers hold a few KiB
 *     FAULT=parent   eight connections are aborted, descriptors lack once, and
 *                    then the first fork() fails
 *     FAULT=address  accept() tells a client's address at its longest
 *     FAULT=gone     shutdown() finds no connection
 *     FAULT=leave    the program ends once it has sent something */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int is_set(const char *variable, const char *value)
{
    const char *setting = getenv(variable);
    return setting != NULL && strcmp(setting, value) == 0;
}
static int fails(const char *call)
{
    errno = EIO;
    return is_set("FAIL", call);
}
/* Returns result, which is -1 if the call has failed. */
static ssize_t note(ssize_t result, int fd, const char *call, const void *addr)
{
    const struct sockaddr_in none = {.sin_family = AF_INET};
    const struct sockaddr_in *in = addr == NULL ? &none : addr;
    int on = 0;
    if (result == -1 || getenv("TRACE") == NULL)
        return result;
    getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &(socklen_t){sizeof(on)});
    FILE *trace = fopen(getenv("TRACE"), "a");
    fprintf(trace, "%ld %d %s %s:%d %d\n", (long) getpid(), fd, call,
            inet_ntoa(in->sin_addr), ntohs(in->sin_port), on);
    fclose(trace);
    return result;
}
/* Returns addr, or where port 3000 leads instead. */
static const struct sockaddr *redirect(const void *addr)
{
    static struct sockaddr_in in;
    memcpy(&in, addr, sizeof(in));
    if (in.sin_port == htons(3000) && getenv("PORT") != NULL) {
        in.sin_addr.s_addr = inet_addr("127.0.0.1");
        in.sin_port = htons((in_port_t) atoi(getenv("PORT")));
    }
    return (const struct sockaddr *) &in;
}
static size_t part(size_t size)
{
    return is_set("FAULT", "short") ? (size + 1) / 2 : size;
}
int test_socket(int domain, int type, int protocol)
{
    int fd = fails("socket") ? -1 : socket(domain, type, protocol);
    int size = 4096;
    if (is_set("FAULT", "small")) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    }
    return (int) note(fd, fd, "socket", NULL);
}
int test_setsockopt(int fd, int level, int name, const void *on, socklen_t len)
{
    const char *option = level == IPPROTO_TCP ? "TCP_NODELAY"
        : name == SO_REUSEADDR ? "SO_REUSEADDR" : "another";
    return fails(option) ? -1 : setsockopt(fd, level, name, on, len);
}
int test_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
    int result = fails("bind") ? -1 : bind(fd, redirect(addr), len);
    return (int) note(result, fd, "bind", addr);
}
int test_listen(int fd, int backlog)
{
    int result = fails("listen") ? -1 : listen(fd, backlog);
    return (int) note(result, fd, "listen", NULL);
}
int test_getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
    return fails("getsockname") ? -1 : getsockname(fd, addr, len);
}
int test_accept(int fd, struct sockaddr *addr, socklen_t *len)
{
    static int calls;
    errno = ++calls <= 8 ? ECONNABORTED : EMFILE;
    if (is_set("FAULT", "parent") && calls <= 9)
        return -1;
    int client_fd = accept(fd, addr, len);
    if (is_set("FAULT", "address"))
        memset(&((struct sockaddr_in *) addr)->sin_port, 0xff, 6);
    return (int) note(client_fd, fd, "accept", addr);
}
pid_t test_fork(void)
{
    static int calls;
    errno = EAGAIN;
    return is_set("FAULT", "parent") && ++calls == 1 ? -1 : fork();
}
int test_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
    int result = fails("connect") ? -1 : connect(fd, redirect(addr), len);
    return (int) note(result, fd, "connect", addr);
}
int test_fcntl(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    int flags = command == F_SETFL ? va_arg(arguments, int) : 0;
    va_end(arguments);
    return fails("fcntl") ? -1 : fcntl(fd, command, flags);
}
int test_poll(struct pollfd *fds, nfds_t size, int timeout)
{
    return fails("poll") ? -1 : poll(fds, size, timeout);
}
ssize_t test_recv(int fd, void *buf, size_t size, int flags)
{
    ssize_t result = fails("recv") ? -1 : recv(fd, buf, part(size), flags);
    return note(result, fd, "recv", NULL);
}
ssize_t test_send(int fd, const void *buf, size_t size, int flags)
{
    static int calls;
    int nonblocking = (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0;
    errno = EAGAIN;
    if (is_set("FAULT", "short") && nonblocking && ++calls % 2 == 1)
        return -1;
    ssize_t result = fails("send") ? -1 : send(fd, buf, part(size), flags);
    if (is_set("FAULT", "leave"))
        _exit(0);
    return note(result, fd, "send", NULL);
}
/* POSIX: with a socket, read() and write() do what recv() and send() do. */
ssize_t test_read(int fd, void *buf, size_t size)
{
    if (fd > 2)
        return test_recv(fd, buf, size, 0);
    return fails("read") ? -1 : read(fd, buf, size);
}
ssize_t test_write(int fd, const void *buf, size_t size)
{
    return fd > 2 ? test_send(fd, buf, size, 0) : write(fd, buf, size);
}
int test_shutdown(int fd, int how)
{
    int result = fails("shutdown") ? -1 : shutdown(fd, how);
    if (!is_set("FAULT", "gone"))
        return (int) note(result, fd, "shutdown", NULL);
    errno = ENOTCONN;
    return -1;
}
int test_close(int fd)
{
    return (int) note(fails("close") ? -1 : close(fd), fd, "close", NULL);
}
int test_fclose(FILE *stream)
{
    return stream == stdout && fails("fclose") ? EOF : fclose(stream);
}
