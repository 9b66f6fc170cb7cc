; sbrk: memory by moving the end of the program, with brk.
;
; One learns: `brk` is all that the kernel has; `sbrk` is built on it.
;
;     | text | data | bss |..........| heap ------>            | stack |
;                                    ^ start     ^ the break
;
; brk(address) moves the break to the address and answers where it is then.
; It knows no error: what it cannot do (address 0 is the usual way to ask) it
; does not do, and answers where the break still is. sbrk therefore asks with
; 0, adds, compares the answer with what it wanted, and keeps the old break:
; that is where the new memory begins.

%include "linux.inc"
%include "user/print.inc"

EXIT_SUCCESS equ 0
EXIT_FAILURE equ 1
PAGE_SIZE    equ 4096
GROWTH       equ 3 * PAGE_SIZE + 8      ; the break need not be page-aligned
PATTERN      equ 0x5a
TOO_MUCH     equ 1 << 62                ; more than any address space has
SBRK_FAILED  equ -1

; expect CONDITION, "text": ends the program unless the condition holds.
%macro expect 2+
    j%1 %%good
    say "not ", %2, NEWLINE
    mov edi, EXIT_FAILURE
    jmp exit
%%good:
    say %2, NEWLINE
%endmacro

section .text
global _start
_start:
    xor edi, edi
    call sbrk
    mov r12, rax                        ; r12: where the heap starts
    test rax, PAGE_SIZE - 1
    expect z, "the heap starts where a page starts"

    mov rdi, GROWTH
    call sbrk
    cmp rax, r12
    expect e, "sbrk of 12296 bytes answers the old break: the new memory's start"

    xor edi, edi
    call sbrk
    sub rax, r12
    cmp rax, GROWTH
    expect e, "the break is now 12296 bytes further"

    ; The memory is fresh: zero, whoever had it before.
    mov rdi, r12
    mov ecx, GROWTH
    xor eax, eax
    repe scasb
    expect e, "every byte of it is 0"

    ; The break is a byte, but the kernel gives pages: the rest of the last
    ; page can be written too. Nobody should rely on it.
    mov rdi, r12
    mov ecx, 4 * PAGE_SIZE
    mov al, PATTERN
    rep stosb
    lea rdi, [r12 + 4 * PAGE_SIZE - 1]
    cmp byte [rdi], PATTERN
    expect e, "all of its 4 pages can be written"

    ; Shrink to one page, grow again: what was given back is gone.
    mov rdi, PAGE_SIZE - GROWTH
    call sbrk
    mov rdi, PAGE_SIZE
    call sbrk
    cmp byte [r12 + PAGE_SIZE - 1], PATTERN
    expect e, "after shrinking to a page, that page is as it was"
    cmp byte [r12 + PAGE_SIZE], 0
    expect e, "the page after it was given back, and came again as zeros"

    mov rdi, TOO_MUCH
    call sbrk
    cmp rax, SBRK_FAILED
    expect e, "sbrk of 2^62 bytes fails"
    xor edi, edi
    call sbrk
    sub rax, r12
    cmp rax, 2 * PAGE_SIZE
    expect e, "and leaves the break where it was"

    mov edi, EXIT_SUCCESS
    jmp exit

; Moves the break.
; in: rdi by how many bytes, may be negative
; out: rax the old break, or SBRK_FAILED
; clobbers: rcx, rdx, rdi, rsi, r11
sbrk:
    mov rsi, rdi
    xor edi, edi
    mov eax, SYS64_brk
    syscall                             ; ask: brk(0)
    mov rdx, rax                        ; keep the old break
    lea rdi, [rax + rsi]                ; add
    mov eax, SYS64_brk
    syscall                             ; move
    cmp rax, rdi                        ; compare
    jne .failed
    mov rax, rdx
    ret
.failed:
    mov rax, SBRK_FAILED
    ret

section .note.GNU-stack noalloc noexec nowrite progbits
