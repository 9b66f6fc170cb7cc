/* Dies in a call: the child by the one that kills it, the parent in vfork by
 * the child's. */
#include <signal.h>
#include <unistd.h>

int main(void)
{
    if (vfork() == 0) {
        kill(getppid(), SIGKILL);
        kill(getpid(), SIGKILL);
    }
    return 1;
}
