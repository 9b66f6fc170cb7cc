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
