; The instructions that touch memory. When one faults, the handler goes on at
; touch_failed, and the caller gets 1 instead of 0.
;
; int touch_load(const void *address, uint32_t *value)
; int touch_store(void *address, uint32_t value)
; int touch_run(const void *address)     with eax = 0, see touch.h
;
; out: eax 0, or 1 after a fault
; clobbers: ecx, edx

%include "linux.inc"

section .text
global touch_load
touch_load:
    mov edx, [esp + 4]
    mov ecx, [edx]
    mov edx, [esp + 8]
    mov [edx], ecx
    xor eax, eax
    ret

global touch_store
touch_store:
    mov edx, [esp + 4]
    mov ecx, [esp + 8]
    mov [edx], ecx
    xor eax, eax
    ret

global touch_run
touch_run:
    mov edx, [esp + 4]
    xor eax, eax
    jmp edx                     ; what is there returns to our caller

global touch_failed
touch_failed:
    mov eax, 1
    ret

; Where a handler returns to: out of the signal.
global touch_restorer
touch_restorer:
    mov eax, SYS32_rt_sigreturn
    int 0x80

; long door_32(const uint32_t words[7])
; in: eax, ebx, ecx, edx, esi, edi, ebp of int 0x80
global door_32
door_32:
    push ebx
    push ebp
    push esi
    push edi
    mov edi, [esp + 20]
    mov eax, [edi]
    mov ebx, [edi + 4]
    mov ecx, [edi + 8]
    mov edx, [edi + 12]
    mov esi, [edi + 16]
    mov ebp, [edi + 24]
    mov edi, [edi + 20]
    int 0x80
    pop edi
    pop esi
    pop ebp
    pop ebx
    ret

; int context_save(uintptr_t context[8]); as setjmp
; out: eax 0, and 1 when context_restore comes back to here
global context_save
context_save:
    mov edx, [esp + 4]
    mov [edx], ebx
    mov [edx + 4], ebp
    mov [edx + 8], esi
    mov [edx + 12], edi
    lea eax, [esp + 4]          ; the caller's, after our return
    mov [edx + 16], eax
    mov eax, [esp]
    mov [edx + 20], eax
    xor eax, eax
    ret

; _Noreturn void context_restore(const uintptr_t context[8])
global context_restore
context_restore:
    mov edx, [esp + 4]
    mov ebx, [edx]
    mov ebp, [edx + 4]
    mov esi, [edx + 8]
    mov edi, [edx + 12]
    mov esp, [edx + 16]
    mov eax, 1
    jmp [edx + 20]

section .note.GNU-stack noalloc noexec nowrite progbits
