; The instructions that touch memory. When one faults, the handler goes on at
; touch_failed, and the caller gets 1 instead of 0.
;
; int touch_load(const void *address, uint32_t *value)
; int touch_store(void *address, uint32_t value)
; int touch_run(const void *address)     with rax = 0, see touch.h
;
; out: eax 0, or 1 after a fault
; clobbers: rcx

%include "linux.inc"

section .text
global touch_load
touch_load:
    mov ecx, [rdi]
    mov [rsi], ecx
    xor eax, eax
    ret

global touch_store
touch_store:
    mov [rdi], esi
    xor eax, eax
    ret

global touch_run
touch_run:
    xor eax, eax
    jmp rdi                     ; what is there returns to our caller

global touch_failed
touch_failed:
    mov eax, 1
    ret

; Where a handler returns to: out of the signal.
global touch_restorer
touch_restorer:
    mov eax, SYS64_rt_sigreturn
    syscall

; long door_32(const uint32_t words[7])
; in: eax, ebx, ecx, edx, esi, edi, ebp of int 0x80
global door_32
door_32:
    push rbx
    push rbp
    mov eax, [rdi]
    mov ebx, [rdi + 4]
    mov ecx, [rdi + 8]
    mov edx, [rdi + 12]
    mov esi, [rdi + 16]
    mov ebp, [rdi + 24]
    mov edi, [rdi + 20]
    int 0x80
    pop rbp
    pop rbx
    ret

; int context_save(uintptr_t context[8]); as setjmp
; out: eax 0, and 1 when context_restore comes back to here
global context_save
context_save:
    mov [rdi], rbx
    mov [rdi + 8], rbp
    mov [rdi + 16], r12
    mov [rdi + 24], r13
    mov [rdi + 32], r14
    mov [rdi + 40], r15
    lea rax, [rsp + 8]          ; the caller's, after our return
    mov [rdi + 48], rax
    mov rax, [rsp]
    mov [rdi + 56], rax
    xor eax, eax
    ret

; _Noreturn void context_restore(const uintptr_t context[8])
global context_restore
context_restore:
    mov rbx, [rdi]
    mov rbp, [rdi + 8]
    mov r12, [rdi + 16]
    mov r13, [rdi + 24]
    mov r14, [rdi + 32]
    mov r15, [rdi + 40]
    mov rsp, [rdi + 48]
    mov eax, 1
    jmp [rdi + 56]

section .note.GNU-stack noalloc noexec nowrite progbits
