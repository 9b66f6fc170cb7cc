/* Processes: a program, its address space, its files and its threads. Which of
 * its threads runs is kernel/thread/'s business.
 */
#pragma once

#include "kernel/abi/resource.h"
#include "kernel/file.h"
#include "kernel/lib.h"
#include "kernel/process/process_timer.h"
#include "kernel/process/usage.h"
#include "kernel/thread.h"

/* Bits of personality(2) that mean something here
 * (include/uapi/linux/personality.h). */
#define PERSONALITY_DOMAIN            0xffu
#define PERSONALITY_LINUX32           0x08u /* of the domains */
#define PERSONALITY_NO_RANDOMIZE      0x0040000u
#define PERSONALITY_MMAP_PAGE_ZERO    0x0100000u
#define PERSONALITY_COMPAT_LAYOUT     0x0200000u
#define PERSONALITY_READ_IMPLIES_EXEC 0x0400000u
#define PERSONALITY_LIMIT_3GB         0x8000000u

/* The process that the kernel starts. Signals without a handler do nothing to
 * it, children that lose their parent are its own, and its end is the
 * machine's. */
#define PROCESS_FIRST_PID             1

struct user;

struct process {
    int pid; /* and the tid of its leader */
    struct thread *leader;
    struct list threads;           /* by their `siblings`, the leader first */
    unsigned live_threads;         /* of them that have not ended */
    struct wait_queue thread_ends; /* for execve, which waits for them */
    bool is_ending;  /* all threads are to: wait_status says how */
    bool is_stopped; /* all threads are, or are about to */
    bool is_zombie;  /* ended; the parent has not asked yet */
    struct process *parent;
    struct list children;         /* by their `siblings`, the oldest first */
    struct list siblings;         /* all of the parent's children */
    struct list all;              /* all processes, in the order of birth */
    struct wait_queue child_news; /* of children that ended, stopped, went on */
    int group;                    /* kernel/process/group.h */
    struct list members;          /* of it */
    int session;
    bool has_terminal; /* its session has one, and it has not left it */
    bool has_executed; /* a program of its own, since it was born */

    /* What clone can share, each with a count of its own. But for the actions,
     * a zombie has none of them. */
    struct aspace *aspace;
    struct file_table *files;
    struct file_context *context;
    struct signal_actions *actions;

    struct user *user; /* its real one */
    bool is_32;        /* runs an i386 program */
    struct rlimit64 limits[RLIMIT_COUNT];
    struct credentials credentials;
    uint32_t personality; /* PERSONALITY_* */
    struct file *program; /* the file that it runs; counted, or NULL */

    struct process_timers timers;
    struct timer_heap cpu_timers[CPUCLOCK_KINDS]; /* by its time: cpu_clock.h */
    struct list cpu_timed;
    struct usage used;          /* by this process: usage_of_process */
    struct usage used_children; /* by those that were waited for, and theirs */

    struct wait_queue signal_news; /* one has come: kernel/process/signalfd.h */
    struct signal_queue signals;   /* sent to the process: any thread may act */
    int out_of_memory_adjust;      /* kernel/process/badness.h */
    int out_of_memory_least; /* what an unprivileged one may lower it to */
    bool is_out_of_memory;   /* it is ended because memory has */
    unsigned barriers;       /* MEMBARRIER_CMD_REGISTER_* that it has called */
    bool is_dumpable;        /* PR_SET_DUMPABLE */
    bool is_subreaper;       /* PR_SET_CHILD_SUBREAPER */
    bool keeps_capabilities; /* PR_SET_KEEPCAPS */
    bool has_no_new_privileges; /* PR_SET_NO_NEW_PRIVS */

    int exit_signal;   /* what its end sends the parent, or 0 */
    int wait_status;   /* of a zombie, as wait4 answers it */
    int stop_signal;   /* what stopped it, until wait4 has told, else 0 */
    bool is_continued; /* wait4 has not told yet */
};

/* The process that runs, or NULL during boot. */
static inline struct process *process_current(void)
{
    return thread_current()->process;
}

/* Its leader's. */
static inline const char *process_name(const struct process *process)
{
    return process->leader->name;
}

/* The process with PID, or NULL. */
struct process *process_find(int pid);

/* The first of all processes, in the order of birth, and the one behind
 * PROCESS. Or NULL. */
struct process *process_first(void);
struct process *process_next(const struct process *process);

/* A process without a program, with one thread that has not been started, and
 * no address space. It has what PARENT has, or without one what Linux's first
 * process has: of CLONE_FILES, CLONE_FS and CLONE_SIGHAND in SHARED the same,
 * else a copy. Returns NULL when there is no memory. */
struct process *process_create(struct process *parent,
                               uint64_t shared) MUST_CHECK;

/* No descriptor of PROCESS, which is to be opened, may be as high: its limit.
 */
int process_file_limit(const struct process *process);

/* The lowest free descriptor of the running process, LOWEST at least, as
 * file_table_reserve. */
int process_reserve_file(int lowest) MUST_CHECK;

/* The two lowest. Returns 0, -EMFILE or -ENOMEM. */
int process_reserve_two_files(int fds[2]) MUST_CHECK;

/* The process of the thread with TID, or NULL. */
struct process *process_of_thread(int tid);

/* One more thread for PROCESS, not started yet. NULL when there is no memory.
 */
struct thread *process_add_thread(struct process *process) MUST_CHECK;

/* A leader that has ended counts. */
unsigned process_thread_count(const struct process *process);

/* Ends the running process: STATUS as wait4 answers it. */
NORETURN void process_exit(int status);

/* Ends the running thread, and its process if it is the last one: then STATUS,
 * as wait4 answers it, is the process's. */
NORETURN void process_exit_thread(int status);

/* The running thread, THREAD, leaves its memory: others learn of that by the
 * words in it that it has named (set_tid_address, set_robust_list). */
void process_leave_words(struct thread *thread);

/* For execve: ends all other threads of the running process, waits for that,
 * and makes the running one the leader. Returns 0, or -EINTR when the running
 * one has to end itself. */
int process_become_single(void) MUST_CHECK;

/* PROCESS runs the file with the name PROGRAM, or NULL, from now on. */
void process_set_program(struct process *process, struct file *program);

/* Frees a zombie. */
void process_reap(struct process *process);
