; mmap8_fault: ask for 8 bytes, write byte 4097, and die.
;
; One learns: where the memory ends, and what happens there. The fault is no
; error that a call answers. The CPU finds no page, enters the kernel, the
; kernel finds no area, and ends the program by signal 11, SIGSEGV.
;
; What lies behind a mapping is chance, so this program makes sure: it
; reserves two pages, puts its 8 bytes over the first and unmaps the second.
;
;     1. mmap 2 pages       [ PROT_NONE ][ PROT_NONE ]
;     2. mmap 8, MAP_FIXED  [ 8 bytes...][ PROT_NONE ]
;     3. munmap             [ 8 bytes...]  nothing
;                            ^r12         ^ the 4097th byte

%include "linux.inc"
%include "user/print.inc"

EXIT_FAILURE equ 1
PAGE_SIZE    equ 4096
LENGTH       equ 8
PATTERN      equ 0xa5
NO_FILE      equ -1

section .text
global _start
_start:
    ; mmap(0, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    mov eax, SYS64_mmap
    xor edi, edi
    mov esi, 2 * PAGE_SIZE
    mov edx, PROT_NONE
    mov r10d, MAP_PRIVATE | MAP_ANONYMOUS
    mov r8, NO_FILE
    xor r9d, r9d
    syscall
    cmp rax, -MAX_ERRNO
    jae .failed
    mov r12, rax

    ; mmap(r12, 8, PROT_READ | PROT_WRITE, ... | MAP_FIXED, -1, 0)
    mov eax, SYS64_mmap
    mov rdi, r12
    mov esi, LENGTH
    mov edx, PROT_READ | PROT_WRITE
    mov r10d, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED
    syscall
    cmp rax, r12
    jne .failed

    ; munmap(r12 + 4096, 4096)
    mov eax, SYS64_munmap
    lea rdi, [r12 + PAGE_SIZE]
    mov esi, PAGE_SIZE
    syscall
    test rax, rax
    jnz .failed

    mov byte [r12 + PAGE_SIZE - 1], PATTERN
    say "byte 4096 is written; now byte 4097", NEWLINE
    mov byte [r12 + PAGE_SIZE], PATTERN
    say "this is never printed", NEWLINE
.failed:
    mov edi, EXIT_FAILURE
    jmp exit

section .note.GNU-stack noalloc noexec nowrite progbits
