/* What a program takes away while a register still names it, and handlers that
 * no program can run: each ends in a signal, and the machine goes on. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptor.h"

#define TLS_ENTRY 14 /* no C library uses it */
#define SELECTOR  (TLS_ENTRY * 8 + 3)
#define ROUNDS    20000000

/* In the lower 4 GiB of a static program. */
static struct descriptor full = {
    .entry = TLS_ENTRY,
    .limit = 0xfffff,
    .flags = DESCRIPTOR_32 | DESCRIPTOR_PAGES | DESCRIPTOR_USEABLE,
};
static struct descriptor empty = {
    .entry = TLS_ENTRY,
    .flags = DESCRIPTOR_READ_ONLY | DESCRIPTOR_NOT_PRESENT,
};
static unsigned values[2] = {0xaaaa, 0xbbbb};

static void take_stack(void)
{
    long call = SET_THREAD_AREA;

    thread_area(SET_THREAD_AREA, &full);
    __asm__ volatile("movl %1, %%ss\n"
                     "int $0x80\n"
                     : "+a"(call)
                     : "r"(SELECTOR), "b"(&empty)
                     : "memory");
}

static void take_data(void)
{
    unsigned es;
    long call = SET_THREAD_AREA;

    thread_area(SET_THREAD_AREA, &full);
    __asm__ volatile("movl %2, %%es\n"
                     "int $0x80\n"
                     "movl %%es, %1\n"
                     "movl %4, %%es\n"
                     : "+a"(call), "=&r"(es)
                     : "r"(SELECTOR), "b"(&empty), "r"(0x2b)
                     : "memory");
    printf("es %x\n", es);
}

/* What was set is read back, and what can't be is refused. */
static void ask(void)
{
    static const uint32_t entries[] = {11, 14, 15, UINT32_MAX};
    static struct descriptor seen;

    full.base = 0x12345678;
    full.limit = 0x9abcd;
    thread_area(SET_THREAD_AREA, &full);
    for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++) {
        seen = (struct descriptor){.entry = entries[i]};
        long result = thread_area(GET_THREAD_AREA, &seen);
        printf("entry %d: %d, base %x, limit %x, flags %x\n", (int)entries[i],
               (int)result, seen.base, seen.limit, seen.flags);
    }
    thread_area(SET_THREAD_AREA, &empty);
    seen.entry = TLS_ENTRY;
    thread_area(GET_THREAD_AREA, &seen);
    printf("empty: base %x, limit %x, flags %x\n", seen.base, seen.limit,
           seen.flags);
    printf("nowhere: %d\n", (int)thread_area(GET_THREAD_AREA, NULL));
}

#ifdef __x86_64__
#define RESTORER 0x04000000

struct kernel_action {
    uintptr_t handler;
    unsigned long flags;
    uintptr_t restorer;
    uint64_t mask;
};

static char stack[4096] __attribute__((aligned(64)));

/* A handler at an address that is not canonical, on alternate stacks of many
 * sizes: some have no room for a frame, some for one but nearly none below it.
 */
static void run_nowhere(void)
{
    struct kernel_action action = {
        .handler = (uintptr_t)1 << 63,
        .flags = SA_NODEFER | SA_ONSTACK | RESTORER,
        .restorer = 1,
    };
    for (volatile size_t size = 2048; size < 4000; size += 16) {
        pid_t child = vfork();
        if (child == 0) {
            stack_t alternate = {.ss_sp = stack, .ss_size = size};
            syscall(SYS_sigaltstack, &alternate, NULL);
            syscall(SYS_rt_sigaction, SIGSEGV, &action, NULL, 8);
            *(volatile int *)8 = 1;
            _exit(0);
        }
        int status;
        waitpid(child, &status, 0);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSEGV) {
            printf("size %zu: status %x\n", size, status);
        }
    }
}
#endif

static const struct {
    const char *name;
    void (*run)(void);
} attacks[] = {
    {"take-stack", take_stack},
    {"take-data", take_data},
    {"ask", ask},
#ifdef __x86_64__
    {"run-nowhere", run_nowhere},
#endif
};

#define ATTACKS (sizeof(attacks) / sizeof(*attacks))

#ifdef __x86_64__
#define SEGMENT "gs"
#else
#define SEGMENT "es"
#endif

/* Both programs' register has the same selector, each its own base. */
static void look(unsigned *own)
{
    unsigned wrong = 0;

    full.base = (unsigned)(uintptr_t)own;
    thread_area(SET_THREAD_AREA, &full);
    __asm__ volatile("movl %0, %%" SEGMENT : : "r"(SELECTOR));
    for (long i = 0; i < ROUNDS; i++) {
        unsigned seen;
        __asm__ volatile("movl %%" SEGMENT ":0, %0" : "=r"(seen));
        wrong += seen != *own;
    }
    __asm__ volatile("movl %0, %%" SEGMENT : : "r"(0x2b));
    printf("%x: %u wrong\n", *own, wrong);
}

/* Runs SELF with WORD in a process of its own. */
static pid_t start(char *self, const char *word)
{
    char *words[] = {self, (char *)word, NULL};
    pid_t child = vfork();
    if (child == 0) {
        execv(self, words);
        _exit(127);
    }
    return child;
}

int main(int argc, char **argv)
{
    int status;

    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    for (size_t i = 0; argc > 1 && i < ATTACKS; i++) {
        if (strcmp(argv[1], attacks[i].name) == 0) {
            attacks[i].run();
            return 0;
        }
    }
    if (argc > 1) {
        look(&values[1]);
        return 0;
    }
    for (size_t i = 0; i < ATTACKS; i++) {
        waitpid(start(argv[0], attacks[i].name), &status, 0);
        printf("%s: %x\n", attacks[i].name, status);
    }
    pid_t child = start(argv[0], "look");
    look(&values[0]);
    waitpid(child, &status, 0);
    return 0;
}
