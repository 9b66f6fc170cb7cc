; hello32: the same in a 32-bit program, by `int 0x80`.
;
; One learns: the older door to the kernel, with numbers of its own.
;
;     eax                       which call: its number in i386's table,
;                               where write is 4 and exit 1
;     ebx ecx edx esi edi ebp   its arguments, in this order
;     int 0x80                  enters the kernel
;     eax                       the result; -4095 to -1 says what went wrong
;
; All other registers are kept. The file is an ELF32 file for i386: the kernel
; sees that and starts the program in compatibility mode, where addresses and
; registers are 32 bits wide.

%include "linux.inc"

EXIT_SUCCESS equ 0

section .rodata
text:     db "hello by int 0x80, in a 32-bit program", 10
text_end:

section .text
global _start
_start:
    ; write(1, text, text_end - text)
    mov eax, SYS32_write
    mov ebx, STDOUT_FILENO
    mov ecx, text
    mov edx, text_end - text
    int 0x80

    ; exit(0)
    mov eax, SYS32_exit
    mov ebx, EXIT_SUCCESS
    int 0x80

section .note.GNU-stack noalloc noexec nowrite progbits
