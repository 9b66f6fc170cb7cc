/* A child and its parent die in the call by which each kills itself. */
#include <signal.h>
#include <unistd.h>

int main(void)
{
    (void)vfork();
    kill(getpid(), SIGKILL);
    return 1;
}
