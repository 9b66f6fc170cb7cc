/* Steps by TF over the ways into the kernel: how often the program stops, and
 * where. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <ucontext.h>
#include <unistd.h>

#define STEPS_MAX 32

#ifdef __x86_64__
#define PC       REG_RIP
#define GETPID   39
#define POP_DOWN "subq $128, %%rsp\npushfq\norl $0x100, (%%rsp)\npopfq\n"
#define POP_UP   "addq $128, %%rsp\n"
#define CLEAR    "pushfq\nandl $~0x100, (%%rsp)\npopfq\n"
#else
#define PC       REG_EIP
#define POP_DOWN "subl $128, %%esp\npushfl\norl $0x100, (%%esp)\npopfl\n"
#define POP_UP   "addl $128, %%esp\n"
#define CLEAR    "pushfl\nandl $~0x100, (%%esp)\npopfl\n"
#endif

#define GETPID_32 20

static volatile unsigned long steps[STEPS_MAX];
static volatile int count;

static void step(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)signal;
    (void)info;
    if (count < STEPS_MAX) {
        steps[count++] = (unsigned long)uc->uc_mcontext.gregs[PC];
    }
}

/* Where the steps ended, from START on. */
static void tell_steps(const char *what, const char *start)
{
    printf("%s:", what);
    for (int i = 0; i < count; i++) {
        printf(" %ld", (long)(steps[i] - (unsigned long)start));
    }
    printf("\n");
    count = 0;
}

/* Stops behind each instruction from popf on. */
#define STEP_OVER(name, number, instruction)                                   \
    static void step_over_##name(void)                                         \
    {                                                                          \
        extern char name##_start[];                                            \
        long result = number;                                                  \
        __asm__ volatile(POP_DOWN ".globl " #name "_start\n" #name "_start:\n" \
                                  "nop\n" instruction "\n"                     \
                                  "nop\n"                                      \
                                  "nop\n" CLEAR POP_UP                         \
                         : "+a"(result)                                        \
                         :                                                     \
                         : "memory", "cc" STEP_CLOBBER);                       \
        tell_steps(#name, name##_start);                                       \
        printf("answered %d\n", result == getpid());                           \
    }

#ifdef __x86_64__
#define STEP_CLOBBER , "rcx", "r11"
STEP_OVER(syscall, GETPID, "syscall")
STEP_OVER(int80, GETPID_32, "int $0x80")
#else
#define STEP_CLOBBER
STEP_OVER(int80, GETPID_32, "int $0x80")
#endif

int main(void)
{
    struct sigaction action = {.sa_sigaction = step, .sa_flags = SA_SIGINFO};

    sigaction(SIGTRAP, &action, NULL);
#ifdef __x86_64__
    step_over_syscall();
#endif
    step_over_int80();
    return 0;
}
