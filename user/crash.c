/* crash: does something forbidden, to see how it ends.
 *
 * One learns: what the CPU checks and who hears of it. Each of these raises an
 * exception; the kernel finds no reason to allow it, and ends the program by a
 * signal. On Brix the kernel's log tells address, reason and registers. */
#include "kernel/abi/mman.h"
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/string.h"

/* The instruction that returns from a function. */
#define RET          0xc3

#define ADDRESS_BITS (8 * sizeof(uintptr_t))
/* Where the upper half of the addresses begins. In 64 bits the CPU has no such
 * address: those in use begin with the same bit 17 times ("canonical"). */
#define MIDDLE       ((uintptr_t)1 << (ADDRESS_BITS - 1))
/* The last page of all is the kernel's, in 64 bits and in 32. */
#define LAST_PAGE    (-(uintptr_t)PAGE_SIZE)

static void null_write(void)
{
    *(volatile char *)NULL = 1;
}

static void text_write(void)
{
    *(volatile char *)(uintptr_t)text_write = 1;
}

static void data_execute(void)
{
    static unsigned char ret_instruction[] = {RET};
    ((void (*)(void))(uintptr_t)ret_instruction)();
}

static void unmapped_read(void)
{
    long page =
        mmap(NULL, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap((void *)page, PAGE_SIZE);
    (void)*(volatile char *)page;
}

static void kernel_read(void)
{
    (void)*(volatile char *)LAST_PAGE;
}

static void middle_read(void)
{
    (void)*(volatile char *)MIDDLE;
}

/* Each call takes a page of stack and more, until the stack may not grow. */
static char stack_overflow_from(volatile char *caller)
{
    volatile char page[PAGE_SIZE];
    page[0] = *caller;
    if (page[0] != 0) { /* never, but the compiler can't know */
        return 0;
    }
    return (char)(stack_overflow_from(page) + page[0]);
}

static void stack_overflow(void)
{
    char start = 0;
    stack_overflow_from(&start);
}

static void illegal(void)
{
    __asm__ volatile("ud2");
}

static void privileged(void)
{
    __asm__ volatile("hlt");
}

static void breakpoint(void)
{
    __asm__ volatile("int3");
}

static void divide_by_zero(void)
{
    __asm__ volatile("divl %0" : : "r"(0), "a"(1), "d"(0) : "cc");
}

struct crash {
    const char *name;
    const char *what;
    void (*run)(void);
};

static const struct crash crashes[] = {
    {"null", "write to address 0", null_write},
    {"text", "write to the program's own instructions", text_write},
    {"data", "execute data", data_execute},
    {"unmapped", "read a page that was given back", unmapped_read},
    {"kernel", "read the kernel's memory", kernel_read},
    {"middle", "read the middle of all addresses", middle_read},
    {"stack", "call without end", stack_overflow},
    {"illegal", "execute an undefined instruction", illegal},
    {"privileged", "execute an instruction of the kernel's", privileged},
    {"breakpoint", "execute a breakpoint without a debugger", breakpoint},
    {"divide", "divide by zero", divide_by_zero},
};

#define CRASHES (sizeof(crashes) / sizeof(crashes[0]))

static int usage(void)
{
    printf("crash WAY: ends by a signal. WAY is one of\n");
    for (size_t i = 0; i < CRASHES; i++) {
        printf("  %-11s %s\n", crashes[i].name, crashes[i].what);
    }
    return 2;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        return usage();
    }
    for (size_t i = 0; i < CRASHES; i++) {
        if (strcmp(argv[1], crashes[i].name) == 0) {
            printf("%s: %s\n", crashes[i].name, crashes[i].what);
            crashes[i].run();
            printf("it went through\n");
            return 1;
        }
    }
    return usage();
}
