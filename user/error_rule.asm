; error_rule: results from -4095 to -1 are errors, and nothing else is.
;
; One learns: how to tell an address from an error. The kernel answers in one
; register. The last page of the address space is never given to a program, so
; its 4095 topmost numbers are free to mean "error 1" to "error 4095":
;
;     0 ................................ 0xfffffffffffff000 | ....... 2^64 - 1
;     results (counts, addresses, ...)                      | -4095 ... -1
;
; As unsigned numbers the errors are the topmost, so one comparison tells:
; an error is what is above or equal to -4095. "Negative" is the wrong test:
; see error_rule32, where a good address is negative.

%include "linux.inc"
%include "user/print.inc"

EXIT_SUCCESS  equ 0
PAGE_SIZE     equ 4096
NO_SUCH_FILE  equ 1000              ; a descriptor that is not open
NO_SUCH_CALL  equ 9999
UNALIGNED     equ 1
NOWHERE       equ 1 << 63           ; no program's address: not even canonical
TOO_LONG      equ 1 << 62
NO_FILE       equ -1
ANONYMOUS     equ MAP_PRIVATE | MAP_ANONYMOUS
HIGH_32       equ 0xf0000000        ; negative as a 32-bit number

; try "what", call, arguments...: makes the call and prints what it means.
%macro try 2-*
    say %1, ": "
    mov eax, %2
%if %0 >= 8
    mov r9, %8
    mov r8, %7
%endif
%if %0 >= 6
    mov r10, %6
%endif
%if %0 >= 5
    mov rdx, %5
%endif
%if %0 >= 4
    mov rsi, %4
%endif
    mov rdi, %3
    syscall
    call explain
%endmacro

section .text
global _start
_start:
    try "write to a file that is not open", SYS64_write, NO_SUCH_FILE, rsp, 1
    try "write from where nothing is", SYS64_write, STDOUT_FILENO, NOWHERE, 1
    try "write of nothing", SYS64_write, STDOUT_FILENO, rsp, 0
    try "close of a file that is not open", SYS64_close, NO_SUCH_FILE
    try "a call that does not exist", NO_SUCH_CALL, 0
    try "mmap of 0 bytes", \
        SYS64_mmap, 0, 0, PROT_READ, ANONYMOUS, NO_FILE, 0
    try "mmap neither shared nor private", \
        SYS64_mmap, 0, PAGE_SIZE, PROT_READ, MAP_ANONYMOUS, NO_FILE, 0
    try "mmap of 2^62 bytes", \
        SYS64_mmap, 0, TOO_LONG, PROT_READ, ANONYMOUS, NO_FILE, 0
    try "mmap of a file that is not open", \
        SYS64_mmap, 0, PAGE_SIZE, PROT_READ, MAP_PRIVATE, NO_SUCH_FILE, 0
    try "munmap of an unaligned address", SYS64_munmap, UNALIGNED, PAGE_SIZE
    try "munmap where nothing is", SYS64_munmap, HIGH_32, PAGE_SIZE
    try "mprotect where nothing is", \
        SYS64_mprotect, HIGH_32, PAGE_SIZE, PROT_READ

    try "mmap at 0xf0000000", SYS64_mmap, HIGH_32, PAGE_SIZE, PROT_READ, \
        ANONYMOUS | MAP_FIXED_NOREPLACE, NO_FILE, 0
    try "mmap there again, without replacing", SYS64_mmap, HIGH_32, \
        PAGE_SIZE, PROT_READ, ANONYMOUS | MAP_FIXED_NOREPLACE, NO_FILE, 0

    call show_brk
    mov edi, EXIT_SUCCESS
    jmp exit

; Prints what the result of a system call means.
; in: rax the result
; clobbers: nothing
explain:
    cmp rax, -MAX_ERRNO             ; the rule: unsigned, above or equal
    jae .error
    say "no error, result "
    call print_decimal
    say NEWLINE
    ret
.error:
    push rax
    neg rax
    say "error "
    call print_decimal
    pop rax
    call print_error_name
    say NEWLINE
    ret

; name ERROR, "ERROR": prints the name when rax is that error.
%macro name 2
    cmp rax, -%1
    jne %%other
    say " (", %2, ")"
%%other:
%endmacro

; in: rax the result of a call that failed
; clobbers: nothing
print_error_name:
    name EBADF, "EBADF"
    name ENOMEM, "ENOMEM"
    name EFAULT, "EFAULT"
    name EEXIST, "EEXIST"
    name EINVAL, "EINVAL"
    name ENOSYS, "ENOSYS"
    ret

; brk is the exception: it answers no errors at all. A break that it cannot
; set leaves the old one, and the old one is the answer.
; clobbers: rax, rcx, rdi, r11, r12
show_brk:
    mov eax, SYS64_brk
    xor edi, edi
    syscall
    mov r12, rax

    say "brk to address 1: "
    mov eax, SYS64_brk
    mov edi, UNALIGNED
    syscall
    call .compare

    say "brk to 2^62: "
    mov eax, SYS64_brk
    mov rdi, TOO_LONG
    syscall
.compare:
    cmp rax, r12
    jne .moved
    say "no error, the break is where it was", NEWLINE
    ret
.moved:
    say "the break moved", NEWLINE
    ret

section .note.GNU-stack noalloc noexec nowrite progbits
