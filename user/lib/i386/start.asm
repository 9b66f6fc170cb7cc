; Where a 32-bit C program starts. The kernel has laid out the stack:
;
;     esp -> argc                 one word of 4 bytes each
;            argv[0] ... NULL
;            envp[0] ... NULL
;            auxiliary vector
;
; C finds its arguments on the stack, and wants esp to be a multiple of 16
; where it calls: 12 bytes of nothing and 4 of argument.

section .text
global _start
extern start_main
_start:
    xor ebp, ebp
    mov eax, esp
    and esp, -16
    sub esp, 12
    push eax                    ; void start_main(const uintptr_t *stack)
    call start_main             ; never returns

section .note.GNU-stack noalloc noexec nowrite progbits
