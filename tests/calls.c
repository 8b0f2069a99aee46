/* calls.c - stands between a program and the system. The program is compiled
 * with -Dsocket=test_socket and so on. Environment variables say what happens:
 *     TRACE=FILE       the calls are written to FILE, a line each: first
 *                      "server", "child" or "client", then the call
 *     FAIL=CALL        each call of this function fails, with EPERM
 *     ERROR=NAME       it fails with this error instead (see errors below)
 *     TIMES=N          it fails only N times in each process
 *     PART=1           send() and recv() do only half of what they could
 * A call that waits for the other side is written down when it returns. All
 * other calls are written down before they begin, or fail. */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *process = PROCESS;

static const struct {
    const char *name;
    int number;
} errors[] = {
    {"EPERM", EPERM},
    {"EINTR", EINTR},
    {"EAGAIN", EAGAIN},
    {"EMFILE", EMFILE},
    {"ENOTCONN", ENOTCONN},
    {"ECONNABORTED", ECONNABORTED},
};

/* Returns 1, and sets errno, if this call is to fail. */
static int fails(const char *call)
{
    static int times;
    const char *fail = getenv("FAIL");
    const char *limit = getenv("TIMES");
    if (fail == NULL || strcmp(fail, call) != 0) {
        return 0;
    }
    if (limit != NULL && times == atoi(limit)) {
        return 0;
    }
    times++;
    const char *error = getenv("ERROR") == NULL ? "EPERM" : getenv("ERROR");
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (strcmp(error, errors[i].name) == 0) {
            errno = errors[i].number;
        }
    }
    return 1;
}

/* Adds a line to the trace, and keeps errno. */
static void note(const char *format, ...)
{
    int error = errno;
    FILE *trace = getenv("TRACE") == NULL ? NULL : fopen(getenv("TRACE"), "a");
    if (trace != NULL) {
        va_list arguments;
        va_start(arguments, format);
        fprintf(trace, "%s ", process);
        vfprintf(trace, format, arguments);
        fputc('\n', trace);
        va_end(arguments);
        fclose(trace);
    }
    errno = error;
}

static void note_address(const char *call, const struct sockaddr *addr)
{
    const struct sockaddr_in *in = (const struct sockaddr_in *) addr;
    note("%s %s:%d", call, inet_ntoa(in->sin_addr), ntohs(in->sin_port));
}

static size_t part_of(size_t size)
{
    return getenv("PART") == NULL ? size : (size + 1) / 2;
}

int test_socket(int domain, int type, int protocol)
{
    int fd = fails("socket") ? -1 : socket(domain, type, protocol);
    note("socket() = %d", fd);
    return fd;
}

int test_setsockopt(int fd, int level, int option, const void *value,
                    socklen_t len)
{
    note("setsockopt(%d)", fd);
    if (fails("setsockopt")) {
        return -1;
    }
    return setsockopt(fd, level, option, value, len);
}

int test_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
    char call[40];
    snprintf(call, sizeof(call), "bind(%d)", fd);
    note_address(call, addr);
    return fails("bind") ? -1 : bind(fd, addr, len);
}

int test_listen(int fd, int backlog)
{
    note("listen(%d) %s", fd, backlog == SOMAXCONN ? "SOMAXCONN" : "other");
    return fails("listen") ? -1 : listen(fd, backlog);
}

int test_getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
    return fails("getsockname") ? -1 : getsockname(fd, addr, len);
}

int test_accept(int fd, struct sockaddr *addr, socklen_t *len)
{
    if (fails("accept")) {
        return -1;
    }
    int client_fd = accept(fd, addr, len);
    char call[40];
    snprintf(call, sizeof(call), "accept(%d) = %d", fd, client_fd);
    note_address(call, addr);
    return client_fd;
}

pid_t test_fork(void)
{
    pid_t pid = fails("fork") ? -1 : fork();
    if (pid == 0) {
        process = "child";
    }
    note("fork() = %ld", (long) pid);
    return pid;
}

int test_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
    char call[40];
    snprintf(call, sizeof(call), "connect(%d)", fd);
    note_address(call, addr);
    return fails("connect") ? -1 : connect(fd, addr, len);
}

/* This one is for exercise 2. */
int test_poll(struct pollfd *fds, nfds_t size, int timeout)
{
    note("poll()");
    return fails("poll") ? -1 : poll(fds, size, timeout);
}

ssize_t test_read(int fd, void *buf, size_t size)
{
    return fails("read") ? -1 : read(fd, buf, size);
}

ssize_t test_send(int fd, const void *buf, size_t size, int flags)
{
    note("send(%d) %zu bytes", fd, size);
    return fails("send") ? -1 : send(fd, buf, part_of(size), flags);
}

ssize_t test_recv(int fd, void *buf, size_t size, int flags)
{
    if (fails("recv")) {
        return -1;
    }
    ssize_t bytes = recv(fd, buf, part_of(size), flags);
    note("recv(%d) = %ld%s", fd, (long) bytes, bytes > 0 ? " bytes" : "");
    return bytes;
}

int test_shutdown(int fd, int how)
{
    note("shutdown(%d) %s", fd, how == SHUT_RDWR ? "SHUT_RDWR"
         : how == SHUT_WR ? "SHUT_WR" : "SHUT_RD");
    return fails("shutdown") ? -1 : shutdown(fd, how);
}

int test_close(int fd)
{
    note("close(%d)", fd);
    return fails("close") ? -1 : close(fd);
}

int test_fclose(FILE *stream)
{
    return fails("fclose") && stream == stdout ? -1 : fclose(stream);
}
