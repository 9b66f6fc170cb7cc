/* Tries what only a kernel may do, and prints which signal each act brings:
 * number, si_code and the number of the exception, or "done". Acts are bytes,
 * which mean the same in both word sizes unless their name says so; eax points
 * to memory whose contents each group of acts chooses. With an argument: what
 * takes a program's stack in one go, by each selector; QEMU 7.2 takes it as the
 * kernel and, where the CPU has SMAP, never comes back from some of that. */
#define _GNU_SOURCE /* REG_TRAPNO */

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define PAGE         4096
#define STACK_SIZE   (16 * PAGE)
#define BYTES_MAX    8
#define SELECTORS    0x80
#define VECTORS      256
#define LINUX_GATE   0x80
#define FLAGS        0x202
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct act {
    const char *name;
    unsigned char bytes[BYTES_MAX]; /* then a return */
} acts[] = {
    {"hlt", {0xf4}},
    {"cli", {0xfa}},
    {"sti", {0xfb}},
    {"in al, dx", {0xec}},
    {"in al, 0x64", {0xe4, 0x64}},
    {"in eax, dx", {0xed}},
    {"out dx, al", {0xee}},
    {"out 0x64, al", {0xe6, 0x64}},
    {"insb", {0x6c}},
    {"outsb", {0x6e}},
    {"lgdt", {0x0f, 0x01, 0x10}},
    {"lidt", {0x0f, 0x01, 0x18}},
    {"lldt", {0x0f, 0x00, 0xd0}},
    {"ltr", {0x0f, 0x00, 0xd8}},
    {"lmsw", {0x0f, 0x01, 0xf0}},
    {"clts", {0x0f, 0x06}},
    {"invd", {0x0f, 0x08}},
    {"wbinvd", {0x0f, 0x09}},
    {"invlpg", {0x0f, 0x01, 0x38}},
    {"rdmsr", {0x0f, 0x32}},
    {"wrmsr", {0x0f, 0x30}},
    {"mov cr0, eax", {0x0f, 0x22, 0xc0}},
    {"mov cr2, eax", {0x0f, 0x22, 0xd0}},
    {"mov cr3, eax", {0x0f, 0x22, 0xd8}},
    {"mov cr4, eax", {0x0f, 0x22, 0xe0}},
    {"mov eax, cr0", {0x0f, 0x20, 0xc0}},
    {"mov eax, cr2", {0x0f, 0x20, 0xd0}},
    {"mov eax, cr3", {0x0f, 0x20, 0xd8}},
    {"mov eax, cr4", {0x0f, 0x20, 0xe0}},
    {"mov eax, cr1", {0x0f, 0x20, 0xc8}},
    {"mov eax, dr0", {0x0f, 0x21, 0xc0}},
    {"mov eax, dr7", {0x0f, 0x21, 0xf8}},
    {"mov dr0, eax", {0x0f, 0x23, 0xc0}},
    {"mov dr7, eax", {0x0f, 0x23, 0xf8}},
    {"swapgs", {0x0f, 0x01, 0xf8}},
    {"sysret", {0x0f, 0x07}},
    {"sysexit", {0x0f, 0x35}},
    {"xsetbv", {0x0f, 0x01, 0xd1}},
    {"monitor", {0x0f, 0x01, 0xc8}},
    {"mwait", {0x0f, 0x01, 0xc9}},
    {"clac", {0x0f, 0x01, 0xca}},
    {"stac", {0x0f, 0x01, 0xcb}},
    {"vmcall", {0x0f, 0x01, 0xc1}},
    {"vmlaunch", {0x0f, 0x01, 0xc2}},
    {"vmrun", {0x0f, 0x01, 0xd8}},
    {"clgi", {0x0f, 0x01, 0xdd}},
    {"stgi", {0x0f, 0x01, 0xdc}},
    {"skinit", {0x0f, 0x01, 0xde}},
    {"invlpga", {0x0f, 0x01, 0xdf}},
    {"getsec", {0x0f, 0x37}},
    {"rsm", {0x0f, 0xaa}},
    {"ud1", {0x0f, 0xb9, 0xc0}},
    {"ud2", {0x0f, 0x0b}},
    {"int1", {0xf1}},
    {"int3", {0xcc}},
    {"lock nop", {0xf0, 0x90}},
    {"mov cs, eax", {0x8e, 0xc8}},
    {"mov to a sixth segment", {0x8e, 0xf0}},
    {"push es, or none", {0x06}},
};

static char memory[STACK_SIZE] __attribute__((aligned(PAGE)));
static char stack[STACK_SIZE];
static unsigned char *code;
static sigjmp_buf again;

