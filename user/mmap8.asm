; mmap8: ask for 8 bytes, use 4096.
;
; One learns: the page is the smallest thing that the kernel can give, because
; it is the smallest thing that the CPU can protect.
;
;     asked for     [8 bytes]
;     given         [8 bytes.......................... 4096 bytes]
;                   ^ the answer of mmap, a multiple of 4096
;
; The bytes behind the 8 are not a present: a program that relies on them is
; wrong on a machine with larger pages, and byte 4097 is somebody else's, or
; nobody's: see mmap8_fault.

%include "linux.inc"
%include "user/print.inc"

EXIT_SUCCESS equ 0
EXIT_FAILURE equ 1
PAGE_SIZE    equ 4096
LENGTH       equ 8
PATTERN      equ 0xa5
NO_FILE      equ -1

section .text
global _start
_start:
    ; mmap(0, 8, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    mov eax, SYS64_mmap
    xor edi, edi                        ; anywhere
    mov esi, LENGTH
    mov edx, PROT_READ | PROT_WRITE
    mov r10d, MAP_PRIVATE | MAP_ANONYMOUS
    mov r8, NO_FILE
    xor r9d, r9d
    syscall
    cmp rax, -MAX_ERRNO                 ; -4095 to -1, seen as unsigned: the
    jae .failed                         ; topmost numbers of all
    mov r12, rax                        ; r12: the page
    say "asked mmap for 8 bytes", NEWLINE

    and rax, PAGE_SIZE - 1
    say "the address modulo 4096 is "
    say_decimal rax
    say NEWLINE

    mov rdi, r12
    mov ecx, PAGE_SIZE
    mov al, PATTERN
    rep stosb
    say "wrote 4096 bytes and lived", NEWLINE

    mov rdi, r12
    mov ecx, PAGE_SIZE
    repe scasb
    jne .failed
    say "read all of them back", NEWLINE

    ; munmap rounds up as mmap did: 8 bytes mean the page.
    mov eax, SYS64_munmap
    mov rdi, r12
    mov esi, LENGTH
    syscall
    say "munmap of 8 bytes answers "
    say_decimal rax
    say NEWLINE

    ; The page is gone. A system call may be given a wrong address safely: the
    ; kernel answers -EFAULT where the program itself would fault.
    mov eax, SYS64_write
    mov edi, STDOUT_FILENO
    mov rsi, r12
    mov edx, LENGTH
    syscall
    say "write from the page now answers "
    say_decimal rax
    say ", which is -EFAULT", NEWLINE

    mov edi, EXIT_SUCCESS
    jmp exit
.failed:
    say "that went wrong", NEWLINE
    mov edi, EXIT_FAILURE
    jmp exit

section .note.GNU-stack noalloc noexec nowrite progbits
