; The two doors of Linux: `syscall` with the x86-64 numbers, and `int 0x80`
; with the i386 numbers. Both build a struct trap_frame whose `error` is the
; number of the call, as Linux's orig_rax.

%include "constants.inc"
%include "kernel/x86/registers.inc"

extern syscall_dispatch_64             ; void (struct trap_frame *)
extern syscall_dispatch_32
extern trap_dispatch, trap_return

SYSCALL_SIZE equ 2                      ; the instruction's

; What `syscall` left becomes the end of a frame, of the code segment %1.
; in: as syscall_entry
%macro ENTER_BY_SYSCALL 1
    swapgs
    mov [gs:percpu.user_rsp], rsp
    mov rsp, [gs:percpu.kernel_stack]
    push USER_DS
    push qword [gs:percpu.user_rsp]
    push r11
    push %1
    push rcx
%endmacro

bits 64
section .text.syscall_entry progbits alloc exec nowrite align=16

; `syscall` of a 64-bit program.
; in: rax = number, rdi rsi rdx r10 r8 r9 = arguments, rcx = rip, r11 = rflags,
;     rsp = the program's (SFMASK has cleared IF, DF, TF and AC)
global syscall_entry
syscall_entry:
    ENTER_BY_SYSCALL USER_CS64
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
    cmp qword [rsp + trap_frame.vector], VECTOR_SYSCALL
    jne trap_return
    ; A step by TF ends behind the next instruction after iretq, as on Linux, but
    ; before it after sysret.
    test dword [rsp + trap_frame.rflags], RFLAGS_TF
    jnz trap_return
    ; The program's rcx and r11 are lost anyhow, so they are not popped.
    mov r15, [rsp + trap_frame.r15]
    mov r14, [rsp + trap_frame.r14]
    mov r13, [rsp + trap_frame.r13]
    mov r12, [rsp + trap_frame.r12]
    mov rbp, [rsp + trap_frame.rbp]
    mov rbx, [rsp + trap_frame.rbx]
    mov r10, [rsp + trap_frame.r10]
    mov r9, [rsp + trap_frame.r9]
    mov r8, [rsp + trap_frame.r8]
    mov rax, [rsp + trap_frame.rax]
    mov rdx, [rsp + trap_frame.rdx]
    mov rsi, [rsp + trap_frame.rsi]
    mov rdi, [rsp + trap_frame.rdi]
    mov rcx, [rsp + trap_frame.rip]
    mov r11, [rsp + trap_frame.rflags]
    mov rsp, [rsp + trap_frame.rsp]
    swapgs
global syscall_sysret
syscall_sysret:
    o64 sysret

; `syscall` in 32-bit code, which only AMD's CPUs send here. Intel's have no
; such instruction: #UD. Brix answers the same on both.
; in: as syscall_entry
global syscall_entry_compat
syscall_entry_compat:
    sub rcx, SYSCALL_SIZE
    ENTER_BY_SYSCALL USER_CS32
    push 0
    push VECTOR_INVALID_OPCODE
    PUSH_REGISTERS
    xor ebp, ebp
    mov rdi, rsp
    call trap_dispatch
    jmp trap_return

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
