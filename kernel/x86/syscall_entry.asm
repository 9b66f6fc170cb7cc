; The two doors of Linux: `syscall` with the x86-64 numbers, and `int 0x80`
; with the i386 numbers. Both build a struct trap_frame whose `error` is the
; number of the call, as Linux's orig_rax.

%include "kernel/x86/registers.inc"
%include "kernel/x86/percpu.inc"

USER_DS   equ 0x2b                     ; kernel/x86/gdt.h
USER_CS64 equ 0x33

extern syscall_dispatch_64             ; void (struct trap_frame *)
extern syscall_dispatch_32
extern trap_return

bits 64
section .text.syscall_entry progbits alloc exec nowrite align=16

; `syscall` of a 64-bit program.
; in: rax = number, rdi rsi rdx r10 r8 r9 = arguments, rcx = rip, r11 = rflags,
;     rsp = the program's (SFMASK has cleared IF, DF, TF and AC)
global syscall_entry
syscall_entry:
    swapgs
    mov [gs:PERCPU_USER_RSP], rsp
    mov rsp, [gs:PERCPU_KERNEL_STACK]
    push USER_DS
    push qword [gs:PERCPU_USER_RSP]
    push r11
    push USER_CS64
    push rcx
    push rax
    push VECTOR_SYSCALL
    PUSH_REGISTERS
    xor ebp, ebp
    mov rdi, rsp
    call syscall_dispatch_64

    ; sysret is quick but takes only what syscall made: rip from rcx, rflags
    ; from r11, cs as STAR says. A frame in which more has changed has another
    ; vector, and goes back by iretq. On Intel's CPUs sysret faults in ring 0
    ; when rip is not canonical; what syscall made is, because no program's page
    ; reaches up to the last canonical address (USER_END_64, mm/layout.h).
    cmp qword [rsp + TRAP_FRAME_VECTOR], VECTOR_SYSCALL
    jne trap_return
    ; A step by TF ends behind the next instruction after iretq, as on Linux, but
    ; before it after sysret.
    test dword [rsp + TRAP_FRAME_RFLAGS], RFLAGS_TF
    jnz trap_return
    POP_REGISTERS
    mov rcx, [rsp + 2 * 8]             ; rip
    mov r11, [rsp + 4 * 8]             ; rflags
    mov rsp, [rsp + 5 * 8]
    swapgs
global syscall_sysret
syscall_sysret:
    o64 sysret

; `syscall` in 32-bit code, which only AMD's CPUs send here. Intel's have no
; such instruction: #UD. Brix answers the same on both.
; in: as syscall_entry
global syscall_entry_compat
syscall_entry_compat:
    swapgs
    mov [gs:PERCPU_USER_RSP], rsp
    mov rsp, [gs:PERCPU_KERNEL_STACK]
    push USER_DS
    push qword [gs:PERCPU_USER_RSP]
    push r11
    push USER_CS32
    sub rcx, SYSCALL_SIZE
    push rcx
    push 0
    push VECTOR_INVALID_OPCODE
    PUSH_REGISTERS
    xor ebp, ebp
    mov rdi, rsp
    call trap_dispatch
    jmp trap_return

USER_CS32             equ 0x23
SYSCALL_SIZE          equ 2
VECTOR_INVALID_OPCODE equ 6
extern trap_dispatch

; `int 0x80` of a 32-bit or a 64-bit program.
; in: eax = number, ebx ecx edx esi edi ebp = arguments
global int80_entry
int80_entry:
    swapgs
    push rax                           ; error: the number
    push VECTOR_INT80
    PUSH_REGISTERS
    cld
    xor ebp, ebp
    mov rdi, rsp
    call syscall_dispatch_32
    jmp trap_return

global syscall_entry_end
syscall_entry_end:

section .note.GNU-stack noalloc noexec nowrite progbits
