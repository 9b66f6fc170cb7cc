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

#define TEXT(number) "hello by inline int $0x80, form " number "\n"
#define TEXT_LENGTH  (sizeof(TEXT("1")) - 1)

/* Numbers as text, for basic assembly, which has no other way to get them. */
#define NAME_OF(x)   #x
#define VALUE_OF(x)  NAME_OF(x)
#define WRITE_32     4
#define LENGTH       34

_Static_assert(WRITE_32 == SYS32_write, "i386's number of write");
_Static_assert(LENGTH == TEXT_LENGTH, "the length of the text");

/* Basic assembly finds this by its name, so it must be global: a static string
 * that no C code mentions would be dropped, or get another name. */
extern const char hello_text[];
const char hello_text[] = TEXT("1");

/* Form 1, basic: a string, copied into the assembler's input as it stands. One
 * % before a register. The compiler does not read it and knows neither what
 * goes in nor what is overwritten, so all registers are put back. */
static void hello_basic(void)
{
    __asm__("pushal\n\t"
            "movl $" VALUE_OF(
                WRITE_32) ", %eax\n\t"
                          "movl $" VALUE_OF(
                              STDOUT_FILENO) ", %ebx\n\t"
                                             "movl $hello_text, %ecx\n\t"
                                             "movl $" VALUE_OF(
                                                 LENGTH) ", %edx\n\t"
                                                         "int $0x80\n\t"
                                                         "popal");
}

/* Form 2, extended: after the first colon the outputs, after the second the
 * inputs, after the third what else changes. The compiler loads the registers
 * that the constraints name ("b" is ebx), before the instruction and in the
 * cheapest way, and finds the result in `result`. A register is written %%eax
 * here, because %0 is an operand. `volatile`: wanted for what it does, not
 * for its result; "memory": the call reads bytes that the compiler might
 * otherwise write later. */
static long hello_extended(void)
{
    static const char text[] = TEXT("2");
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(SYS32_write), "b"(STDOUT_FILENO), "c"(text),
                       "d"(sizeof(text) - 1)
                     : "memory");
    return result;
}

int main(void)
{
    hello_basic();
    return hello_extended() == TEXT_LENGTH ? 0 : 1;
}
