; Entries from exceptions and interrupts, and the way back from all of them.
;
; Each of the 256 stubs makes the stack look the same and goes on in one of
; two places:
;
;   trap_entry           GS is the kernel's or the program's as the saved cs
;                        says, but for a fault of the last iretq itself
;   trap_entry_paranoid  the trap may have come between an entry from ring 3
;                        and its swapgs, or between swapgs and the way back,
;                        so GS is loaded, and put back at the end
;
; Debug exceptions and int3 have entries of their own: debug_entry.asm.

%include "constants.inc"
%include "kernel/x86/registers.inc"

extern trap_dispatch, percpu_base, debug_return_iretq

bits 64
section .text.trap_entry progbits alloc exec nowrite align=16

; The exceptions that push an error code (SDM vol. 3A, table 6-1; 29 and 30
; are AMD's #VC and #SX).
%macro HAS_ERROR_CODE 1
    %assign has_error 0
    %if %1 == 8 || (%1 >= 10 && %1 <= 14) || %1 == 17 || %1 == 21 || %1 == 29 || %1 == 30
        %assign has_error 1
    %endif
%endmacro

global trap_entry_start, trap_entry_end
trap_entry_start:

; 256 stubs of TRAP_STUB_SIZE bytes.
; in: what the CPU pushed for the vector
global trap_stubs
trap_stubs:
%assign vector 0
%rep VECTOR_COUNT
    align TRAP_STUB_SIZE
    HAS_ERROR_CODE vector
    %if has_error == 0
        push 0
    %endif
    push qword vector
    %if vector == VECTOR_NMI || vector == VECTOR_DOUBLE_FAULT || vector == VECTOR_MACHINE_CHECK
        jmp strict near trap_entry_paranoid
    %else
        jmp strict near trap_entry
    %endif
%assign vector vector + 1
%endrep
    align TRAP_STUB_SIZE

; Saves the registers, calls trap_dispatch, returns to where the trap came from.
; in: rsp = struct trap_frame from `vector` up
trap_entry:
    test byte [rsp + trap_frame.cs - trap_frame.vector], SELECTOR_RPL
    jz trap_entry_from_kernel
    swapgs
.save:
    PUSH_REGISTERS
    cld
    xor ebp, ebp                       ; a back trace ends at the frame
    mov rdi, rsp
    call trap_dispatch

; Goes back to where the struct trap_frame at rsp says. Also the first step of
; a new process: kernel/x86/context.asm.
global trap_return
trap_return:
    test byte [rsp + trap_frame.cs], SELECTOR_RPL
    jz .restore
    swapgs
.restore:
    POP_REGISTERS
    add rsp, 16                        ; vector, error
global trap_return_iretq
trap_return_iretq:
    iretq

; iretq to ring 3 faults in ring 0 when it finds a selector or an address that
; the program can't have, and GS is the program's by then.
trap_entry_from_kernel:
    cmp qword [rsp + trap_frame.rip - trap_frame.vector], trap_return_iretq
    je .refused_return
    cmp qword [rsp + trap_frame.rip - trap_frame.vector], debug_return_iretq
    jne trap_entry.save

; The fault becomes the program's: what iretq was to take is still on the stack,
; and vector and error code of the fault belong right below it. Nothing that is
; still needed lies there: the fault's own rsp and ss, or less. The registers
; are the program's.
.refused_return:
    swapgs
    mov [gs:percpu.user_rsp], rax
    mov rax, [rsp + trap_frame.rsp - trap_frame.vector]
    push qword [rsp + trap_frame.error - trap_frame.vector]
    pop qword [rax + trap_frame.error - trap_frame.rip]
    push qword [rsp]
    pop qword [rax + trap_frame.vector - trap_frame.rip]
    lea rsp, [rax + trap_frame.vector - trap_frame.rip]
    mov rax, [gs:percpu.user_rsp]
    jmp trap_entry.save

; The same for traps with a stack of their own (IST).
trap_entry_paranoid:
    PUSH_REGISTERS
    cld
    xor ebp, ebp
    test byte [rsp + trap_frame.cs], SELECTOR_RPL
    jz .from_kernel
    swapgs
    MOVE_FRAME_TO_KERNEL_STACK
    mov rdi, rsp
    call trap_dispatch
    jmp trap_return

.from_kernel:
    TAKE_KERNEL_GS
    mov rdi, rsp
    call trap_dispatch
    RESTORE_GS
    POP_REGISTERS
    add rsp, 16
    iretq

trap_entry_end:

section .note.GNU-stack noalloc noexec nowrite progbits
