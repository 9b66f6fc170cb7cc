/* Registers are kept across a handler that changes all it can, and what it
 * changes in the frame counts. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

#define UD2_SIZE 2

typedef uintptr_t word;

#ifdef __x86_64__
#define PC        REG_RIP
#define FLAGS     REG_EFL
#define REGISTERS 15 /* all but rsp */
#define VECTORS   16
#define XMM_AT    160
#define X87_AT    32
#else
#define PC        REG_EIP
#define FLAGS     REG_EFL
#define REGISTERS 7
#define VECTORS   8
#define XMM_AT    (112 + 160)
#define X87_AT    28
#endif

static void clobber_registers(void)
{
    static const unsigned char ones[64] = {1, 1, 1, 1, 1, 1, 1, 1};
    __asm__ volatile("fninit\n"
                     "fldpi\n"
                     "fldpi\n"
                     "movups %0, %%xmm0\n"
                     "movups %0, %%xmm1\n"
                     "movups %0, %%xmm5\n"
                     "movups %0, %%xmm7\n"
                     :
                     : "m"(ones));
}

static volatile int calls;

static void skip(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)signal;
    (void)info;
    calls++;
    clobber_registers();
    uc->uc_mcontext.gregs[PC] += UD2_SIZE;
}

/* Loads all general registers from BEFORE, faults, and stores them to AFTER. */
void load_and_store(const word *before, word *after);

#ifdef __x86_64__
__asm__(".text\n"
        "load_and_store:\n"
        "pushq %rbx\n"
        "pushq %rbp\n"
        "pushq %r12\n"
        "pushq %r13\n"
        "pushq %r14\n"
        "pushq %r15\n"
        "pushq %rsi\n"
        "movq 0(%rdi), %rax\n"
        "movq 8(%rdi), %rbx\n"
        "movq 16(%rdi), %rcx\n"
        "movq 24(%rdi), %rdx\n"
        "movq 32(%rdi), %rsi\n"
        "movq 48(%rdi), %rbp\n"
        "movq 56(%rdi), %r8\n"
        "movq 64(%rdi), %r9\n"
        "movq 72(%rdi), %r10\n"
        "movq 80(%rdi), %r11\n"
        "movq 88(%rdi), %r12\n"
        "movq 96(%rdi), %r13\n"
        "movq 104(%rdi), %r14\n"
        "movq 112(%rdi), %r15\n"
        "movq 40(%rdi), %rdi\n"
        "ud2\n"
        "xchgq %rdi, (%rsp)\n"
        "movq %rax, 0(%rdi)\n"
        "movq %rbx, 8(%rdi)\n"
        "movq %rcx, 16(%rdi)\n"
        "movq %rdx, 24(%rdi)\n"
        "movq %rsi, 32(%rdi)\n"
        "movq %rbp, 48(%rdi)\n"
        "movq %r8, 56(%rdi)\n"
        "movq %r9, 64(%rdi)\n"
        "movq %r10, 72(%rdi)\n"
        "movq %r11, 80(%rdi)\n"
        "movq %r12, 88(%rdi)\n"
        "movq %r13, 96(%rdi)\n"
        "movq %r14, 104(%rdi)\n"
        "movq %r15, 112(%rdi)\n"
        "popq %rax\n"
        "movq %rax, 40(%rdi)\n"
        "popq %r15\n"
        "popq %r14\n"
        "popq %r13\n"
        "popq %r12\n"
        "popq %rbp\n"
        "popq %rbx\n"
        "ret\n");
