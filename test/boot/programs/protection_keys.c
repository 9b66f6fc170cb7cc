/* Protection keys, where the kernel has not switched them on: the instructions
 * are not there, and what comes in by XRSTOR or by a handler's frame means
 * nothing. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <ucontext.h>
#include <unistd.h>

#define PKRU       (1u << 9)
#define ALL_DENIED 0xffffffffu
#define SOFTWARE   464 /* of the state: what the kernel says of it */
#define XFEATURES  (SOFTWARE + 8)
#define HEADER     512  /* XSTATE_BV, and what follows it */
#define STATE_PKRU 2688 /* by leaf 0xd of QEMU's CPU */
#define STATE_SIZE 4096

static sigjmp_buf back;
static unsigned char state[STATE_SIZE] __attribute__((aligned(64)));

static void fault(int signal, siginfo_t *info, void *context)
{
    (void)info;
    (void)context;
    printf("signal %d\n", signal);
    siglongjmp(back, 1);
}

static void read_key(void)
{
    unsigned low, high;

    __asm__ volatile(".byte 0x0f, 0x01, 0xee" : "=a"(low), "=d"(high) : "c"(0));
    printf("rdpkru: %x\n", low);
}

static void write_key(void)
{
    __asm__ volatile(".byte 0x0f, 0x01, 0xef"
                     :
                     : "a"(ALL_DENIED), "c"(0), "d"(0)
                     : "memory");
    printf("wrpkru\n");
}

static void restore_state(void)
{
    memset(state, 0, sizeof(state));
    *(uint64_t *)(state + HEADER) = PKRU;
    *(uint32_t *)(state + STATE_PKRU) = ALL_DENIED;
    __asm__ volatile("xrstor %0" : : "m"(state), "a"(PKRU), "d"(0) : "memory");
    printf("xrstor\n");
}

/* Is the place for the key in a handler's frame? */
static void change_frame(int signal, siginfo_t *info, void *context)
{
    unsigned char *frame = (void *)((ucontext_t *)context)->uc_mcontext.fpregs;

    (void)signal;
    (void)info;
    frame += sizeof(void *) == 4 ? 112 : 0; /* behind FSAVE's */
    uint32_t offered = *(uint32_t *)(frame + XFEATURES);
    printf("offered: %s\n", (offered & PKRU) != 0 ? "keys" : "no keys");
    *(uint64_t *)(frame + HEADER) |= PKRU;
}

static void return_with_key(void)
{
    raise(SIGUSR1);
    printf("returned\n");
}

static void try_act(const char *name, void (*act)(void))
{
    printf("%s: ", name);
    if (sigsetjmp(back, 1) == 0) {
        act();
    }
}

int main(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL};
    struct sigaction action = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO};
    unsigned low, high;

    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        sigaction(faults[i], &action, NULL);
    }
    action.sa_sigaction = change_frame;
    sigaction(SIGUSR1, &action, NULL);
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    printf("xgetbv: %x, smallest stack: %lu\n", low, getauxval(AT_MINSIGSTKSZ));
    try_act("read", read_key);
    try_act("write", write_key);
    try_act("restore", restore_state);
    try_act("frame", return_with_key);
    return 0;
}
