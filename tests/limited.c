/* limited.c - limited SECONDS COMMAND [ARGUMENT...]
 *
 * Runs a command that a shell script can rely on to end: an alarm ends it after
 * so many seconds, and it leads a process group of its own, so that it can be
 * ended together with all that it has started: kill -s KILL -- -PID.
 */
#define _POSIX_C_SOURCE 200809L

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    if (argc < 3) {
        fputs("usage: limited seconds command [argument...]\n", stderr);
        return 2;
    }
    if (setpgid(0, 0) == -1) {
        perror("limited: failed to make process group");
        return 2;
    }

    /* A shell starts background commands with SIGINT and SIGQUIT ignored, and
     * the script ignores SIGPIPE. The command ignores none of them. */
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    /* Outside the terminal's group, an error message must not stop it. */
    signal(SIGTTOU, SIG_IGN);

    /* A pipe ends when its last writer closes it; the command must not be one
     * because it has inherited what the script has open. */
    for (int fd = STDERR_FILENO + 1; fd < 256; fd++) {
        close(fd);
    }

    alarm((unsigned) atoi(argv[1]));
    execvp(argv[2], argv + 2);
    perror("limited: failed to run command");
    return 127;
}
