; The entries of debug exceptions and of int3. A debugger in the kernel comes
; this way, so nothing here can have a breakpoint: what it calls before it takes
; its breakpoints out of the kernel, and after it has put them back, lies in the
; same section (kernel/x86/debug.h). All else in the kernel can have one.

%include "constants.inc"
%include "kernel/x86/registers.inc"

extern trap_debug, trap_dispatch, percpu_base

bits 64
section .text.unbreakable progbits alloc exec nowrite align=16

global debug_entry_start, debug_entry_end
debug_entry_start:

; in: what the CPU pushed for the vector, on a stack of its own (IST)
global debug_entry
debug_entry:
    push 0
    push VECTOR_DEBUG
    jmp enter

; The same.
global breakpoint_entry
breakpoint_entry:
    push 0
    push VECTOR_BREAKPOINT

; Debug registers are off from here on. GS is as in trap_entry_paranoid; ebx
; remembers whether ring 0 was interrupted.
; in: rsp = struct trap_frame from `vector` up
enter:
    PUSH_REGISTERS
    cld
    mov eax, DR7_CLEAR
    mov dr7, rax
    xor ebp, ebp
    xor ebx, ebx
    test byte [rsp + trap_frame.cs], SELECTOR_RPL
    jz .from_kernel
    swapgs
    MOVE_FRAME_TO_KERNEL_STACK
    jmp .debug
.from_kernel:
    inc ebx
    TAKE_KERNEL_GS
.debug:
    mov rdi, rsp
    call trap_debug
    test al, al
    jnz .back
    mov rdi, rsp                       ; not the debugger's
    call trap_dispatch
.back:
    test ebx, ebx
    jnz .to_kernel
    swapgs
    jmp .restore
.to_kernel:
    RESTORE_GS
.restore:
    POP_REGISTERS
    add rsp, 16                        ; vector, error
; To ring 3, this may fault: trap_entry_from_kernel.
global debug_return_iretq
debug_return_iretq:
    iretq

; Where the stub sends a trap of the kernel's that came on the kernel's stack, so
; that it stops on the stack of int3.
global debug_bounce
debug_bounce:
    int3

debug_entry_end:

section .note.GNU-stack noalloc noexec nowrite progbits
