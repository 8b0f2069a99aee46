/* worst_case.c - the system at its worst. test.sh puts this before a program in
 * which the calls have other names: bind() is worst_bind(), and so on.
 * Every second call of accept(), read(), recv() or send() fails with EINTR, as
 * if a signal had interrupted it. recv() brings at most three bytes, and send()
 * takes one. With FAIL=bind in the environment, bind() fails, and so on. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int fails(const char *call)
{
    const char *failing_call = getenv("FAIL");
    if (failing_call == NULL || strcmp(failing_call, call) != 0) {
        return 0;
    }
    errno = EPERM;
    return 1;
}

int is_interrupted(void)
{
    static int calls;
    calls++;
    errno = EINTR;
    return calls % 2 == 1;
}

/* Before bind() or connect() fails, it prints the address that it was given. */
int fails_at(const char *call, const struct sockaddr *addr)
{
    const struct sockaddr_in *in = (const struct sockaddr_in *) addr;
    if (fails(call)) {
        fprintf(stderr, "%s:%d ", inet_ntoa(in->sin_addr), ntohs(in->sin_port));
    }
    return fails(call);
}

int worst_socket(int domain, int type, int protocol)
{
    return fails("socket") ? -1 : socket(domain, type, protocol);
}

int worst_setsockopt(int fd, int level, int option, const void *value,
                     socklen_t len)
{
    return fails("setsockopt") ? -1 : setsockopt(fd, level, option, value, len);
}

int worst_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
    return fails_at("bind", addr) ? -1 : bind(fd, addr, len);
}

/* A queue that is shorter than possible makes it fail, too. */
int worst_listen(int fd, int backlog)
{
    if (backlog != SOMAXCONN) {
        fd = -1;
    }
    return fails("listen") ? -1 : listen(fd, backlog);
}

/* Each client seems to have the longest possible address, and port 4711. */
int worst_accept(int fd, struct sockaddr *addr, socklen_t *len)
{
    if (fails("accept") || is_interrupted()) {
        return -1;
    }
    int client_fd = accept(fd, addr, len);
    struct sockaddr_in *in = (struct sockaddr_in *) addr;
    in->sin_addr.s_addr = htonl(INADDR_BROADCAST);
    in->sin_port = htons(4711);
    return client_fd;
}

pid_t worst_fork(void)
{
    return fails("fork") ? -1 : fork();
}

int worst_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
    return fails_at("connect", addr) ? -1 : connect(fd, addr, len);
}

ssize_t worst_read(int fd, void *buf, size_t size)
{
    return fails("read") || is_interrupted() ? -1 : read(fd, buf, size);
}

/* If send() fails, it raises SIGPIPE, as if the other side had gone. A "?"
 * becomes a "!" on its way. */
ssize_t worst_send(int fd, const char *data, size_t size, int flags)
{
    if (fails("send")) {
        raise(SIGPIPE);
        return -1;
    }
    data = *data == '?' ? "!" : data;
    return is_interrupted() ? -1 : send(fd, data, size > 1 ? 1 : size, flags);
}

ssize_t worst_recv(int fd, void *buf, size_t size, int flags)
{
    size = size > 3 ? 3 : size;
    return fails("recv") || is_interrupted() ? -1 : recv(fd, buf, size, flags);
}

/* shutdown() ends the connection, but says that it had already ended. */
int worst_shutdown(int fd, int how)
{
    if (!fails("shutdown")) {
        shutdown(fd, how);
        errno = ENOTCONN;
    }
    return -1;
}
