/* calls.c - stands between a program, compiled with -Dsocket=test_socket and so
 * on, and the system. Environment variables say what happens:
 *     TRACE=FILE      the calls are written to FILE, in a column for each side:
 *                     what the other side waits for, as soon as it begins
 *     FAIL=CALL       that call fails with EPERM (setsockopt(): the option)
 *     INTERRUPT=CALL  that call fails once in each process, with EINTR
 *     FAULT=gone      what fails does so with ENOTCONN
 *     FAULT=short     socket buffers are small, calls do half, or say EAGAIN
 *     FAULT=parent    accept() fails for more than a second, then fork() once
 *     FAULT=half      half of the data is sent, then the process ends
 *     FAULT=extra     a byte is sent that nobody has asked for
 *     FAULT=pieces    1,000 bytes are sent at a time */
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
#include <time.h>
#include <unistd.h>

/* In the trace: 0 for the server, 31 for its child, 51 for the client. */
static int column = COLUMN;

static int is_set(const char *variable, const char *value)
{
    const char *setting = getenv(variable);
    return setting != NULL && strcmp(setting, value) == 0;
}

static int fails(const char *call)
{
    static int interrupted;
    int interrupt = is_set("INTERRUPT", call) && !interrupted++;
    errno = interrupt ? EINTR : is_set("FAULT", "gone") ? ENOTCONN : EPERM;
    return interrupt || is_set("FAIL", call);
}

/* Appends a line to the trace, in one piece. Keeps errno. */
static void note(const char *format, ...)
{
    int error = errno;
    FILE *trace = getenv("TRACE") == NULL ? NULL : fopen(getenv("TRACE"), "a");
    if (trace != NULL) {
        va_list arguments;
        va_start(arguments, format);
        fprintf(trace, "%*s", column, "");
        vfprintf(trace, format, arguments);
        fputc('\n', trace);
        va_end(arguments);
        fclose(trace);
    }
    errno = error;
}

/* What %s:%d needs to print an address. */
#define HOST_AND_PORT(addr) \
    inet_ntoa(((const struct sockaddr_in *) (addr))->sin_addr), \
    ntohs(((const struct sockaddr_in *) (addr))->sin_port)

static size_t part(size_t size)
{
    return is_set("FAULT", "short") ? (size + 1) / 2 : size;
}

static int parent_fails(void)
{
    static int calls;
    static time_t until;
    int aborted = ++calls <= 8;
    until = aborted ? time(NULL) + 1 : until;
    errno = aborted ? ECONNABORTED : EMFILE;
    return is_set("FAULT", "parent") && (aborted || time(NULL) <= until);
}

/* A call that is noted before or after the system's, or not, and may fail. */
#define CALL(type, call, parameters, arguments, before, after) \
    type test_##call parameters \
    { \
        before; \
        type result = fails(#call) ? -1 : call arguments; \
        after; \
        return result; \
    }
CALL(int, socket, (int domain, int type, int protocol),
     (domain, type, protocol), , note("socket() = %d", result);
     if (is_set("FAULT", "short")) {
         setsockopt(result, IPPROTO_TCP, TCP_MAXSEG, &(int){1000}, sizeof(int));
         setsockopt(result, SOL_SOCKET, SO_RCVBUF, &(int){4096}, sizeof(int));
         setsockopt(result, SOL_SOCKET, SO_SNDBUF, &(int){4096}, sizeof(int));
     })
CALL(int, bind, (int fd, const struct sockaddr *addr, socklen_t len),
     (fd, addr, len), , note("bind(%d) %s:%d", fd, HOST_AND_PORT(addr)))
CALL(int, connect, (int fd, const struct sockaddr *addr, socklen_t len),
     (fd, addr, len), note("connect(%d) %s:%d", fd, HOST_AND_PORT(addr)), )
CALL(int, listen, (int fd, int backlog), (fd, backlog), ,
     note("listen(%d)", backlog == SOMAXCONN ? fd : -1))
CALL(int, shutdown, (int fd, int how), (fd, how),
     note("shutdown(%d)", how == SHUT_RDWR ? fd : -1), )
CALL(int, close, (int fd), (fd), note("close(%d)", fd), )
CALL(int, getsockname, (int fd, struct sockaddr *addr, socklen_t *len),
     (fd, addr, len), , )
CALL(int, accept, (int fd, struct sockaddr *addr, socklen_t *len),
     (fd, addr, len), if (parent_fails()) return -1,
     note("accept(%d) = %d %s:%d", fd, result, HOST_AND_PORT(addr)))
CALL(int, poll, (struct pollfd *fds, nfds_t size, int timeout),
     (fds, size, timeout), , )
CALL(ssize_t, recv, (int fd, void *buf, size_t size, int flags),
     (fd, buf, part(size), flags), ,
     note("recv(%d) = %ld%s", fd, (long) result, result > 0 ? " bytes" : ""))
CALL(ssize_t, read, (int fd, void *buf, size_t size), (fd, buf, size), , )
CALL(int, fclose, (FILE *stream), (stream),
     if (stream != stdout) return fclose(stream), )

int test_fcntl(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    int flags = va_arg(arguments, int);
    va_end(arguments);
    note("nonblocking(%d)", flags == O_NONBLOCK ? fd : -1);
    return fails("fcntl") ? -1 : fcntl(fd, command, flags);
}

int test_setsockopt(int fd, int level, int name, const void *on, socklen_t len)
{
    const char *option = *(const int *) on == 0 ? "off"
        : level == SOL_SOCKET && name == SO_REUSEADDR ? "SO_REUSEADDR"
        : level == IPPROTO_TCP && name == TCP_NODELAY ? "TCP_NODELAY" : "other";
    note("%s(%d)", option, fd);
    return fails(option) ? -1 : setsockopt(fd, level, name, on, len);
}

pid_t test_fork(void)
{
    static int calls;
    errno = EAGAIN;
    pid_t pid = is_set("FAULT", "parent") && ++calls == 1 ? -1 : fork();
    column = pid == 0 ? 31 : column;
    note("fork() = %ld", (long) pid);
    return pid;
}

ssize_t test_send(int fd, const void *buf, size_t size, int flags)
{
    static int calls;
    note("send(%d) %ld bytes", fd, (long) size);
    int nonblocking = (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0;
    if (is_set("FAULT", "short") && nonblocking && ++calls % 2 == 1) {
        errno = EAGAIN;
        return -1;
    }
    if (is_set("FAULT", "half")) {
        send(fd, buf, size / 2, flags);
        _exit(0);
    }
    if (is_set("FAULT", "extra")) {
        send(fd, "!", 1, flags);
    }
    size = is_set("FAULT", "pieces") && size > 1000 ? 1000 : part(size);
    return fails("send") ? -1 : send(fd, buf, size, flags);
}
