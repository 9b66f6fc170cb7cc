/* A handler sets bits of MXCSR that no CPU has in its frame: it does not come
 * back. Not compared with Linux in QEMU, whose CPU takes any MXCSR, so that
 * Linux never sees the fault that it counts on. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

/* An fxsave image, which i386 has behind its own 112 bytes. */
#define FXSAVE_OFFSET (sizeof(void *) == 8 ? 0 : 112)
#define MXCSR_OFFSET  24
#define MXCSR_SIZE    4

static void break_mxcsr(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    char *state = (char *)uc->uc_mcontext.fpregs;
    (void)info;
    memset(state + FXSAVE_OFFSET + MXCSR_OFFSET, 0xff, MXCSR_SIZE);
    printf("signal %d\n", signal);
    fflush(stdout);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = break_mxcsr,
                               .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    printf("came back\n");
    return 0;
}
