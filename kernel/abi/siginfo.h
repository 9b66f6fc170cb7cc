/* Why a signal came: si_code (Linux's include/uapi/asm-generic/siginfo.h). */
#pragma once

#define SI_USER   0
#define SI_KERNEL 0x80
#define SI_TKILL  (-6)

#define ILL_ILLOPN 2

#define FPE_INTDIV 1
#define FPE_FLTDIV 3
#define FPE_FLTOVF 4
#define FPE_FLTUND 5
#define FPE_FLTRES 6
#define FPE_FLTINV 7

#define SEGV_MAPERR 1
#define SEGV_ACCERR 2

#define BUS_ADRALN 1
#define BUS_ADRERR 2

#define TRAP_BRKPT 1
#define TRAP_TRACE 2
