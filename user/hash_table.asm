; hash_table: a table that grows, once on memory from brk, once from mmap.
;
; One learns: what each kind of memory costs a data structure. Both give pages
; of zeros; the difference is in giving back. The break is a stack: only its
; top can be returned, so the tables that were outgrown stay behind. A mapping
; can be returned wherever it lies.
;
;     brk    | 16 | 32 | 64 | 128 | ... | 2048 |  the old tables stay
;     mmap   | 2048 |                             the old tables are gone
;
; The table: 2^n slots of a key and a value, at most 3/4 full. Key 0 means
; that the slot is empty, so fresh memory is an empty table. A key belongs
; into the slot that its hash names; where that is taken, into the next free
; one behind it, and behind the last slot comes the first ("open addressing").

%include "linux.inc"
%include "user/print.inc"

EXIT_SUCCESS  equ 0
EXIT_FAILURE  equ 1
PAGE_SIZE     equ 4096
NO_FILE       equ -1
FIRST_SLOTS   equ 16
KEYS          equ 1000
ABSENT_KEYS   equ 1000
GOLDEN        equ 0x9e3779b97f4a7c15    ; 2^64 divided by the golden ratio:
                                        ; odd, and its bits look random

struc slot
    .key:   resq 1
    .value: resq 1
endstruc
SLOT_SHIFT equ 4                        ; 16 bytes a slot

; Registers with one meaning in the whole program:
;     r12  the slots          r13  number of slots    r14  keys in the table
;     r15  allocate           rbp  release
section .text
global _start
_start:
    say "memory from brk", NEWLINE
    mov r15, brk_allocate
    mov rbp, brk_release
    call use_table

    say "memory from mmap", NEWLINE
    mov r15, mmap_allocate
    mov rbp, mmap_release
    call use_table

    mov edi, EXIT_SUCCESS
    jmp exit

; Fills a table with KEYS keys, looks all of them up and many others.
use_table:
    mov qword [bytes_taken], 0
    mov qword [bytes_returned], 0
    mov r13d, FIRST_SLOTS
    xor r14d, r14d
    call new_slots

    mov ebx, 1                          ; key k has the value k * k
.insert:
    mov rdi, rbx
    mov rsi, rbx
    imul rsi, rbx
    call insert
    inc ebx
    cmp ebx, KEYS
    jbe .insert

    say "  keys: "
    say_decimal r14
    call check_values
    call count_absent
    say NEWLINE, "  bytes taken: "
    say_decimal [bytes_taken]
    say ", returned: "
    say_decimal [bytes_returned]
    say NEWLINE
    ret

; Looks up every key, and ends the program when a value is wrong.
; clobbers: rax, rbx, rcx, rdx, rdi
check_values:
    mov ebx, 1
.next:
    mov rdi, rbx
    call find
    mov rdx, rbx
    imul rdx, rbx
    cmp [rax + slot.value], rdx
    jne fail
    inc ebx
    cmp ebx, KEYS
    jbe .next
    say ", all values right"
    ret

; Looks up keys that were never inserted, and ends the program if one is there.
; clobbers: rax, rbx, rcx, rdx, rdi
count_absent:
    mov ebx, KEYS + 1
.next:
    mov rdi, rbx
    call find
    cmp qword [rax + slot.key], 0
    jne fail
    inc ebx
    cmp ebx, KEYS + ABSENT_KEYS
    jbe .next
    say ", no others found"
    ret

; The slot that holds a key, or the empty one that it would go into.
; in: rdi the key, not 0
; out: rax the slot's address
; clobbers: rcx, rdx
find:
    mov rcx, GOLDEN
    imul rcx, rdi                       ; the hash: its upper bits are good
    shr rcx, 32
.probe:
    lea rdx, [r13 - 1]                  ; slots are a power of two: modulo is
    and rcx, rdx                        ; a mask
    mov rax, rcx
    shl rax, SLOT_SHIFT
    add rax, r12
    inc rcx
    cmp [rax + slot.key], rdi
    je .done
    cmp qword [rax + slot.key], 0
    jne .probe                          ; ends: a quarter of all is empty
.done:
    ret

; Puts a key and its value into the table, and lets it grow before it is full.
; in: rdi the key, rsi the value
; clobbers: rax, rcx, rdx
insert:
    call find
    cmp [rax + slot.key], rdi
    je .value                           ; it is there: a new value
    mov [rax + slot.key], rdi
    inc r14
.value:
    mov [rax + slot.value], rsi
    lea rax, [r13 + r13 * 2]
    shr rax, 2                          ; 3/4 of the slots
    cmp r14, rax
    jae grow
    ret

; Doubles the slots and moves every key to its place among them.
;
;     old   [ . K . . ]           r8 walks over it, until r9
;     new   [ . . . . . K . . ]
; clobbers: rax, rcx, rdx
grow:
    push rdi
    push rsi
    push r8
    push r9
    mov r8, r12
    mov r9, r13
    shl r9, SLOT_SHIFT
    push r8                             ; the old table, for release
    push r9
    add r9, r8

    say "  grow from "
    say_decimal r13
    add r13, r13
    say " to "
    say_decimal r13
    say " slots at "
    say_decimal r14
    say " keys", NEWLINE
    call new_slots

.move:
    mov rdi, [r8 + slot.key]
    test rdi, rdi
    jz .empty
    call find
    mov [rax + slot.key], rdi
    mov rcx, [r8 + slot.value]
    mov [rax + slot.value], rcx
.empty:
    add r8, slot_size
    cmp r8, r9
    jne .move

    pop rsi
    pop rdi
    call rbp                            ; release(old, size)
    pop r9
    pop r8
    pop rsi
    pop rdi
    ret

; Allocates r13 empty slots.
; out: r12 their address
; clobbers: rax, rcx, rdi, rsi, r11
new_slots:
    mov rdi, r13
    shl rdi, SLOT_SHIFT
    add [bytes_taken], rdi
    call r15
    mov r12, rax
    ret

; allocate and release come in two kinds, with one interface:
;     allocate  in: rdi bytes               out: rax the address
;     release   in: rdi address, rsi bytes
; They clobber rax, rcx, rdi, rsi, r11, and end the program on an error.

brk_allocate:
    mov rsi, rdi
    xor edi, edi
    mov eax, SYS64_brk
    syscall                             ; the old break
    lea rdi, [rax + rsi]
    mov rsi, rax
    mov eax, SYS64_brk
    syscall
    cmp rax, rdi
    jne fail
    mov rax, rsi
    ret

brk_release:                            ; below the top: nothing can be done
    ret

mmap_allocate:
    push rdx
    push r8
    push r9
    push r10
    mov rsi, rdi
    xor edi, edi
    mov edx, PROT_READ | PROT_WRITE
    mov r10d, MAP_PRIVATE | MAP_ANONYMOUS
    mov r8, NO_FILE
    xor r9d, r9d
    mov eax, SYS64_mmap
    syscall
    pop r10
    pop r9
    pop r8
    pop rdx
    cmp rax, -MAX_ERRNO
    jae fail
    ret

mmap_release:
    add [bytes_returned], rsi
    mov eax, SYS64_munmap
    syscall
    test rax, rax
    jnz fail
    ret

fail:
    say "that went wrong", NEWLINE
    mov edi, EXIT_FAILURE
    jmp exit

section .bss
bytes_taken:    resq 1
bytes_returned: resq 1

section .note.GNU-stack noalloc noexec nowrite progbits
