; From the loader's 32-bit hand-over to kmain() in 64-bit mode.
;
;   loader -> boot_start -> is this CPU enough? -> tables, long mode -> kmain
;
; Nothing that the loader left in CR0, CR4 or EFER is kept: UEFI leaves WP,
; MCE and NXE set, Bochs leaves the caches off. All three are written whole.

%include "constants.inc"

CPUID_EXTENDED_MAX     equ 0x80000000
CPUID_EXTENDED         equ 0x80000001
CPUID_EXTENDED_EDX_NX  equ 20
CPUID_EXTENDED_EDX_LM  equ 29

extern boot_stack, upper_half          ; kernel/x86/stack.h, boot/upper_half.asm
extern refuse                          ; boot/refuse.asm

; ---------------------------------------------------------------------------
bits 32
section .boot.text progbits alloc exec nowrite align=16

; The entry of PVH.
; in: ebx = struct hvm_start_info, 32-bit flat segments, paging off
global boot_start_pvh
boot_start_pvh:
    mov eax, BOOT_MAGIC_PVH

; The entry of multiboot 1 and 2.
; in: eax = the loader's magic, ebx = its information, paging off
global boot_start
boot_start:
    cli
    cld
    mov esp, boot_stack + boot_stack_size - KERNEL_BASE
    mov ebp, eax
    mov edi, ebx                       ; cpuid changes ebx

    mov esi, message_magic
    cmp eax, BOOT_MAGIC_MULTIBOOT1
    je .loader_known
    cmp eax, BOOT_MAGIC_MULTIBOOT2
    je .loader_known
    cmp eax, BOOT_MAGIC_PVH
    jne refuse
.loader_known:

    ; A CPU with CPUID lets EFLAGS.ID be changed (SDM vol. 1, 3.4.3.3).
    mov esi, message_long_mode
    pushfd
    pop eax
    mov ecx, eax
    xor eax, RFLAGS_ID
    push eax
    popfd
    pushfd
    pop eax
    cmp eax, ecx
    je refuse

    mov eax, CPUID_EXTENDED_MAX
    cpuid
    cmp eax, CPUID_EXTENDED
    jb refuse
    mov eax, CPUID_EXTENDED
    cpuid
    bt edx, CPUID_EXTENDED_EDX_LM
    jnc refuse
    mov esi, message_nx
    bt edx, CPUID_EXTENDED_EDX_NX
    jnc refuse

    ; Long mode (SDM vol. 3A, 10.8.5): CR4.PAE, CR3, EFER.LME, CR0.PG. Paging
    ; is switched off first in case the loader had it on.
    mov eax, CR0_PE | CR0_ET
    mov cr0, eax
    mov eax, CR4_PAE
    mov cr4, eax
    mov eax, boot_pml4 - KERNEL_BASE
    mov cr3, eax
    mov ecx, MSR_EFER
    mov eax, EFER_SCE | EFER_LME | EFER_NXE
    xor edx, edx
    wrmsr
    mov eax, CR0_PG | CR0_AM | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE
    mov cr0, eax

    lgdt [boot_gdt_pointer]
    jmp BOOT_CODE64:long_mode

message_magic:
    db "Brix: the loader is neither multiboot 1 nor multiboot 2 (wrong magic).", 13, 10, 0
message_long_mode:
    db "Brix: this CPU has no long mode (64 bit): Brix needs an x86-64 CPU.", 13, 10, 0
message_nx:
    db "Brix: this CPU has no NX, or the firmware switched it off (look for XD or NX).", 13, 10, 0

align 8
boot_gdt:
    dq 0
BOOT_CODE64 equ $ - boot_gdt
    dq 0x00af9b000000ffff              ; 64-bit code, ring 0
boot_gdt_end:
boot_gdt_pointer:
    dw boot_gdt_end - boot_gdt - 1
    dd boot_gdt

; ---------------------------------------------------------------------------
bits 64

; Still at a physical address: go up to where the image is linked.
; in: ebp = the loader's magic, edi = its information
long_mode:
    xor eax, eax
    mov ds, eax
    mov es, eax
    mov fs, eax
    mov gs, eax
    mov ss, eax
    mov rax, upper_half
    jmp rax

; ---------------------------------------------------------------------------
; The first page tables, built by the assembler. They map the low 4 GiB, three
; times by the same tables: at 0 (for the jump to the upper half), at
; DIRECT_MAP_BASE, and its first GiB at KERNEL_BASE. kernel_map_init() in
; mm/kernel_map.c replaces them.

TABLE           equ PTE_PRESENT | PTE_WRITE
LARGE           equ PTE_PRESENT | PTE_WRITE | PTE_LARGE
BOOT_MAP_GIB    equ 4

section .data.boot_tables progbits alloc noexec write align=4096
boot_pml4:
    dq boot_pdpt_low - KERNEL_BASE + TABLE ; 0
    times PT_ENTRIES / 2 - 1 dq 0
    dq boot_pdpt_low - KERNEL_BASE + TABLE ; DIRECT_MAP_BASE
    times PT_ENTRIES / 2 - 2 dq 0
    dq boot_pdpt_high - KERNEL_BASE + TABLE ; the last 512 GiB
boot_pdpt_low:
%assign gib 0
%rep BOOT_MAP_GIB
    dq boot_pds + gib * 4096 - KERNEL_BASE + TABLE
%assign gib gib + 1
%endrep
    times PT_ENTRIES - BOOT_MAP_GIB dq 0
boot_pdpt_high:
    times PT_ENTRIES - 2 dq 0
    dq boot_pds - KERNEL_BASE + TABLE  ; KERNEL_BASE: the last but one GiB
    dq 0
boot_pds:
%assign page 0
%rep BOOT_MAP_GIB * PT_ENTRIES
    dq page * LARGE_PAGE_SIZE + LARGE
%assign page page + 1
%endrep

section .note.GNU-stack noalloc noexec nowrite progbits
