; pid_t vfork(void): a child that borrows the parent's memory, stack included,
; until it calls execve or exit. The parent stands still so long.
;
; The child runs first and goes on from here: its calls overwrite the stack
; below the caller's frame, and so the return address that is kept there.
;
;     stack   | caller's frame | return address |
;                                       ^ the child returns, calls execve, ...
;
; Hence the return address waits in a register, which the kernel gives to both.
;
; out: rax 0 in the child, the child's number in the parent, or an error
; clobbers: rcx, rdx, r11

%include "linux.inc"

section .text
global vfork
vfork:
    pop rdx
    mov eax, SYS64_vfork
    syscall
    push rdx
    ret

section .note.GNU-stack noalloc noexec nowrite progbits
