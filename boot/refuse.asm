; The end of a machine that will not do: its reason, on the screen that there is
; and on COM1. In 32 bits, because such a machine may have no more.

%include "constants.inc"

VGA_TEXT_CELLS    equ VGA_TEXT_COLUMNS * VGA_TEXT_ROWS
VGA_BLANK         equ 0x0f200f20       ; two blanks, white on black
VGA_WHITE         equ 0x0f
VGA_PALETTE_INDEX equ 0x3c8
VGA_PALETTE_DATA  equ 0x3c9
VGA_BRIGHTEST     equ 63

COM_DIVISOR_LOW   equ UART_COM1 + 0
COM_INTERRUPTS    equ UART_COM1 + 1
COM_LINE          equ UART_COM1 + 3
COM_STATUS        equ UART_COM1 + 5
COM_LINE_DLAB     equ 0x80
COM_LINE_8N1      equ 0x03
COM_STATUS_EMPTY  equ 1 << 5
COM_TRIES         equ 100000           ; then the port is taken to be absent

; Where the loader describes the framebuffer, in both multiboots the same way:
; multiboot 1 in its information, if a flag says so; multiboot 2 in a tag.
MB1_HAS_SCREEN    equ 1 << 12
MB1_SCREEN        equ 88
MB2_SIZE          equ 0
MB2_TAGS          equ 8
TAG_TYPE          equ 0
TAG_SIZE          equ 4
TAG_BODY          equ 8
TAG_END           equ 0
TAG_SCREEN        equ 8
SCREEN_ADDRESS    equ 0                ; 64 bits
SCREEN_PITCH      equ 8
SCREEN_WIDTH      equ 12
SCREEN_DEPTH      equ 20               ; one byte: bits of a pixel
SCREEN_KIND       equ 21               ; one byte
KIND_TEXT         equ 2

GLYPH_WIDTH       equ 8
GLYPH_ROWS        equ 13
GLYPH_FIRST       equ ' '

; ---------------------------------------------------------------------------
bits 32
section .boot.text progbits alloc exec nowrite align=16

; in: esi = the text, which ends with a zero byte, ebp = what the loader left in
;     eax, edi = its information
; does not return
global refuse
refuse:
    call find_screen
    push esi
    call show
    pop esi
    call send
.stop:
    cli
    hlt
    jmp .stop

; in: ebp, edi as for refuse
; out: ebx = the framebuffer's description, or 0
; clobbers: eax, ecx
find_screen:
    xor ebx, ebx
    cmp ebp, BOOT_MAGIC_MULTIBOOT2
    je .tags
    cmp ebp, BOOT_MAGIC_MULTIBOOT1
    jne .done
    test dword [edi], MB1_HAS_SCREEN
    jz .done
    lea ebx, [edi + MB1_SCREEN]
.done:
    ret
.tags:
    mov ecx, [edi + MB2_SIZE]
    add ecx, edi                       ; the end
    lea eax, [edi + MB2_TAGS]
.tag:
    cmp eax, ecx
    jae .done
    cmp dword [eax + TAG_TYPE], TAG_END
    je .done
    lea ebx, [eax + TAG_BODY]
    cmp dword [eax + TAG_TYPE], TAG_SCREEN
    je .done
    xor ebx, ebx
    cmp dword [eax + TAG_SIZE], TAG_BODY
    jb .done                           ; no tag is smaller
    add eax, [eax + TAG_SIZE]
    add eax, 7                         ; tags are aligned
    and eax, ~7
    jmp .tag

; in: esi = the text, ebx = the framebuffer's description, or 0: VGA text
; clobbers: all
show:
    test ebx, ebx
    jz show_text
    cmp byte [ebx + SCREEN_KIND], KIND_TEXT
    je show_text
    cmp dword [ebx + SCREEN_ADDRESS + 4], 0
    je show_pixels
    ret                                ; out of reach

show_text:
    mov edi, VGA_TEXT_ADDRESS
    mov eax, VGA_BLANK
    mov ecx, VGA_TEXT_CELLS / 2
    rep stosd
    mov edi, VGA_TEXT_ADDRESS
    mov ah, VGA_WHITE
.next:
    lodsb
    cmp al, GLYPH_FIRST
    jb .done
    stosw
    jmp .next
.done:
    ret

; Ink is all ones, which is white in each depth; where pixels are indices, the
; last colour becomes white.
show_pixels:
    mov dx, VGA_PALETTE_INDEX
    mov al, 0xff
    out dx, al
    mov dx, VGA_PALETTE_DATA
    mov al, VGA_BRIGHTEST
    out dx, al
    out dx, al
    out dx, al

    movzx ebp, byte [ebx + SCREEN_DEPTH]
    add ebp, 7
    shr ebp, 3                         ; bytes of a pixel
    mov edi, [ebx + SCREEN_ADDRESS]
    mov edx, [ebx + SCREEN_WIDTH]      ; pixels that are left
.character:
    xor eax, eax
    lodsb
    sub eax, GLYPH_FIRST
    jb .done
    sub edx, GLYPH_WIDTH
    jb .done
    imul eax, eax, GLYPH_ROWS
    add eax, glyphs
    push esi
    push edi
    mov esi, eax
    mov ecx, GLYPH_ROWS
.row:
    push ecx
    push edi
    lodsb
    mov ah, al
    mov ecx, GLYPH_WIDTH
.dot:
    push ecx
    add ah, ah                         ; carry: ink
    sbb al, al
    mov ecx, ebp
    rep stosb
    pop ecx
    loop .dot
    pop edi
    pop ecx
    add edi, [ebx + SCREEN_PITCH]
    loop .row
    pop edi
    pop esi
    lea edi, [edi + ebp * GLYPH_WIDTH]
    jmp .character
.done:
    ret

; Sends the text by COM1.
; in: esi = the text
; clobbers: eax, ebx, ecx, edx, esi
send:
    mov dx, COM_LINE
    mov al, COM_LINE_DLAB
    out dx, al
    mov dx, COM_DIVISOR_LOW
    mov al, 1                          ; 115200 baud
    out dx, al
    inc dx
    xor al, al
    out dx, al
    mov dx, COM_LINE
    mov al, COM_LINE_8N1
    out dx, al
    mov dx, COM_INTERRUPTS
    xor al, al
    out dx, al
.next:
    lodsb
    test al, al
    jz .done
    mov bl, al
    mov ecx, COM_TRIES
    mov dx, COM_STATUS
.wait:
    in al, dx
    test al, COM_STATUS_EMPTY
    jnz .ready
    dec ecx
    jnz .wait
.ready:
    mov al, bl
    mov dx, UART_COM1
    out dx, al
    jmp .next
.done:
    ret

; GLYPH_ROWS bytes for each character from GLYPH_FIRST to the tilde, the left dot
; in bit 7: made of drivers/font_art.c.
glyphs:
%include "glyphs.inc"

section .note.GNU-stack noalloc noexec nowrite progbits
