/* Why a signal came: siginfo_t (Linux's include/uapi/asm-generic/siginfo.h). */
#pragma once

#include <assert.h>
#include <stdint.h>

/* si_code: whoever sent it. A process sends 0 and less, the kernel more. */
#define SI_USER       0
#define SI_KERNEL     0x80
#define SI_QUEUE      (-1)
#define SI_TIMER      (-2)
#define SI_TKILL      (-6)

#define ILL_ILLOPN    2

#define FPE_INTDIV    1
#define FPE_FLTDIV    3
#define FPE_FLTOVF    4
#define FPE_FLTUND    5
#define FPE_FLTRES    6
#define FPE_FLTINV    7

#define SEGV_MAPERR   1
#define SEGV_ACCERR   2

#define BUS_ADRALN    1
#define BUS_ADRERR    2

#define TRAP_BRKPT    1
#define TRAP_TRACE    2

#define CLD_EXITED    1
#define CLD_KILLED    2
#define CLD_STOPPED   5
#define CLD_CONTINUED 6

#define SIGINFO_SIZE  128

/* x86-64. `fields` is all that depends on the signal, and comes first so that
 * an initialiser clears all of it. */
struct siginfo_64 {
    int32_t si_signo;
    int32_t si_errno;
    int32_t si_code;
    int32_t padding;
    union {
        uint8_t fields[SIGINFO_SIZE - 16];
        uint64_t si_addr; /* of a fault */
        struct {
            int32_t si_pid; /* of the sender, or of the child */
            uint32_t si_uid;
            union {
                int32_t si_status; /* of a child */
                uint64_t si_value; /* of sigqueue */
            };
            int64_t si_utime;
            int64_t si_stime;
        };
    };
};

/* i386. */
struct siginfo_32 {
    int32_t si_signo;
    int32_t si_errno;
    int32_t si_code;
    union {
        uint8_t fields[SIGINFO_SIZE - 12];
        uint32_t si_addr;
        struct {
            int32_t si_pid;
            uint32_t si_uid;
            union {
                int32_t si_status;
                uint32_t si_value;
            };
            int32_t si_utime;
            int32_t si_stime;
        };
    };
};

static_assert(sizeof(struct siginfo_64) == SIGINFO_SIZE, "Linux's siginfo_t");
static_assert(sizeof(struct siginfo_32) == SIGINFO_SIZE, "compat_siginfo_t");

/* What is read from a signalfd (include/uapi/linux/signalfd.h). */
struct signalfd_siginfo {
    uint32_t ssi_signo;
    int32_t ssi_errno;
    int32_t ssi_code;
    uint32_t ssi_pid;
    uint32_t ssi_uid;
    int32_t ssi_fd;
    uint32_t ssi_tid; /* of a timer */
    uint32_t ssi_band;
    uint32_t ssi_overrun;
    uint32_t ssi_trapno;
    int32_t ssi_status;
    int32_t ssi_int;
    uint64_t ssi_ptr;
    uint64_t ssi_utime;
    uint64_t ssi_stime;
    uint64_t ssi_addr;
    uint8_t padding[SIGINFO_SIZE - 80];
};

static_assert(sizeof(struct signalfd_siginfo) == SIGINFO_SIZE, "Linux's");
