/* Each selector there is, and some past the end, in each segment register: what
 * may be loaded, what it is after a system call, a signal and a vfork, and what
 * sigreturn takes. With the path of a program: executes that with "after", all
 * registers loaded. With "to" and a number: tries that many selectors. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "descriptor.h"

#define ENTRIES       18 /* Linux's table has 16 */
#define DATA_ENTRY    13
#define READ_ENTRY    14
#define DATA_SELECTOR (DATA_ENTRY * 8 + 3)

/* By int 0x80. */
#define GETPID        20
#define KILL          37
#define VFORK         190

#define ARCH_SET_FS   0x1002
#define ARCH_GET_FS   0x1003

static sigjmp_buf back;
static char stack[65536] __attribute__((aligned(64)));

static unsigned selectors = ENTRIES * 8;

/* What came of one selector. */
static struct {
    int signal;
    unsigned trap, error, selector;
} outcome;

/* What the C library finds its own by. */
#ifdef __x86_64__
static unsigned long library;

static void save_library(void)
{
    syscall(SYS_arch_prctl, ARCH_GET_FS, &library);
}

static inline __attribute__((always_inline)) void restore_library(void)
{
    long result = SYS_arch_prctl;
    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"(ARCH_SET_FS), "S"(library)
                     : "rcx", "r11", "memory");
}
#else
static unsigned library;

static void save_library(void)
{
    __asm__ volatile("movl %%gs, %0" : "=r"(library));
}

static inline __attribute__((always_inline)) void restore_library(void)
{
    __asm__ volatile("movl %0, %%gs" : : "r"(library) : "memory");
}
#endif

enum {
    DS,
    ES,
    FS,
    GS,
    SS,
    CS,
    REGISTERS
};

static const char *const names[REGISTERS] = {"ds", "es", "fs",
                                             "gs", "ss", "cs"};

/* REGISTER as CONTEXT has it; the x86-64 one has cs and ss in one word. */
#ifdef __x86_64__
static uint16_t *in_context(ucontext_t *context, unsigned reg)
{
    uint16_t *words = (uint16_t *)&context->uc_mcontext.gregs[REG_CSGSFS];
    return reg == CS ? &words[0] : reg == SS ? &words[3] : NULL;
}
#define PC REG_RIP
#else
static uint16_t *in_context(ucontext_t *context, unsigned reg)
{
    static const int at[REGISTERS] = {REG_DS, REG_ES, REG_FS,
                                      REG_GS, REG_SS, REG_CS};
    return (uint16_t *)&context->uc_mcontext.gregs[at[reg]];
}
#define PC REG_EIP
#endif

/* What the handlers below work on. */
static unsigned wanted_register, wanted_selector;

static void fault(int signal, siginfo_t *info, void *context)
{
    restore_library();
    ucontext_t *uc = context;
    uint16_t *found = in_context(uc, wanted_register);
    (void)info;
    outcome.signal = signal;
    outcome.trap = (unsigned)uc->uc_mcontext.gregs[REG_TRAPNO];
    outcome.error = (unsigned)uc->uc_mcontext.gregs[REG_ERR];
    outcome.selector = found != NULL ? *found : 0;
    siglongjmp(back, 1);
}

/* Uses nothing of the C library. */
static void nothing(int signal)
{
    (void)signal;
}

/* The same byte in 32 and in 64 bits. */
void stop_here(void);
__asm__(".text\n"
        "stop_here:\n"
        "int3\n");

static void change_context(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)signal;
    (void)info;
    uc->uc_mcontext.gregs[PC] = (greg_t)(uintptr_t)stop_here;
    *in_context(uc, wanted_register) = (uint16_t)wanted_selector;
}

