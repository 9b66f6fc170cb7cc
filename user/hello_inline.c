/* hello_inline: hello from C, by inline `int $0x80`, in both forms of inline
 * assembly. Built for i386: there a 32-bit pointer is what the call takes.
 *
 * The system call, in either form:
 *
 *     eax 4          i386's number of write
 *     ebx 1          the standard output
 *     ecx, edx       the text's address and length
 *     int $0x80      enters the kernel; eax is the result
 */
#include "user/lib/linux.h"

/* Basic assembly finds these by their names, so they must be global: a static
 * object that no C code mentions would be dropped, or get another name. */
extern const char hello_text[];
extern const unsigned hello_length;
const char hello_text[] = "hello by inline int $0x80, basic form\n";
const unsigned hello_length = sizeof(hello_text) - 1;

/* Form 1, basic: a string, copied into the assembler's input as it stands. One
 * % before a register; no constants of C, so the numbers are written out. The
 * compiler does not read it and knows neither what goes in nor what is
 * overwritten, so all registers are put back. */
static void hello_basic(void)
{
    __asm__("pushal\n\t"
            "movl $4, %eax\n\t"
            "movl $1, %ebx\n\t"
            "movl $hello_text, %ecx\n\t"
            "movl hello_length, %edx\n\t"
            "int $0x80\n\t"
            "popal");
}
_Static_assert(SYS32_write == 4 && STDOUT_FILENO == 1,
               "the numbers in hello_basic");

/* Form 2, extended: after the first colon the outputs, after the second the
 * inputs, after the third what else changes. The compiler loads the registers
 * that the constraints name ("b" is ebx), before the instruction and in the
 * cheapest way, and finds the result in `result`. A register is written %%eax
 * here, because %0 is an operand. `volatile`: wanted for what it does, not
 * for its result; "memory": the call reads bytes that the compiler might
 * otherwise write later. */
static bool hello_extended(void)
{
    static const char text[] = "hello by inline int $0x80, extended form\n";
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(SYS32_write), "b"(STDOUT_FILENO), "c"(text),
                       "d"(sizeof(text) - 1)
                     : "memory");
    return result == sizeof(text) - 1;
}

int main(void)
{
    hello_basic();
    return hello_extended() ? 0 : 1;
}