#else
__asm__(".text\n"
        "load_and_store:\n"
        "pushal\n"
        "pushl 40(%esp)\n"
        "movl 40(%esp), %eax\n"
        "movl 4(%eax), %ebx\n"
        "movl 8(%eax), %ecx\n"
        "movl 12(%eax), %edx\n"
        "movl 16(%eax), %esi\n"
        "movl 20(%eax), %edi\n"
        "movl 24(%eax), %ebp\n"
        "movl 0(%eax), %eax\n"
        "ud2\n"
        "xchgl %eax, (%esp)\n"
        "movl %ebx, 4(%eax)\n"
        "movl %ecx, 8(%eax)\n"
        "movl %edx, 12(%eax)\n"
        "movl %esi, 16(%eax)\n"
        "movl %edi, 20(%eax)\n"
        "movl %ebp, 24(%eax)\n"
        "popl %ebx\n"
        "movl %ebx, 0(%eax)\n"
        "popal\n"
        "ret\n");
#endif

static void keep_general(void)
{
    word before[REGISTERS], after[REGISTERS] = {0};
    for (int i = 0; i < REGISTERS; i++) {
        before[i] = UINTPTR_MAX / 255 * (word)(i + 3);
    }
    load_and_store(before, after);
    printf("general registers: %s\n",
           memcmp(before, after, sizeof(before)) == 0 ? "kept" : "changed");
}

/* The pattern of vector register N. */
static void fill(unsigned char *bytes, size_t size, int n)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)(n * 16 + (int)i);
    }
}

#define LOAD_XMM(n)  "movups " #n "*16(%0), %%xmm" #n "\n"
#define STORE_XMM(n) "movups %%xmm" #n ", " #n "*16(%1)\n"
#define LOAD_YMM(n)  "vmovups " #n "*32(%0), %%ymm" #n "\n"
#define STORE_YMM(n) "vmovups %%ymm" #n ", " #n "*32(%1)\n"
#define FIRST_8(X)   X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)
#ifdef __x86_64__
#define ALL(X) FIRST_8(X) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)
#else
#define ALL(X) FIRST_8(X)
#endif

static void keep_xmm(void)
{
    static unsigned char before[VECTORS * 16], after[VECTORS * 16];
    fill(before, sizeof(before), 1);
    __asm__ volatile(ALL(LOAD_XMM) "ud2\n" ALL(STORE_XMM)
                     :
                     : "r"(before), "r"(after)
                     : "memory");
    printf("xmm registers: %s\n",
           memcmp(before, after, sizeof(before)) == 0 ? "kept" : "changed");
}

static void keep_ymm(void)
{
    static unsigned char before[VECTORS * 32], after[VECTORS * 32];
    fill(before, sizeof(before), 2);
    if (__builtin_cpu_supports("avx")) {
        __asm__ volatile(ALL(LOAD_YMM) "ud2\n" ALL(STORE_YMM) "vzeroupper\n"
                         :
                         : "r"(before), "r"(after)
                         : "memory");
    } else {
        memcpy(after, before, sizeof(after));
    }
    printf("ymm registers: %s\n",
           memcmp(before, after, sizeof(before)) == 0 ? "kept" : "changed");
}

static void keep_x87(void)
{
    double values[3] = {1.5, -2.25, 1e300}, after[3] = {0};
    unsigned short control = 0xf7f, control_after = 0;
    unsigned mxcsr = 0x7fa0, mxcsr_after = 0;
    __asm__ volatile(
        "fninit\n"
        "fldcw %[control]\n"
        "ldmxcsr %[mxcsr]\n"
        "fldl 16(%[values])\n"
        "fldl 8(%[values])\n"
        "fldl 0(%[values])\n"
        "ud2\n"
        "fstpl 0(%[after])\n"
        "fstpl 8(%[after])\n"
        "fstpl 16(%[after])\n"
        "fnstcw %[control_after]\n"
        "stmxcsr %[mxcsr_after]\n"
        "fninit\n"
        : [control_after] "=m"(control_after), [mxcsr_after] "=m"(mxcsr_after)
        : [control] "m"(control), [mxcsr] "m"(mxcsr), [values] "r"(values),
          [after] "r"(after)
        : "memory");
    unsigned usual = 0x1f80;
    __asm__ volatile("ldmxcsr %0" : : "m"(usual));
    printf("x87: %g %g %g, control %x, mxcsr %x\n", after[0], after[1],
           after[2], control_after, mxcsr_after);
}

