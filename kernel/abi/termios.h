/* Linux's terminal settings (include/uapi/asm-generic/termbits.h), the same for
 * x86-64 and i386 programs. */
#pragma once

#include <assert.h>
#include <stdint.h>

#define NCCS       19

/* c_cc: the special characters. */
#define VINTR      0
#define VQUIT      1
#define VERASE     2
#define VKILL      3
#define VEOF       4
#define VTIME      5
#define VMIN       6
#define VSWTC      7
#define VSTART     8
#define VSTOP      9
#define VSUSP      10
#define VEOL       11
#define VREPRINT   12
#define VDISCARD   13
#define VWERASE    14
#define VLNEXT     15
#define VEOL2      16

/* c_iflag */
#define ISTRIP     0x0020u
#define INLCR      0x0040u
#define IGNCR      0x0080u
#define ICRNL      0x0100u
#define IXON       0x0400u
#define IUTF8      0x4000u

/* c_oflag */
#define OPOST      0x0001u
#define ONLCR      0x0004u

/* c_cflag */
#define B38400     0x000fu
#define CS8        0x0030u
#define CREAD      0x0080u
#define HUPCL      0x0400u

/* c_lflag */
#define ISIG       0x0001u
#define ICANON     0x0002u
#define ECHO       0x0008u
#define ECHOE      0x0010u
#define ECHOK      0x0020u
#define ECHONL     0x0040u
#define NOFLSH     0x0080u
#define TOSTOP     0x0100u
#define ECHOCTL    0x0200u
#define ECHOKE     0x0800u
#define IEXTEN     0x8000u

/* Requests to ioctl. */
#define TCGETS     0x5401
#define TCSETS     0x5402
#define TCSETSW    0x5403 /* after the output is written */
#define TCSETSF    0x5404 /* and with the input thrown away */
#define TCFLSH     0x540b
#define TIOCSCTTY  0x540e
#define TIOCGPGRP  0x540f
#define TIOCSPGRP  0x5410
#define TIOCOUTQ   0x5411
#define TIOCGWINSZ 0x5413
#define FIONREAD   0x541b
#define FIONBIO    0x5421
#define TIOCNOTTY  0x5422
#define TIOCGSID   0x5429
#define FIONCLEX   0x5450
#define FIOCLEX    0x5451

/* TCFLSH: which bytes to throw away. */
#define TCIFLUSH   0
#define TCOFLUSH   1
#define TCIOFLUSH  2

struct termios {
    uint32_t c_iflag;
    uint32_t c_oflag;
    uint32_t c_cflag;
    uint32_t c_lflag;
    uint8_t c_line;
    uint8_t c_cc[NCCS];
};

static_assert(sizeof(struct termios) == 36, "Linux's struct termios");

struct winsize {
    uint16_t ws_row;
    uint16_t ws_col;
    uint16_t ws_xpixel;
    uint16_t ws_ypixel;
};
