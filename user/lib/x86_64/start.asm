; Where a 64-bit C program starts. The kernel has laid out the stack:
;
;     rsp -> argc                 one word of 8 bytes each
;            argv[0] ... NULL
;            envp[0] ... NULL
;            auxiliary vector
;
; and sets no other register that counts. C wants rsp to be a multiple of 16
; where it calls, and a frame pointer of 0 ends a debugger's backtrace.

section .text
global _start
extern start_main
_start:
    xor ebp, ebp
    mov rdi, rsp                ; void start_main(const uintptr_t *stack)
    and rsp, -16
    call start_main             ; never returns

section .note.GNU-stack noalloc noexec nowrite progbits
