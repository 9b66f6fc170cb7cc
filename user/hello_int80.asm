; hello_int80: a 64-bit program that knocks at the 32-bit door.
;
; One learns: the door decides, not the program. `int 0x80` always means
; i386's numbers and i386's arguments, also in a 64-bit program:
;
;     rax  .... .... 0000 0004      only the low half is looked at
;     rcx  .... .... 0040 2000      so a pointer must lie below 4 GiB
;
; This file is linked at 4 MiB, as every program that is no PIE, so `text` has
; such an address; the stack has not, and a write from there answers -EFAULT.

%include "linux.inc"

EXIT_SUCCESS equ 0
EXIT_FAILURE equ 1

section .rodata
text:     db "hello by int 0x80, in a 64-bit program", 10
text_end:
expected: db "a text on the stack is out of its reach: -EFAULT", 10
expected_end:

section .text
global _start
_start:
    ; write(1, text, text_end - text)
    mov eax, SYS32_write
    mov ebx, STDOUT_FILENO
    mov ecx, text
    mov edx, text_end - text
    int 0x80

    ; write(1, the low 32 bits of rsp, 1): nothing is mapped there
    mov eax, SYS32_write
    mov ebx, STDOUT_FILENO
    mov rcx, rsp
    mov edx, 1
    int 0x80
    cmp rax, -EFAULT
    mov ebx, EXIT_FAILURE
    jne .exit

    mov eax, SYS32_write
    mov ebx, STDOUT_FILENO
    mov ecx, expected
    mov edx, expected_end - expected
    int 0x80
    mov ebx, EXIT_SUCCESS
.exit:
    mov eax, SYS32_exit
    int 0x80

section .note.GNU-stack noalloc noexec nowrite progbits
