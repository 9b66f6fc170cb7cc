; hello_pie: a program that runs wherever the kernel puts it.
;
; One learns: what position-independent means. The file (ET_DYN, a static PIE)
; is linked at address 0, where nothing may be mapped, so the kernel moves it.
; The code must not hold an absolute address then: `[rel text]` is encoded as
; a distance from rip, and distances stay true.
;
;     in the file      0x0000        0x1000  _start      0x2000  text
;     in memory      base+0x0000   base+0x1000         base+0x2000
;
; An absolute address in the data would need a relocation, which someone has
; to apply at the start. There is none here.

%include "linux.inc"

EXIT_SUCCESS equ 0
EXIT_FAILURE equ 1

default rel

section .rodata
text:     db "hello from a place that the kernel chose", 10
text_end:

section .text
global _start
_start:
    ; The program header of the file is at its base: not 0 any more.
    extern __ehdr_start
    lea rax, [__ehdr_start]
    test rax, rax
    mov edi, EXIT_FAILURE
    jz .exit

    ; write(1, text, text_end - text)
    mov eax, SYS64_write
    mov edi, STDOUT_FILENO
    lea rsi, [text]
    mov edx, text_end - text
    syscall
    mov edi, EXIT_SUCCESS
.exit:
    mov eax, SYS64_exit_group
    syscall

section .note.GNU-stack noalloc noexec nowrite progbits
