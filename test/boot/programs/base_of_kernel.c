/* GS' base looks like the kernel's while this makes system calls: whoever
 * interrupts the kernel at its first instruction must not believe it. */
#include <stdio.h>
#include <sys/syscall.h>

#define CALLS 2000000

int main(void)
{
    unsigned long before = 0xffff900000000000, after;

    puts("begin");
    fflush(stdout);
    __asm__ volatile("wrgsbase %0" : : "r"(before));
    for (long i = 0; i < CALLS; i++) {
        long result = SYS_getpid;
        __asm__ volatile("syscall" : "+a"(result) : : "rcx", "r11", "memory");
    }
    __asm__ volatile("rdgsbase %0" : "=r"(after));
    puts(after == before ? "kept" : "lost");
    return 0;
}
