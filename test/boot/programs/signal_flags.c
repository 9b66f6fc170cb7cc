/* A handler sets each bit of the flags in its frame: sigreturn takes what is
 * the program's, and nothing else. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <ucontext.h>

#ifdef __x86_64__
#define PC REG_RIP
#else
#define PC REG_EIP
#endif

#define UD2_SIZE 2
#define BITS     (8 * (int)sizeof(greg_t))

static volatile greg_t wanted;
static volatile unsigned long seen;
static volatile int faults, traps;

/* The first ud2 sets the flags, the second shows them. */
static void fault(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)signal;
    (void)info;
    seen = (unsigned long)uc->uc_mcontext.gregs[REG_EFL];
    uc->uc_mcontext.gregs[REG_EFL] = faults++ == 0 ? wanted : 0;
    uc->uc_mcontext.gregs[PC] += UD2_SIZE;
}

static void trap(int signal)
{
    (void)signal;
    traps++;
}

static void try(const char *what, greg_t flags)
{
    wanted = flags;
    faults = traps = 0;
    __asm__ volatile("ud2\n"
                     "nop\n"
                     "ud2\n"
                     :
                     :
                     : "memory", "cc");
    printf("%s %llx: %lx, %d traps\n", what, (unsigned long long)flags, seen,
           traps);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO};

    sigaction(SIGILL, &action, NULL);
    signal(SIGTRAP, trap);
    for (int bit = 0; bit < BITS; bit++) {
        try("bit", (greg_t)((unsigned long long)1 << bit));
    }
    try("all", (greg_t)-1);
    try("none", 0);
    return 0;
}
