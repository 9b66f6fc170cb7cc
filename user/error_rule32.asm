; error_rule32: an address that is negative and no error.
;
; One learns: why "below 0 means error" is the wrong test. A 32-bit program on
; a 64-bit kernel has nearly 4 GiB, so half of all its addresses are negative
; when they are read as signed numbers:
;
;     0x00000000 ........ 0x7fffffff | 0x80000000 .... 0xfffff000 | 0xfffff001
;     positive                       | negative, and good         | errors
;
; The right test is the same as in 64 bits: unsigned, above or equal to -4095.

%include "linux.inc"

EXIT_SUCCESS equ 0
EXIT_FAILURE equ 1
PAGE_SIZE    equ 4096
HIGH         equ 0xf0000000
NO_FILE      equ -1

; say "text", newline: writes the text to the standard output.
%macro say 1+
    [section .rodata]
%%text: db %1
%%end:
    __?SECT?__
    mov eax, SYS32_write
    mov ebx, STDOUT_FILENO
    mov ecx, %%text
    mov edx, %%end - %%text
    int 0x80
%endmacro

NEWLINE equ 10

section .text
global _start
_start:
    ; mmap2(HIGH, 4096, PROT_READ | PROT_WRITE, flags, -1, 0)
    ; mmap2 takes the offset in the file in pages, so that 32 bits reach far.
    mov eax, SYS32_mmap2
    mov ebx, HIGH
    mov ecx, PAGE_SIZE
    mov edx, PROT_READ | PROT_WRITE
    mov esi, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE
    mov edi, NO_FILE
    xor ebp, ebp
    int 0x80
    mov ebp, eax                        ; ebp: the result

    cmp ebp, HIGH
    mov edi, EXIT_FAILURE
    jne .exit
    say "mmap answers 0xf0000000", NEWLINE

    test ebp, ebp
    jns .exit
    say "as a signed number it is below 0: looks like an error", NEWLINE

    cmp ebp, -MAX_ERRNO
    jae .exit
    say "but it is not one of -4095 to -1: it is no error", NEWLINE

    mov [ebp], ebp
    cmp [ebp], ebp
    jne .exit
    say "the memory there works", NEWLINE

    ; munmap(HIGH + 1, 4096): not aligned
    mov eax, SYS32_munmap
    mov ebx, HIGH + 1
    mov ecx, PAGE_SIZE
    int 0x80
    cmp eax, -EINVAL
    jne .exit
    say "munmap of an unaligned address answers -22: an error", NEWLINE
    mov edi, EXIT_SUCCESS
.exit:
    mov eax, SYS32_exit
    mov ebx, edi
    int 0x80

section .note.GNU-stack noalloc noexec nowrite progbits
