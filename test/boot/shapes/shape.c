/* What every ELF file of test/boot/shapes.py runs, for both word sizes: prints
 * what the kernel made of the file. It is linked to begin at 0, moves nowhere
 * by itself and has no data, so it can lie at any address; behind it the file
 * has the addresses to look at. */
#include <stdint.h>

#include "kernel/abi/auxv.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/mman.h"
#include "kernel/abi/syscalls_32.h"
#include "syscall_arch.h"

#define STDOUT    1
#define PAGE_SIZE 4096ul
#define LAST      1 /* ends the addresses; no page begins there */
#define SHOWN     8 /* bytes at each address */
#define NO_HOW    99
#define DIGITS    (2 * sizeof(uintptr_t))

extern const uintptr_t addresses[] __attribute__((visibility("hidden")));

_Noreturn void start_main(const uintptr_t *stack);

static void put(const char *text)
{
    long length = 0;
    while (text[length] != '\0') {
        length++;
    }
    __syscall3(SYS(write), STDOUT, (long)text, length);
}

static void put_number(const char *before, uintptr_t value)
{
    char text[DIGITS + 1];
    char *at = &text[DIGITS];
    *at = '\0';
    do {
        uintptr_t digit = value & 0xf;
        *--at = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        value >>= 4;
    } while (value != 0);
    put(before);
    put(at);
}

static void put_auxv(const uintptr_t *aux)
{
    for (; aux[0] != AT_NULL; aux += 2) {
        if ((aux[0] >= AT_PHDR && aux[0] <= AT_PHNUM) || aux[0] == AT_BASE ||
            aux[0] == AT_ENTRY) {
            put_number("auxv ", aux[0]);
            put_number(" ", aux[1]);
            put("\n");
        }
    }
}

static void put_break(void)
{
    long first = __syscall1(SYS(brk), 0);

    put_number("brk ", (uintptr_t)first);
    put_number(" ", (uintptr_t)__syscall1(SYS(brk), first + (long)PAGE_SIZE));
    put("\n");
}

#ifdef __x86_64__
/* The door of 32 bits, from 64: it places below 4 GiB. */
static void put_compat_place(void)
{
    long address = SYS32_mmap2;
    __asm__ volatile("push %%rbp\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "int $0x80\n\t"
                     "pop %%rbp"
                     : "+a"(address)
                     : "b"(0), "c"(PAGE_SIZE), "d"(PROT_NONE),
                       "S"(MAP_PRIVATE | MAP_ANONYMOUS), "D"(-1)
                     : "r8", "r9", "r10", "r11", "memory");
    put_number("compat ", (uintptr_t)address);
    put("\n");
}
#else
static void put_compat_place(void)
{
}
#endif

/* Where the kernel places what may lie anywhere. */
static void put_place(void)
{
    put_number("mmap ",
               (uintptr_t)__syscall6(SYS_MMAP, 0, PAGE_SIZE, PROT_NONE,
                                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    put("\n");
}

static void put_maps(void)
{
    char text[512];
    long file = __syscall3(SYS(open), (long)"/proc/self/maps", O_RDONLY, 0);
    long size = 1;

    while (size > 0) {
        size = __syscall3(SYS(read), file, (long)text, sizeof(text));
        __syscall3(SYS(write), STDOUT, (long)text, size > 0 ? size : 0);
    }
}

/* The call refuses the first argument, after it has read the second. */
static int is_readable(uintptr_t address)
{
    long answer = __syscall4(SYS(rt_sigprocmask), NO_HOW, (long)address, 0,
                             sizeof(uint64_t));
    return answer != -EFAULT;
}

static void put_bytes(uintptr_t address)
{
    put_number("at ", address);
    if (!is_readable(address)) {
        put(": nothing\n");
        return;
    }
    const unsigned char *bytes = (const unsigned char *)address;
    uintptr_t count = 0;
    for (uintptr_t i = 0; i < PAGE_SIZE - address % PAGE_SIZE; i++) {
        count += bytes[i] != 0;
    }
    put(":");
    for (int i = 0; i < SHOWN; i++) {
        put_number(" ", bytes[i]);
    }
    put_number(", not 0: ", count);
    put("\n");
}

void start_main(const uintptr_t *stack)
{
    const uintptr_t *word = stack + 1 + stack[0] + 1; /* the environment */
    while (*word != 0) {
        word++;
    }
    put_auxv(word + 1);
    put_break();
    put_place();
    put_compat_place();
    put_maps();
    for (const uintptr_t *at = addresses; *at != LAST; at++) {
        put_bytes(*at);
    }
    for (;;) {
        __syscall1(SYS(exit), 0);
    }
}