/* Makes a system call by int 0x80 with SELECTOR in a register. A child ends. */
#define DEFINE_RUN(name)                                                       \
    static void run_##name(unsigned selector, unsigned call, int first)        \
    {                                                                          \
        unsigned old, result = call;                                           \
        __asm__ volatile(                                                      \
            "movl %%" #name ", %[old]\n"                                       \
            "movl %[selector], %%" #name "\n"                                  \
            "int $0x80\n"                                                      \
            "cmpl %[vfork], %%edi\n"                                           \
            "jne 1f\n"                                                         \
            "testl %%eax, %%eax\n"                                             \
            "jnz 1f\n"                                                         \
            "movl $1, %%eax\n"                                                 \
            "int $0x80\n"                                                      \
            "1: movl %%" #name ", %[selector]\n"                               \
            "movl %[old], %%" #name "\n"                                       \
            : "+a"(result), [selector] "+r"(selector), [old] "=&r"(old)        \
            : "b"(first), "c"(SIGUSR1), "D"(call), [vfork] "i"(VFORK)          \
            : "memory", "cc");                                                 \
        restore_library();                                                     \
        outcome.selector = selector;                                           \
    }

DEFINE_RUN(ds)
DEFINE_RUN(es)
DEFINE_RUN(fs)
DEFINE_RUN(gs)
DEFINE_RUN(ss)

static void (*const runs[])(unsigned, unsigned, int) = {run_ds, run_es, run_fs,
                                                        run_gs, run_ss};

static void by_call(unsigned reg, unsigned selector)
{
    runs[reg](selector, GETPID, 0);
}

static void by_signal(unsigned reg, unsigned selector)
{
    runs[reg](selector, KILL, getpid());
}

static void by_vfork(unsigned reg, unsigned selector)
{
    runs[reg](selector, VFORK, 0);
}

static void by_sigreturn(unsigned reg, unsigned selector)
{
    wanted_register = reg;
    wanted_selector = selector;
    raise(SIGUSR2);
}

/* Says OUTCOME in words. */
static void tell(char *text, size_t size, unsigned selector)
{
    char as[16] = "itself", error[16] = "its entry";

    if (outcome.selector != selector) {
        snprintf(as, sizeof(as), "%x", outcome.selector);
    }
    if (outcome.error != (selector & ~3u)) {
        snprintf(error, sizeof(error), "%x", outcome.error);
    }
    if (outcome.signal == 0 || outcome.signal == SIGTRAP) {
        snprintf(text, size, "reads as %s", as);
    } else {
        snprintf(text, size, "signal %d, trap %u, error %s", outcome.signal,
                 outcome.trap, error);
    }
}

/* Prints what comes of all selectors, neighbours of one fate in one line. */
static void sweep(const char *how, unsigned reg,
                  void (*load)(unsigned reg, unsigned selector))
{
    char last[64] = "", now[64];
    for (volatile unsigned selector = 0; selector < selectors; selector++) {
        memset(&outcome, 0, sizeof(outcome));
        if (sigsetjmp(back, 1) == 0) {
            load(reg, selector);
        }
        tell(now, sizeof(now), selector);
        if (strcmp(last, now) != 0) {
            printf("%s by %s, from %x: %s\n", names[reg], how, selector, now);
            strcpy(last, now);
        }
    }
}

static void catch (int signal, void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action = {.sa_sigaction = handler,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(signal, &action, NULL);
}

static void catch_all(void)
{
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};

    sigaltstack(&alternate, NULL);
    catch (SIGSEGV, fault);
    catch (SIGBUS, fault);
    catch (SIGTRAP, fault);
    catch (SIGUSR2, change_context);
    signal(SIGUSR1, nothing);
}

static void make_descriptors(void)
{
    static struct descriptor data = {
        .entry = DATA_ENTRY,
        .limit = 0xfffff,
        .flags = DESCRIPTOR_32 | DESCRIPTOR_PAGES | DESCRIPTOR_USEABLE,
    };
    static struct descriptor read_only = {
        .entry = READ_ENTRY,
        .limit = 0xfff,
        .flags = DESCRIPTOR_32 | DESCRIPTOR_READ_ONLY,
    };
    thread_area(SET_THREAD_AREA, &data);
    thread_area(SET_THREAD_AREA, &read_only);
}

