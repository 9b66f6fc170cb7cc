/* Handles its own faults, as garbage collectors do, and says what each handler
 * was told. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#ifdef __x86_64__
#define PC REG_RIP
#else
#define PC REG_EIP
#endif

#define PAGE     4096
#define UD2_SIZE 2

static char *page;
static volatile int calls;
static sigjmp_buf back;

static void handle(int signal, void (*handler)(int, siginfo_t *, void *),
                   int flags)
{
    struct sigaction action = {.sa_sigaction = handler,
                               .sa_flags = SA_SIGINFO | flags};
    if (sigaction(signal, &action, NULL) != 0) {
        perror("sigaction");
    }
}

/* Addresses are told relative to the page, so that they are always the same. */
static void print_info(int signal, const siginfo_t *info, const ucontext_t *uc)
{
    const greg_t *regs = uc->uc_mcontext.gregs;
    intptr_t distance = (char *)info->si_addr - page;
    printf("signal %d, number %d, errno %d, code %d, ", signal, info->si_signo,
           info->si_errno, info->si_code);
    if (distance >= 0 && distance < 2 * PAGE) {
        printf("page + %ld, ", (long)distance);
    } else if ((uintptr_t)info->si_addr == (uintptr_t)regs[PC]) {
        printf("at the instruction, ");
    } else {
        printf("address %p, ", info->si_addr);
    }
    printf("trap %ld, error %ld\n", (long)regs[REG_TRAPNO],
           (long)regs[REG_ERR]);
}

static void make_writable(int signal, siginfo_t *info, void *context)
{
    print_info(signal, info, context);
    calls++;
    mprotect(page, PAGE, PROT_READ | PROT_WRITE);
}

static void write_barrier(void)
{
    page[5] = 'a';
    mprotect(page, PAGE, PROT_READ);
    page[7] = 'b';
    mprotect(page, PAGE, PROT_NONE);
    printf("read: %c\n", page[5]);
    printf("%c%c after %d calls\n", page[5], page[7], calls);
}

static void go_back(int signal, siginfo_t *info, void *context)
{
    print_info(signal, info, context);
    siglongjmp(back, signal);
}

static void touch(const char *what, volatile char *address)
{
    printf("%s: ", what);
    if (sigsetjmp(back, 1) == 0) {
        *address = 1;
        printf("nothing\n");
    }
}

static void jump(const char *what, void *address)
{
    printf("%s: ", what);
    if (sigsetjmp(back, 1) == 0) {
        ((void (*)(void))(uintptr_t)address)();
        printf("nothing\n");
    }
}

static void bad_addresses(void)
{
    char *gone =
        mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(gone, PAGE);
    char *saved = page;
    page = gone;
    touch("not mapped", gone + 100);
    page = saved;
    touch("null", NULL);
    touch("kernel", (char *)(uintptr_t)-PAGE);
    mprotect(page, PAGE, PROT_READ | PROT_WRITE);
    jump("not executable", page + 9);
    mprotect(page, PAGE, PROT_READ);
    touch("read-only", page + 11);
    printf("untouched, read: %d\n", page[PAGE + 1]);
    mprotect(page + PAGE, PAGE, PROT_NONE);
    touch("no access", page + PAGE + 13);
#ifdef __x86_64__
    touch("not canonical", (char *)(1ul << 63));
#endif
}

static void skip_ud2(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    print_info(signal, info, uc);
    uc->uc_mcontext.gregs[PC] += UD2_SIZE;
}

static void skip_illegal_instruction(void)
{
    __asm__ volatile("ud2");
    printf("behind ud2\n");
}

static void count_breakpoint(int signal, siginfo_t *info, void *context)
{
    print_info(signal, info, context);
}

static volatile int zero, one = 1;

static void divide(void)
{
    if (sigsetjmp(back, 1) == 0) {
        printf("%d\n", one / zero);
    }
}

/* Divides with the x87 exceptions of MASK on. */
static void divide_x87(double dividend, double divisor, unsigned short control)
{
    if (sigsetjmp(back, 1) == 0) {
        __asm__ volatile("fninit\n"
                         "fldcw %2\n"
                         "fldl %0\n"
                         "fdivl %1\n"
                         "fwait\n"
                         "fstp %%st(0)\n"
                         :
                         : "m"(dividend), "m"(divisor), "m"(control));
    }
    __asm__ volatile("fninit");
}

static void float_exceptions(void)
{
    divide_x87(0.0, 0.0, 0x37e);
    divide_x87(1.0, 0.0, 0x37b);
    divide_x87(1.0, 3.0, 0x35f);
    divide_x87(0.0, 0.0, 0x37b);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    page = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    handle(SIGSEGV, make_writable, 0);
    write_barrier();
    handle(SIGSEGV, go_back, 0);
    bad_addresses();
    handle(SIGILL, skip_ud2, 0);
    skip_illegal_instruction();
    handle(SIGTRAP, count_breakpoint, 0);
    __asm__ volatile("int3");
    handle(SIGFPE, go_back, 0);
    divide();
    float_exceptions();
    return 0;
}
