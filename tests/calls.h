/* calls.h - stands between a program and the system: cc -include tests/calls.h
 * The program stays as it is. Environment variables say what happens to it:
 *
 *     TRACE=FD      the notes' calls are written to descriptor FD when they are
 *                   made (accept(): when it has returned), with process,
 *                   descriptor, and details
 *     PORT=PORT     stands in for port 3000
 *     FAIL=CALL     that call fails with EIO (setsockopt(): the option's name)
 *     FAULT=short   recv() brings and send() takes a part of what it could, and
 *                   some calls of accept(), fork() and send() fail
 *     FAULT=small   the socket's buffers hold a few KiB
 *     FAULT=pieces  send() takes 1,000 bytes at most, and without TCP_NODELAY
 *     FAULT=half    send() sends half of the data, and that is the end
 *     FAULT=extra   send() sends one byte too many
 *     FAULT=gone    shutdown() finds no connection
 */
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

static inline int is_set(const char *variable, const char *value)
{
    const char *setting = getenv(variable);
    return setting != NULL && strcmp(setting, value) == 0;
}

static inline int fails(const char *call)
{
    errno = EIO;
    return is_set("FAIL", call);
}

/* Returns 1 to size, something else with each call. */
static inline size_t part(size_t size)
{
    static unsigned random;
    random = random * 1103515245 + 12345;
    return 1 + (random >> 16) % size;
}

static inline int note(int fd, const char *format, ...)
{
    char call[64];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(call, sizeof(call), format, arguments);
    va_end(arguments);
    if (getenv("TRACE") != NULL) {
        dprintf(atoi(getenv("TRACE")), "%ld %d %s\n", (long) getpid(), fd,
                call);
    }
    return fd;
}

static inline int note_address(int fd, const char *call, const void *addr)
{
    struct sockaddr_in in;
    memcpy(&in, addr, sizeof(in));
    return note(fd, "%s %s:%d", call, inet_ntoa(in.sin_addr),
                ntohs(in.sin_port));
}

/* Returns addr, or where port 3000 leads instead. */
static inline struct sockaddr *redirect(const void *addr)
{
    static struct sockaddr_in in;
    memcpy(&in, addr, sizeof(in));
    if (in.sin_port == htons(3000)) {
        in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        in.sin_port = htons((in_port_t) atoi(getenv("PORT")));
    }
    return (struct sockaddr *) &in;
}

static inline int accept_or_fail(int fd, void *addr, socklen_t *len)
{
    static int calls;
    calls++;
    if (is_set("FAULT", "short") && (calls <= 8 || calls == 10)) {
        errno = calls <= 8 ? ECONNABORTED : EMFILE;
        return -1;
    }
    int client_fd = accept(fd, addr, len);
    note_address(fd, "accept", addr);
    return client_fd;
}

static inline pid_t fork_or_fail(void)
{
    static int calls;
    calls++;
    errno = EAGAIN;
    return is_set("FAULT", "short") && calls == 2 ? -1 : fork();
}

static inline ssize_t send_or_fail(int fd, const char *buf, size_t size)
{
    if (is_set("FAULT", "short")) {
        if ((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0 && part(2) == 1) {
            errno = EAGAIN;
            return -1;
        }
        size = part(size);
    } else if (is_set("FAULT", "pieces") && size > 1000) {
        size = 1000;
    } else if (is_set("FAULT", "half")) {
        send(fd, buf, size / 2, 0);
        exit(0);
    } else if (is_set("FAULT", "extra")) {
        static char more[65537];
        memcpy(more, buf, size);
        more[size] = '!';
        return send(fd, more, size + 1, 0) - 1;
    }
    return send(fd, buf, size, 0);
}

static inline int socket_or_fail(int fd)
{
    int size = 4096;
    if (is_set("FAULT", "small")) {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    }
    return note(fd, "socket");
}

/* A macro's own name in its expansion is the function. */
#define socket(...) \
    (fails("socket") ? -1 : socket_or_fail(socket(__VA_ARGS__)))
#define bind(fd, addr, len) \
    (fails("bind") ? -1 \
     : bind(note_address(fd, "bind", addr), redirect(addr), len))
#define connect(fd, addr, len) \
    (fails("connect") ? -1 \
     : connect(note_address(fd, "connect", addr), redirect(addr), len))
#define listen(fd, n) \
    (fails("listen") ? -1 : listen(note(fd, "listen " #n), n))
#define accept(fd, addr, len) accept_or_fail(fd, addr, len)
#define fork() fork_or_fail()
#define recv(fd, buf, size, flags) \
    (fails("recv") ? -1 \
     : recv(note(fd, "recv %zu", size), buf, \
            is_set("FAULT", "short") ? part(size) : (size), flags))
#define send(fd, buf, size, flags) \
    (fails("send") ? -1 \
     : send_or_fail(note(fd, "send %zu", size), buf, size))
#define shutdown(fd, how) \
    (fails("shutdown") ? -1 : is_set("FAULT", "gone") ? (errno = ENOTCONN, -1) \
     : shutdown(note(fd, "shutdown " #how), how))
#define close(fd) \
    (fails("close") ? -1 : close(note(fd, "close")))
#define OPTION(level) ((level) == SOL_SOCKET ? "SO_REUSEADDR" : "TCP_NODELAY")
#define setsockopt(fd, level, name, on, len) \
    (fails(OPTION(level)) ? -1 : is_set("FAULT", "pieces") ? 0 \
     : setsockopt(note(fd, "%s %d", OPTION(level), *(on)), level, name, on, \
                  len))
#define getsockname(...) (fails("getsockname") ? -1 : getsockname(__VA_ARGS__))
#define fcntl(...) (fails("fcntl") ? -1 : fcntl(__VA_ARGS__))
#define poll(...) (fails("poll") ? -1 : poll(__VA_ARGS__))
#define read(...) (fails("read") ? -1 : read(__VA_ARGS__))
