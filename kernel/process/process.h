/* Processes: a program in ring 3, its address space, its files, and the kernel
 * stack on which its traps run.
 *
 * The kernel runs with interrupts off and gives the CPU away only where it
 * says so (process_wait, process_yield), so a process in the kernel has it to
 * itself. A process in ring 3 also gives way at each tick of the timer.
 */
#pragma once

#include "kernel/abi/resource.h"
#include "kernel/file/file_table.h"
#include "kernel/lib/bits.h"
#include "kernel/process/credentials.h"
#include "kernel/signal/signal_state.h"
#include "kernel/x86/fpu.h"
#include "kernel/x86/gdt.h"
#include "kernel/x86/percpu.h"
#include "kernel/x86/segments.h"
#include "kernel/x86/trap_frame.h"
#include "mm/aspace.h"

/* As many as there are kernel stacks: mm/device_map.c. */
#define PROCESSES_MAX                 1024
/* Bits of personality(2) that mean something here
 * (include/uapi/linux/personality.h). */
#define PERSONALITY_DOMAIN            0xffu
#define PERSONALITY_LINUX32           0x08u /* of the domains */
#define PERSONALITY_NO_RANDOMIZE      0x0040000u
#define PERSONALITY_MMAP_PAGE_ZERO    0x0100000u
#define PERSONALITY_COMPAT_LAYOUT     0x0200000u
#define PERSONALITY_READ_IMPLIES_EXEC 0x0400000u
#define PERSONALITY_LIMIT_3GB         0x8000000u

#define PROCESS_NAME_MAX              16 /* Linux's TASK_COMM_LEN */

/* The process that the kernel starts. Signals without a handler do nothing to
 * it, children that lose their parent are its own, and its end is the
 * machine's. */
#define PROCESS_FIRST_PID             1

enum process_state {
    PROCESS_RUNNABLE,
    PROCESS_WAITING, /* until process_wake_all */
    PROCESS_STOPPED, /* until SIGCONT or SIGKILL: kernel/process/stop.h */
    PROCESS_ZOMBIE,  /* ended; the parent has not asked yet */
};

struct process {
    int pid;
    enum process_state state;
    struct process *parent;
    struct process *next; /* the list of all, in the order of pids */
    int group;            /* kernel/process/group.h */
    int session;
    bool has_terminal; /* its session has one, and it has not left it */
    bool has_executed; /* a program of its own, since it was born */

    struct aspace *aspace;
    bool is_borrowed;      /* the aspace is the vfork parent's, on loan */
    bool is_32;            /* runs an i386 program */
    uint64_t stack_end;    /* of the kernel stack */
    uint64_t saved_rsp;    /* while it does not run */
    struct fpu_state *fpu; /* while it does not run */
    uint64_t fs_base;      /* while it does not run; gs_base likewise */
    uint64_t gs_base;
    struct segments segments; /* while it does not run */
    uint64_t tls[GDT_TLS_COUNT];
    uint32_t fail_nth; /* while it does not run: mm/fault_injection.h */

    struct file_table files;
    struct place directory; /* what relative paths begin at */
    struct rlimit64 limits[RLIMIT_COUNT];
    struct credentials credentials;
    uint32_t personality; /* PERSONALITY_* */
    char name[PROCESS_NAME_MAX];
    const struct inode *program; /* the file that it runs */

    uint64_t pending; /* signals, bit (n - 1) */
    uint64_t blocked; /* the signal mask */
    struct signal_state signals;
    int wait_status;         /* of a zombie, as wait4 answers it */
    int stop_signal;         /* what stopped it, until wait4 has told, else 0 */
    bool is_continued;       /* wait4 has not told yet */
    uaddr_t clear_child_tid; /* set_tid_address */
};

/* The process that runs, or NULL during boot. */
static inline struct process *process_current(void)
{
    return cpu_process();
}

/* The process with PID, or NULL. */
struct process *process_find(int pid);

/* The first of all processes; go on with `next`. */
struct process *process_first(void);

/* A process without a program: kernel stack, FPU state, no address space, files
 * of PARENT (or none). Returns NULL when there is no memory. */
struct process *process_create(struct process *parent);

/* Makes PROCESS begin in ring 3 as FRAME says, when its turn comes. */
void process_start(struct process *process, const struct trap_frame *frame);

/* Gives PROCESS the CPU: its memory, descriptors and registers, but for those
 * that its trap frame has. */
void process_load_cpu(struct process *process);

/* Ends the running process: STATUS as wait4 answers it. */
NORETURN void process_exit(int status);

/* Frees a zombie. */
void process_reap(struct process *process);

/* Lets other processes run; returns when it is this one's turn again. */
void process_yield(void);

/* Waits until something has happened (input, a process that ended): the caller
 * looks whether it was what it waits for. Returns -ERESTARTSYS when a signal is
 * to be acted on, else 0. */
int process_wait(void) MUST_CHECK;

/* The same, whatever signals there are. */
void process_wait_deaf(void);

/* Says that no timer interrupt will end a wait: from now on an idle CPU looks
 * for input again and again. */
void process_wait_busily(void);

/* Something has happened. */
void process_wake_all(void);

/* Gives up the address space on loan from a vfork parent, which goes on. */
void process_end_loan(struct process *process);

/* Begins to run processes; main's last call. */
NORETURN void process_run(void);
