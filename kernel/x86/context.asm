; Switching from one kernel stack to another.

bits 64
section .text.context progbits alloc exec nowrite align=16

extern trap_return
extern context_switched, context_entered

; void context_switch(uint64_t *save, uint64_t load)
; Leaves this stack, remembering its rsp in *save, and goes on where the stack
; `load` was left. C's caller-saved registers are not kept.
; in: rdi = save, rsi = load
global context_switch
context_switch:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    mov [rdi], rsp
    mov rsp, rsi
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret

; Where a new thread begins: context_prepare() put this address above its
; struct trap_frame.
; in: rsp = struct trap_frame
global context_begin
context_begin:
    xor ebp, ebp
    call context_switched
    mov rdi, rsp
    call context_entered
    jmp trap_return
global context_begin_end
context_begin_end:

section .note.GNU-stack noalloc noexec nowrite progbits
