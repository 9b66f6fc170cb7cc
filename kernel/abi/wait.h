/* wait4: its options, and what the status word of an ended child says:
 *
 *     15       8 7 6       0
 *    +----------+-+---------+
 *    | exit     |c| signal  |   signal 0: the child called exit
 *    +----------+-+---------+   c: it left a core dump
 *
 * Of a child that is stopped the low byte is WAIT_STOPPED, and the signal is
 * above it; of one that goes on all 16 bits are set. */
#pragma once

#define WNOHANG             1
#define WUNTRACED           2
#define WSTOPPED            WUNTRACED
#define WEXITED             4 /* this one and the next are waitid's alone */
#define WNOWAIT             0x1000000
#define WCONTINUED          8
#define __WNOTHREAD         0x20000000u /* children of the thread alone */
#define __WALL              0x40000000u
#define __WCLONE            0x80000000u /* those that do not end by SIGCHLD */

/* Whom waitid waits for. */
#define P_ALL               0
#define P_PID               1
#define P_PGID              2
#define P_PIDFD             3

#define WAIT_SIGNAL_MASK    0x7f
#define WAIT_CORE           0x80
#define WAIT_EXIT_SHIFT     8
#define WAIT_STOPPED        0x7f
#define WAIT_CONTINUED      0xffff

#define WTERMSIG(status)    ((status)&WAIT_SIGNAL_MASK)
#define WIFEXITED(status)   (WTERMSIG(status) == 0)
#define WEXITSTATUS(status) (((status) >> WAIT_EXIT_SHIFT) & 0xff)
#define WIFSTOPPED(status)  (((status)&0xff) == WAIT_STOPPED)
#define WSTOPSIG(status)    WEXITSTATUS(status)
