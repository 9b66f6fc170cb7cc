; What loaders look for: one image that multiboot 1, multiboot 2 and PVH take.

bits 32

extern image_start, image_load_end, image_end
extern boot_start, boot_start_pvh

MULTIBOOT1_MAGIC        equ 0x1badb002
MULTIBOOT1_PAGE_ALIGN   equ 1 << 0     ; modules begin on pages
MULTIBOOT1_MEMORY_INFO  equ 1 << 1     ; we want the memory map
MULTIBOOT1_ADDRESSES    equ 1 << 16    ; the address fields below count
MULTIBOOT1_FLAGS        equ MULTIBOOT1_PAGE_ALIGN | MULTIBOOT1_MEMORY_INFO \
                            | MULTIBOOT1_ADDRESSES

MULTIBOOT2_MAGIC        equ 0xe85250d6
MULTIBOOT2_I386         equ 0
MULTIBOOT2_TAG_END      equ 0
MULTIBOOT2_TAG_FRAMEBUFFER equ 5
MULTIBOOT2_OPTIONAL     equ 1

ELF_NOTE_PHYS32_ENTRY   equ 18         ; XEN_ELFNOTE_PHYS32_ENTRY

section .boot.header progbits alloc noexec nowrite align=8

; Multiboot 0.6.96, 3.1. The address fields make QEMU's -kernel take a 64-bit
; ELF file: it then loads the file as one block and does not read the ELF.
align 4
multiboot1_header:
    dd MULTIBOOT1_MAGIC
    dd MULTIBOOT1_FLAGS
    dd (-(MULTIBOOT1_MAGIC + MULTIBOOT1_FLAGS)) & 0xffffffff
    dd multiboot1_header               ; header_addr
    dd image_start                     ; load_addr
    dd image_load_end                  ; load_end_addr
    dd image_end                       ; bss_end_addr
    dd boot_start                      ; entry_addr

; Multiboot 2.0, 3.1. The framebuffer is optional: text or no screen will do.
align 8
multiboot2_header:
    dd MULTIBOOT2_MAGIC
    dd MULTIBOOT2_I386
    dd multiboot2_end - multiboot2_header
    dd (-(MULTIBOOT2_MAGIC + MULTIBOOT2_I386 + multiboot2_end - multiboot2_header)) & 0xffffffff

    align 8
.framebuffer:
    dw MULTIBOOT2_TAG_FRAMEBUFFER
    dw MULTIBOOT2_OPTIONAL
    dd .framebuffer_end - .framebuffer
    dd 1024, 768, 32                   ; width, height, bits a pixel
.framebuffer_end:

    align 8
    dw MULTIBOOT2_TAG_END
    dw 0
    dd 8
multiboot2_end:

; PVH (Xen's docs/misc/pvh.pandoc): a note that names the 32-bit entry.
section .note.Xen note alloc noexec nowrite align=4
    dd 4                               ; size of the name
    dd 4                               ; size of the value
    dd ELF_NOTE_PHYS32_ENTRY
    db "Xen", 0
    dd boot_start_pvh

section .note.GNU-stack noalloc noexec nowrite progbits
