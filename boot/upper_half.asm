; The first code at the addresses where the kernel is linked. It has a file of
; its own because nasm describes code in one section a file to gdb.

%include "constants.inc"

extern kmain, boot_stack               ; kernel/main.c, kernel/x86/stack.h

bits 64
section .text.boot progbits alloc exec nowrite align=16

; in: ebp = the loader's magic, edi = its information
global upper_half
upper_half:
    mov rsp, boot_stack + boot_stack_size
    mov esi, edi                       ; zero-extends: the second argument
    mov edi, ebp                       ; the first
    xor ebp, ebp                       ; back traces end here:
    push 0                             ; gdb's, where they find no caller;
    push 0                             ; two keep rsp aligned
    call kmain                         ; void kmain(uint32_t magic, paddr_t info)
    ud2

section .note.GNU-stack noalloc noexec nowrite progbits