static void keep_flags(void)
{
    word before, after;
    __asm__ volatile("pushf\n"
                     "pop %0\n"
                     "std\n"
                     "stc\n"
                     "ud2\n"
                     "pushf\n"
                     "pop %1\n"
                     "cld\n"
                     : "=&r"(before), "=&r"(after));
    printf("flags: carry %d, direction %d\n", (int)(after & 1),
           (int)(after >> 10 & 1));
}

/* The first state of a handler. */
static void look_around(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    unsigned short control = 0;
    unsigned mxcsr = 0;
    word flags;
    (void)info;
    __asm__ volatile("fnstcw %0" : "=m"(control));
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    __asm__ volatile("pushf\npop %0" : "=r"(flags));
    printf("signal %d: control %x, mxcsr %x, direction %d, saved direction "
           "%d\n",
           signal, control, mxcsr, (int)(flags >> 10 & 1),
           (int)(uc->uc_mcontext.gregs[FLAGS] >> 10 & 1));
    uc->uc_mcontext.gregs[PC] += UD2_SIZE;
}

static void first_state(void)
{
    unsigned short control = 0xf7f;
    unsigned mxcsr = 0x7fa0, usual = 0x1f80;
    struct sigaction action = {.sa_sigaction = look_around,
                               .sa_flags = SA_SIGINFO};
    sigaction(SIGILL, &action, NULL);
    __asm__ volatile("fninit\n"
                     "fldcw %0\n"
                     "ldmxcsr %1\n"
                     "std\n"
                     "ud2\n"
                     "cld\n"
                     "fninit\n"
                     "ldmxcsr %2\n"
                     :
                     : "m"(control), "m"(mxcsr), "m"(usual));
}

/* What the frame says of the registers, and takes from the handler. */
static void change_frame(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    unsigned char *state = (unsigned char *)uc->uc_mcontext.fpregs;
    uint32_t magic, size;
    (void)signal;
    (void)info;
    memcpy(&magic, state + XMM_AT - 160 + 464, sizeof(magic));
    memcpy(&size, state + XMM_AT - 160 + 464 + 4, sizeof(size));
    if (magic == 0x46505853) {
        uint32_t magic2;
        memcpy(&magic2, state + size - 4, sizeof(magic2));
        printf("extended state: %s\n",
               magic2 == 0x46505845 ? "ends with its mark" : "has no end");
    }
    printf("aligned: %d\n", (int)((uintptr_t)(state + XMM_AT - 160) % 64) == 0);
    printf("xmm3 was %02x %02x\n", state[XMM_AT + 48], state[XMM_AT + 49]);
    fill(state + XMM_AT + 48, 16, 7);
    static const double two = 2;
    long double wide = two;
    memcpy(state + X87_AT, &wide, 10);
    uc->uc_mcontext.gregs[PC] += UD2_SIZE;
}

static void changed_frame(void)
{
    static unsigned char before[16], after[16];
    double half = 0.5, loaded = 0;
    struct sigaction action = {.sa_sigaction = change_frame,
                               .sa_flags = SA_SIGINFO};
    sigaction(SIGILL, &action, NULL);
    fill(before, sizeof(before), 3);
    __asm__ volatile("fninit\n"
                     "fldl %[half]\n"
                     "movups %[before], %%xmm3\n"
                     "ud2\n"
                     "movups %%xmm3, %[after]\n"
                     "fstpl %[loaded]\n"
                     : [after] "=m"(after), [loaded] "=m"(loaded)
                     : [half] "m"(half), [before] "m"(before));
    printf("xmm3 is %02x %02x, st0 %g\n", after[0], after[1], loaded);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = skip, .sa_flags = SA_SIGINFO};
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    sigaction(SIGILL, &action, NULL);
    keep_general();
    keep_xmm();
    keep_ymm();
    keep_x87();
    keep_flags();
    printf("%d calls\n", calls);
    first_state();
    changed_frame();
    return 0;
}
