/* limited.c - limited seconds command [argument...]
 * A command that a shell script can rely on to end: an alarm ends it after so
 * many seconds. It leads a process group of its own, so that it can be ended
 * together with all that it has started: kill -s KILL -- -PID. */
#define _POSIX_C_SOURCE 200809L

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    if (argc < 3 || setpgid(0, 0) == -1) {
        perror("limited seconds command [argument...]");
        return 126;
    }
    /* The scripts ignore it, and the command would inherit that. */
    signal(SIGPIPE, SIG_DFL);
    /* A pipe ends when its last writer closes it; the command must not be one
     * because it has inherited what the script has open. */
    for (int fd = STDERR_FILENO + 1; fd < 256; fd++)
        close(fd);
    alarm((unsigned) atoi(argv[1]));
    execvp(argv[2], argv + 2);
    perror("limited: failed to run command");
    return 127;
}