/* One of each kind in the program's own table, and some entries of nothing. */
static void make_local_descriptors(void)
{
    static const uint32_t flags[] = {
        DESCRIPTOR_32 | DESCRIPTOR_PAGES | DESCRIPTOR_USEABLE,
        DESCRIPTOR_32 | DESCRIPTOR_READ_ONLY,
        DESCRIPTOR_32 | DESCRIPTOR_EXPAND_DOWN,
        DESCRIPTOR_32 | DESCRIPTOR_PAGES | DESCRIPTOR_CODE,
        DESCRIPTOR_32 | DESCRIPTOR_PAGES | DESCRIPTOR_CODE |
            DESCRIPTOR_READ_ONLY,
        DESCRIPTOR_PAGES,
        DESCRIPTOR_PAGES | DESCRIPTOR_CODE,
        DESCRIPTOR_32 | DESCRIPTOR_NOT_PRESENT,
        DESCRIPTOR_32 | DESCRIPTOR_CODE | DESCRIPTOR_NOT_PRESENT,
        DESCRIPTOR_32 | DESCRIPTOR_CODE | DESCRIPTOR_EXPAND_DOWN |
            DESCRIPTOR_NOT_PRESENT,
    };

    for (unsigned i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
        struct descriptor local = {
            .entry = i,
            .limit = 0xfffff,
            .flags = flags[i],
        };
        syscall(SYS_modify_ldt, LDT_WRITE, &local, sizeof(local));
    }
}

/* execve with all data registers loaded. */
static void execute(char *program)
{
    static char *words[] = {"segments_sweep", "after", NULL};
    static char *environment[] = {NULL};
    long call = SYS_execve;

    __asm__ volatile("movl %[selector], %%ds\n"
                     "movl %[selector], %%es\n"
                     "movl %[selector], %%fs\n"
                     "movl %[selector], %%gs\n"
#ifdef __x86_64__
                     "syscall\n"
                     : "+a"(call)
                     : "D"(program), "S"(words),
                       "d"(environment), [selector] "r"(DATA_SELECTOR)
                     : "rcx", "r11", "memory");
#else
                     "int $0x80\n"
                     : "+a"(call)
                     : "b"(program), "c"(words),
                       "d"(environment), [selector] "r"(DATA_SELECTOR)
                     : "memory");
#endif
}

static void print_registers(void)
{
    unsigned ds, es, fs, gs, ss, cs;
    __asm__ volatile("movl %%ds, %0\n"
                     "movl %%es, %1\n"
                     "movl %%fs, %2\n"
                     : "=r"(ds), "=r"(es), "=r"(fs));
    __asm__ volatile("movl %%gs, %0\n"
                     "movl %%ss, %1\n"
                     "movl %%cs, %2\n"
                     : "=r"(gs), "=r"(ss), "=r"(cs));
    printf("after: ds %x, es %x, fs %x, gs %x, ss %x, cs %x\n", ds, es, fs, gs,
           ss, cs);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "after") == 0) {
        print_registers();
        return 0;
    }
    if (argc > 2) {
        selectors = (unsigned)atoi(argv[2]);
    }
    save_library();
    make_descriptors();
    make_local_descriptors();
    catch_all();
    for (unsigned reg = DS; reg <= SS; reg++) {
        sweep("call", reg, by_call);
        sweep("signal", reg, by_signal);
        sweep("vfork", reg, by_vfork);
    }
    for (unsigned reg = DS; reg < REGISTERS; reg++) {
        ucontext_t none;
        if (in_context(&none, reg) != NULL) {
            sweep("sigreturn", reg, by_sigreturn);
        }
    }
    fflush(stdout);
    if (argc == 2) {
        execute(argv[1]);
    }
    return 0;
}
