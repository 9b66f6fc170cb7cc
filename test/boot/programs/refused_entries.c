/* Ways into the kernel that Brix does not have: a signal, at the instruction,
 * with the stack and all registers as they were. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <ucontext.h>

#define MARK 0x1234567

#ifdef __x86_64__
#define PC REG_RIP
#define A  REG_RAX
#define D  REG_RDX
#else
#define PC REG_EIP
#define A  REG_EAX
#define D  REG_EDX
#endif

static sigjmp_buf back;
extern char sysenter_here[], syscall_here[];

static void fault(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    const greg_t *g = uc->uc_mcontext.gregs;
    char *pc = (char *)g[PC];

    (void)info;
    printf("signal %d, %s, registers %s\n", signal,
           pc == sysenter_here || pc == syscall_here ? "there" : "elsewhere",
           g[A] == MARK && g[D] == MARK + 1 ? "kept" : "lost");
    siglongjmp(back, 1);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO};

    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGILL, &action, NULL);
    if (sigsetjmp(back, 1) == 0) {
        __asm__ volatile("sysenter_here: sysenter"
                         :
                         : "a"(MARK), "d"(MARK + 1)
                         : "memory");
    }
#ifdef __i386__
    if (sigsetjmp(back, 1) == 0) {
        __asm__ volatile("syscall_here: syscall"
                         :
                         : "a"(MARK), "d"(MARK + 1)
                         : "memory");
    }
#else
    __asm__("syscall_here = 0");
#endif
    puts("done");
    return 0;
}
