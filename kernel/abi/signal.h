/* Linux's signals on x86, as one list:
 *
 *     SIGNALS(X) expands X(number, name, what it means).
 */
#pragma once

// clang-format off
#define SIGNALS(X) \
    X( 1, SIGHUP, "hangup") \
    X( 2, SIGINT, "interrupt") \
    X( 3, SIGQUIT, "quit") \
    X( 4, SIGILL, "illegal instruction") \
    X( 5, SIGTRAP, "trap") \
    X( 6, SIGABRT, "abort") \
    X( 7, SIGBUS, "bus error") \
    X( 8, SIGFPE, "arithmetic exception") \
    X( 9, SIGKILL, "kill") \
    X(10, SIGUSR1, "user signal 1") \
    X(11, SIGSEGV, "segmentation fault") \
    X(12, SIGUSR2, "user signal 2") \
    X(13, SIGPIPE, "broken pipe") \
    X(14, SIGALRM, "alarm") \
    X(15, SIGTERM, "termination") \
    X(16, SIGSTKFLT, "stack fault") \
    X(17, SIGCHLD, "child ended") \
    X(18, SIGCONT, "continue") \
    X(19, SIGSTOP, "stop") \
    X(20, SIGTSTP, "stop from the terminal") \
    X(21, SIGTTIN, "background read") \
    X(22, SIGTTOU, "background write") \
    X(23, SIGURG, "urgent data") \
    X(24, SIGXCPU, "CPU time limit") \
    X(25, SIGXFSZ, "file size limit") \
    X(26, SIGVTALRM, "virtual alarm") \
    X(27, SIGPROF, "profiling alarm") \
    X(28, SIGWINCH, "window size") \
    X(29, SIGIO, "input or output possible") \
    X(30, SIGPWR, "power failure") \
    X(31, SIGSYS, "bad system call")
// clang-format on

#define SIGNAL_NUMBER(number, name, meaning) name = number,

enum {
    SIGNALS(SIGNAL_NUMBER)
};

/* The highest signal number, the last real-time signal's. */
#define SIGNAL_MAX        64
#define SIGNAL_REALTIME   32 /* the first one that is queued */

/* What a program wants done with a signal, instead of a handler's address. */
#define SIG_DFL           0
#define SIG_IGN           1

/* rt_sigprocmask */
#define SIG_BLOCK         0
#define SIG_UNBLOCK       1
#define SIG_SETMASK       2

/* rt_sigaction */
#define SA_NOCLDSTOP      0x00000001
#define SA_NOCLDWAIT      0x00000002
#define SA_SIGINFO        0x00000004
#define SA_RESTORER       0x04000000
#define SA_EXPOSE_TAGBITS 0x00000800
#define SA_ONSTACK        0x08000000
#define SA_RESTART        0x10000000
#define SA_NODEFER        0x40000000
#define SA_RESETHAND      0x80000000

/* sigaltstack */
#define SS_ONSTACK        1
#define SS_DISABLE        2
#define SS_AUTODISARM     0x80000000
#define MINSIGSTKSZ       2048
