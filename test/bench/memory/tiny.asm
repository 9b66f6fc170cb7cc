; A program that ends at once: what is left of its life is exec and exit. With
; FILL it has that many bytes of data.
bits 64

%define EXIT 60

section .text
global _start
_start:
    mov eax, EXIT
    xor edi, edi
    syscall

%ifdef FILL
section .rodata
    times FILL db 1
%endif

section .note.GNU-stack noalloc noexec nowrite progbits
