/* What runs: threads, each with a kernel stack for its traps and the registers
 * of its program.
 *
 * Read this first, then schedule.h (whose turn it is), wait.h (waiting, and
 * timer.h for how long) and thread_cpu.h (registers). A thread belongs to a
 * process, of which this room knows nothing: it uses kernel/signal/, mm/ and
 * what lies below them. What it needs of those above is declared here and
 * defined there.
 *
 * ARCHITECTURE.md ("Processes and waiting") has a picture of a thread's states.
 *
 * The kernel runs with interrupts off and gives the CPU away only where it
 * says so (thread_wait, thread_block, thread_yield), so a thread in the kernel
 * has all data to itself. A thread in ring 3 also gives way at each tick of the
 * timer. One CPU runs: nothing here has a lock.
 */
#pragma once

#include "kernel/abi/time.h"
#include "kernel/lib.h"
#include "kernel/signal.h"
#include "kernel/thread/thread_cpu.h"
#include "kernel/thread/timer.h"
#include "kernel/x86.h"
#include "mm/aspace.h"

struct process;
struct loan;
struct undo_list;

enum thread_state {
    THREAD_RUNNABLE, /* runs, or is in the queue of those who want to */
    THREAD_WAITING,  /* until it is woken: kernel/thread/wait.h */
    THREAD_STOPPED,  /* until SIGCONT or SIGKILL: kernel/process/stop.h */
    THREAD_ENDED,
};

/* How restart_syscall goes on with what a signal has interrupted. */
struct restart {
    int64_t (*resume)(struct restart *restart);
    uint64_t deadline; /* the rest is what `resume` needs */
    uaddr_t address;
    int number;
    int flags;
    uint32_t bits;
};

/* Linux's TASK_COMM_LEN. */
#define THREAD_NAME_MAX 16

/* What a program asked for. All threads have the same priority here; what is
 * asked is checked, kept and told as Linux does. */
struct thread_priority {
    int policy;   /* SCHED_* */
    int realtime; /* 1 to 99 of SCHED_FIFO and SCHED_RR, else 0 */
    int nice;     /* -20 to 19 */
    bool is_reset_on_fork;
};

/* What a thread has had of the CPU. */
struct thread_run {
    uint64_t time;        /* nanoseconds */
    uint64_t voluntary;   /* how often it has given the CPU away to wait, */
    uint64_t involuntary; /* and because it was others' turn */
};

struct thread {
    int tid;
    int pid; /* of its process */
    enum thread_state state;
    bool has_signal; /* there is one to act on, or an end, or a stop */
    bool must_end;   /* when it next goes to ring 3 */
    bool is_orphan;  /* it has ended, and nobody frees it but this room */
    char name[THREAD_NAME_MAX];
    struct process *process;
    struct list turn;     /* in the queue for the CPU or for what it awaits */
    struct list siblings; /* all threads of its process */
    struct thread *next;  /* with the same place in the table of numbers */

    uint64_t stack_end; /* of the kernel stack; 0 when it has ended */
    uint64_t saved_rsp; /* while it does not run; 0 before it is started */
    struct thread_cpu cpu;
    uint32_t fail_nth; /* while it does not run: mm/fault_injection.h */

    struct signal_state signals;
    uaddr_t clear_child_tid; /* set_tid_address */
    struct restart restart;  /* of the last -ERESTARTBLOCK */
    uaddr_t robust_list;     /* kernel/thread/futex_robust.c */
    uaddr_t robust_list_32;  /* of a call by int 0x80 */
    struct loan *loan;       /* of its memory, or NULL: kernel/process/fork.h */
    struct undo_list *undo;  /* or NULL: kernel/process/semaphore.h */

    struct thread_priority priority;
    uint64_t timer_slack;  /* PR_SET_TIMERSLACK, nanoseconds */
    int parent_end_signal; /* PR_SET_PDEATHSIG, or 0 */

    uint64_t user_time; /* nanoseconds, counted by ticks */
    uint64_t system_time;
    struct thread_run ran; /* until it gave the CPU away last */
    struct timer_heap cpu_timers[CPUCLOCK_KINDS];
    struct list cpu_timed; /* timers that go by its time: cpu_clock.h */
};

/* The thread that runs. During boot it is one without process and number. */
static inline struct thread *thread_current(void)
{
    return cpu_thread();
}

/* The first of all threads: main. */
void thread_init(void);

/* Memory is there now: how many threads there may be follows from it. */
void thread_count_init(void);

/* Numbers of threads are below this (kernel.pid_max). Behind the highest the
 * low ones come again, as far as nobody has them. */
extern int thread_number_end;

/* There are no more threads at once (kernel.threads-max). */
extern unsigned thread_count_max;

/* Is TID the number of a group or a session, though of no thread? Defined by
 * those who know them. */
bool thread_number_is_taken(int tid);

/* A thread of PROCESS with a number, a kernel stack, and registers as a new
 * program finds them. Returns NULL when there is no memory, or there are too
 * many. */
struct thread *thread_create(struct process *process) MUST_CHECK;

/* Makes THREAD begin in ring 3 as FRAME says, when its turn comes. */
void thread_start(struct thread *thread, const struct trap_frame *frame);

/* Lets THREAD go on, if it waits. */
void thread_wake(struct thread *thread);

/* Lets THREAD go on, if it is stopped. */
void thread_continue(struct thread *thread);

/* The running thread is at its end. Its stack goes when another one runs. */
NORETURN void thread_end(void);

/* Frees THREAD, which has ended or was never started. Of the running one, what
 * it stands on goes when another one runs. */
void thread_free(struct thread *thread);

/* How many there are, those that have ended and are not freed among them. */
unsigned thread_count(void);

/* What THREAD has had of the CPU until now. */
struct thread_run thread_ran(const struct thread *thread);

/* How often the CPU has gone from one thread to another, or to none. */
uint64_t thread_switches(void);

/* How many there have been, and the number of the newest one. */
uint64_t thread_births(void);
int thread_newest(void);

/* The thread with TID, or NULL. */
struct thread *thread_find(int tid);

/* Gives THREAD the number TID, which is nobody's. */
void thread_renumber(struct thread *thread, int tid);

/* Gives the running thread's memory and registers to the CPU, but for those
 * that its trap frame has. */
void thread_load(struct thread *thread);

/* Looks for input that has come: at each interrupt, and where a machine may
 * have none for it, on an idle CPU and in long calls. Defined by the terminal.
 */
void thread_idle_poll(void);

/* Of the process, which defines them: the memory that THREAD runs in, or NULL
 * when it has none any more; the CPU goes there; and the CPU did not take its
 * vector registers. */
struct aspace *thread_aspace(const struct thread *thread);
void thread_enter_memory(const struct thread *thread);
void thread_lost_registers(struct thread *thread);

/* Calls that take long. Such a call looks now and then, at least every 10 ms,
 * whether it has to stop: at places where all structures are whole, for
 * interrupts come in there. No other program gets the CPU meanwhile. Defined by
 * those who know processes and their signals.
 *
 * Is there a signal for the running thread? The call then answers what it has
 * done so far, or -EINTR or -ERESTARTSYS if that is nothing. */
bool thread_is_interrupted(void);

/* Will a signal end the running thread? For calls that Linux does not cut
 * short otherwise: what they answer, nobody sees. */
bool thread_is_killed(void);