static void on_signal(int signal, siginfo_t *info, void *context)
{
    const ucontext_t *state = context;

    printf(" %d/%d/%d", signal, info->si_code,
           (int)state->uc_mcontext.gregs[REG_TRAPNO]);
    siglongjmp(again, 1);
}

/* Runs SIZE bytes, and a return, with eax = edi = esi = MEMORY. */
static void run(const unsigned char *bytes, size_t size)
{
    void *to = memory;

    memcpy(code, bytes, size);
    code[size] = 0xc3;
    if (sigsetjmp(again, 1) != 0) {
        return;
    }
#ifdef __x86_64__
    __asm__ volatile("call *%[code]"
                     : "+a"(to)
                     : [code] "r"(code), "c"(0), "d"(0), "D"(memory),
                       "S"(memory)
                     : "memory", "cc");
#else
    __asm__ volatile("pushl %%ebx\n"
                     "call *%%ebx\n"
                     "popl %%ebx"
                     : "+a"(to)
                     : "b"(code), "c"(0), "d"(0), "D"(memory), "S"(memory)
                     : "memory", "cc");
#endif
    printf(" done");
}

static size_t length_of(const unsigned char *bytes)
{
    size_t length = BYTES_MAX;

    while (length > 1 && bytes[length - 1] == 0) {
        length--;
    }
    return length;
}

static void try_acts(void)
{
    for (size_t i = 0; i < COUNT(acts); i++) {
        printf("%s:", acts[i].name);
        run(acts[i].bytes, length_of(acts[i].bytes));
        printf("\n");
    }
}

static void try_interrupts(void)
{
    for (int vector = 0; vector < VECTORS; vector++) {
        const unsigned char bytes[] = {0xcd, (unsigned char)vector};
        printf("int 0x%x:", vector);
        if (vector != LINUX_GATE) {
            run(bytes, sizeof(bytes));
        }
        printf("\n");
    }
}

/* Of a program's code. */
static int is_code(int selector)
{
    return selector >> 2 == 0x20 >> 2 || selector >> 2 == 0x30 >> 2;
}

/* To offset 0, where nothing is, by each selector. */
static void try_far(const char *name, const unsigned char *bytes, size_t size,
                    int with_code)
{
    for (int selector = 0; selector < SELECTORS; selector++) {
        if (!with_code && is_code(selector)) {
            continue;
        }
        memset(memory, 0, sizeof(memory));
        memory[4] = (char)selector;
        printf("%s 0x%x:", name, selector);
        run(bytes, size);
        printf("\n");
    }
}

/* What iret takes, of the program's word size; 32-bit code takes three. */
static void try_return(const char *name, int code, int data)
{
    static const unsigned char iret[] = {
#ifdef __x86_64__
        0x48, 0x89, 0xc4, 0x48, 0xcf /* mov rsp, rax; iretq */
#else
        0x89, 0xc4, 0xcf /* mov esp, eax; iret */
#endif
    };
    uintptr_t *words = (uintptr_t *)memory;

    words[0] = 0;
    words[1] = (uintptr_t)code;
    words[2] = FLAGS;
    words[3] = (uintptr_t)stack;
    words[4] = (uintptr_t)data;
    printf("%s 0x%x 0x%x:", name, code, data);
    run(iret, sizeof(iret));
    printf("\n");
}

static int own_code(void)
{
    int code;

    __asm__("movl %%cs, %0" : "=r"(code));
    return code;
}

/* From 64-bit code QEMU does not come back from calls of code on Linux. */
static void try_stacks(const unsigned char *call, size_t size)
{
    try_far("far call", call, size, sizeof(void *) == 4);
    for (int selector = 0; selector < SELECTORS; selector++) {
        try_return("iret to", selector, 0x2b);
        try_return("iret with", own_code(), selector);
    }
}

int main(int argc, char **argv)
{
    (void)argv;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    static const unsigned char jump[] = {0xff, 0x28}, call[] = {0xff, 0x18};
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE};
    const stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)};
    struct sigaction action = {.sa_sigaction = on_signal};

    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaltstack(&other, NULL);
    for (size_t i = 0; i < COUNT(faults); i++) {
        sigaction(faults[i], &action, NULL);
    }
    code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (argc > 1) {
        try_stacks(call, sizeof(call));
        return 0;
    }
    try_acts();
    try_interrupts();
    try_far("far jump", jump, sizeof(jump), 1);
    try_far("far call", call, sizeof(call), 0);
    return 0;
}
