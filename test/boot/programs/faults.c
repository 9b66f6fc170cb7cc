/* Ends by the fault that its argument names. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static int data = 1;
static const int constant = 1;

static int overflow_stack(volatile int *last)
{
    volatile int here[1000];
    here[0] = last[0] + 1;
    return here[0] == 0 ? 0 : overflow_stack(here) + here[0];
}

static void fault(const char *name)
{
    volatile int zero = 0;
    if (strcmp(name, "null") == 0) {
        *(volatile int *)(intptr_t)zero = 1;
    } else if (strcmp(name, "constant") == 0) {
        *(volatile int *)(uintptr_t)&constant = 2;
    } else if (strcmp(name, "kernel") == 0) {
        data = *(volatile int *)(UINTPTR_MAX - 0xfff);
    } else if (strcmp(name, "canonical") == 0) {
        data = *(volatile int *)(UINTPTR_MAX / 2 + 1);
    } else if (strcmp(name, "execute") == 0) {
        ((void (*)(void))(uintptr_t)&data)();
    } else if (strcmp(name, "divide") == 0) {
        data = data / zero;
    } else if (strcmp(name, "instruction") == 0) {
        __asm__ volatile("ud2");
    } else if (strcmp(name, "privilege") == 0) {
        __asm__ volatile("hlt");
    } else if (strcmp(name, "port") == 0) {
        __asm__ volatile("outb %al, $0x80");
    } else if (strcmp(name, "breakpoint") == 0) {
        __asm__ volatile("int3");
    } else if (strcmp(name, "stack") == 0) {
        data = overflow_stack(&data);
    } else if (strcmp(name, "protection") == 0) {
        char *page =
            mmap(NULL, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        *(volatile char *)page = 1;
    } else if (strcmp(name, "abort") == 0) {
        abort();
    } else if (strcmp(name, "raise") == 0) {
        raise(SIGTERM);
    }
}

int main(int argc, char **argv)
{
    printf("before\n");
    fflush(stdout);
    fault(argc > 1 ? argv[1] : "");
    printf("after\n");
    return 0;
}
