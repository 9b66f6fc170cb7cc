; hello64: a whole program in two system calls, by `syscall`.
;
; One learns: how a 64-bit program asks the kernel for something.
;
;     rax                     which call: its number in x86-64's table
;     rdi rsi rdx r10 r8 r9   its arguments, in this order
;     syscall                 enters the kernel
;     rax                     the result; -4095 to -1 says what went wrong
;     rcx r11                 lost: the CPU keeps rip and the flags in them
;
; There is no library and no main: the kernel jumps to _start with rsp at
; argc. A program that runs past its last instruction faults, so exit it must.

%include "linux.inc"

EXIT_SUCCESS equ 0

section .rodata
text:     db "hello by syscall", 10
text_end:

section .text
global _start
_start:
    ; write(1, text, text_end - text)
    mov eax, SYS64_write
    mov edi, STDOUT_FILENO
    mov rsi, text
    mov edx, text_end - text
    syscall

    ; exit_group(0)
    mov eax, SYS64_exit_group
    mov edi, EXIT_SUCCESS
    syscall

section .note.GNU-stack noalloc noexec nowrite progbits
