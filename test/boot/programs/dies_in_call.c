/* A child and its parent die in the call by which each kills itself. SIGCHLD is
 * blocked: on Linux it may come before or after the parent's end. */
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

int main(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    (void)vfork();
    kill(getpid(), SIGKILL);
    return 1;
}
