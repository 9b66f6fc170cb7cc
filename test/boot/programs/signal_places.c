/* A handler has the program go on where none can: outside of memory, of the
 * program's half and of what is an address at all. What the next handler sees
 * of it is printed. What is an address to some CPUs alone is left out. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <ucontext.h>

#ifdef __x86_64__
#define PC REG_RIP
#define SP REG_RSP
#else
#define PC REG_EIP
#define SP REG_ESP
#endif

static const unsigned long long places[] = {
    0,
    0xfff,
    0x8000000000000000,
    0xffff800000000000,
    0xffffffff80000000,
    0xffffffffffffffff,
};

#define PLACES (sizeof(places) / sizeof(*places))

static sigjmp_buf back;
static char stack[65536] __attribute__((aligned(64)));
static volatile int changed;
static volatile greg_t wanted;

static void change(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)signal;
    (void)info;
    uc->uc_mcontext.gregs[changed] = wanted;
}

static void tell(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    const greg_t *g = uc->uc_mcontext.gregs;

    printf("  signal %d, code %d, address %p, trap %lld, error %llx, %s\n",
           signal, info->si_code, info->si_addr, (long long)g[REG_TRAPNO],
           (unsigned long long)g[REG_ERR],
           g[changed] == wanted ? "as wanted" : "elsewhere");
    siglongjmp(back, 1);
}

static void catch (int signal, void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action = {.sa_sigaction = handler,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(signal, &action, NULL);
}

/* Goes on with REG at each place. A stack there is not a fault before use. */
static void try(const char *name, int reg)
{
    changed = reg;
    for (volatile size_t i = 0; i < PLACES; i++) {
        wanted = (greg_t)places[i];
        printf("%s %llx\n", name, places[i]);
        if (sigsetjmp(back, 1) == 0) {
            raise(SIGUSR1);
        }
    }
}

int main(void)
{
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};

    sigaltstack(&alternate, NULL);
    catch (SIGUSR1, change);
    catch (SIGSEGV, tell);
    catch (SIGBUS, tell);
    try("pc", PC);
    try("sp", SP);
    return 0;
}
