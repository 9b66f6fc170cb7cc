/* sh: jobs, the programs that a shell with a terminal has started. Each is a
 * process group of its own, and the terminal belongs to the one in front or to
 * the shell: so ^C and ^Z reach that one alone. */
#include "user/sh/jobs.h"
#include "kernel/abi/termios.h"
#include "kernel/abi/wait.h"
#include "user/lib/linux.h"
#include "user/lib/print.h"
#include "user/lib/signal.h"
#include "user/lib/string.h"
#include "user/sh/sh.h"

#define JOBS_MAX  16
#define ANY_CHILD (-1) /* as wait4's pid */

struct job {
    long group; /* that of its process; 0: no job */
    bool is_stopped;
    unsigned long age; /* the newest has the highest */
    char name[JOB_NAME_SIZE];
};

static struct job jobs[JOBS_MAX];
static unsigned long newest;

static const int shell_ignores[] = {SIGTSTP, SIGTTIN, SIGTTOU};
#define SHELL_IGNORES (sizeof(shell_ignores) / sizeof(shell_ignores[0]))

static bool has_jobs;
static long shell_group;
static struct termios shell_settings;

static void give_terminal(long group)
{
    int number = (int)group;
    __syscall3(SYS(ioctl), STDIN_FILENO, TIOCSPGRP, (long)&number);
}

static void set_ignored(unsigned long action)
{
    for (size_t i = 0; i < SHELL_IGNORES; i++) {
        set_signal(shell_ignores[i], action);
    }
}

/* Stops as long as the shell is not the one in front. */
static void wait_for_terminal(void)
{
    int front = 0;
    while (!is_error(
               __syscall3(SYS(ioctl), STDIN_FILENO, TIOCGPGRP, (long)&front)) &&
           front != __syscall0(SYS(getpgrp))) {
        __syscall2(SYS(kill), 0, SIGTTIN);
    }
}

void jobs_init(void)
{
    has_jobs = true;
    wait_for_terminal();
    set_ignored(SIG_IGN);
    __syscall2(SYS(setpgid), 0, 0); /* not for the leader of a session */
    shell_group = __syscall0(SYS(getpgrp));
    give_terminal(shell_group);
    __syscall3(SYS(ioctl), STDIN_FILENO, TCGETS, (long)&shell_settings);
}

void jobs_enter_child(void)
{
    if (has_jobs) {
        __syscall2(SYS(setpgid), 0, 0);
        give_terminal(__syscall0(SYS(getpid)));
        set_ignored(SIG_DFL);
    }
}

static int number_of(const struct job *job)
{
    return (int)(job - jobs) + 1;
}

static struct job *find(long group)
{
    for (size_t i = 0; i < JOBS_MAX; i++) {
        if (jobs[i].group == group) {
            return &jobs[i];
        }
    }
    return NULL;
}

bool jobs_have_room(void)
{
    return find(0) != NULL;
}

/* There is room: jobs_have_room was asked before the program started. */
static struct job *add(long group, const char *name)
{
    struct job *job = find(0);
    size_t length = strlen(name);
    if (length >= JOB_NAME_SIZE) {
        length = JOB_NAME_SIZE - 1;
    }
    *job = (struct job){.group = group, .age = ++newest};
    memcpy(job->name, name, length);
    return job;
}

static void print_job(const struct job *job)
{
    printf("[%d] %s: %s\n", number_of(job),
           job->is_stopped ? "stopped" : "running", job->name);
}

/* What wait4 said of a job that is not waited for. */
static void note(struct job *job, int status)
{
    if (status == WAIT_CONTINUED) {
        job->is_stopped = false;
        return;
    }
    job->is_stopped = WIFSTOPPED(status);
    if (job->is_stopped) {
        job->age = ++newest;
        print_job(job);
        return;
    }
    printf("[%d] ended: %s\n", number_of(job), job->name);
    job->group = 0;
}

void jobs_look(void)
{
    int status;
    long child;
    while ((child = __syscall4(SYS(wait4), ANY_CHILD, (long)&status,
                               WNOHANG | WUNTRACED | WCONTINUED, 0)) > 0) {
        struct job *job = find(child);
        if (job != NULL) { /* else an orphan, of a shell that is process 1 */
            note(job, status);
        }
    }
}

/* Waits until CHILD has ended or stopped, a job that is not in the list.
 * Returns it, or an error. A shell without a terminal is stopped with what it
 * has started, so it does not ask for that. */
static long wait_for(long child, int *status)
{
    long options = has_jobs ? WUNTRACED : 0;
    while (true) {
        long found =
            __syscall4(SYS(wait4), ANY_CHILD, (long)status, options, 0);
        if (found == child || (is_error(found) && found != -EINTR)) {
            return found;
        }
        struct job *other = is_error(found) ? NULL : find(found);
        if (other != NULL) {
            note(other, *status);
        }
    }
}

static void take_terminal_back(int status)
{
    if (!has_jobs) {
        return;
    }
    give_terminal(shell_group);
    if (!WIFEXITED(status)) { /* it could not put back what it had changed */
        __syscall3(SYS(ioctl), STDIN_FILENO, TCSETSW, (long)&shell_settings);
    }
}

long jobs_wait(long child, const char *name, int *status)
{
    long ended = wait_for(child, status);
    take_terminal_back(is_error(ended) ? 0 : *status);
    if (!is_error(ended) && WIFSTOPPED(*status)) {
        struct job *job = add(child, name);
        job->is_stopped = true;
        printf("\n"); /* behind the echo of the key */
        print_job(job);
    }
    return ended;
}

/* The job that WORDS name by its number, else the one that stopped or was
 * started last. Says why when there is none. */
static struct job *choose(int count, char **words)
{
    struct job *chosen = NULL;
    for (size_t i = 0; i < JOBS_MAX; i++) {
        struct job *job = &jobs[i];
        bool is_meant = count > 1 ? number_of(job) == parse_number(words[1])
                                  : chosen == NULL || job->age > chosen->age;
        if (job->group != 0 && is_meant) {
            chosen = job;
        }
    }
    if (chosen == NULL) {
        dprintf(STDERR_FILENO, "%s: no such job; try `jobs`\n", words[0]);
    }
    return chosen;
}

static void go_on(const struct job *job)
{
    __syscall2(SYS(kill), -job->group, SIGCONT);
}

int builtin_fg(int count, char **words)
{
    jobs_look();
    struct job *job = choose(count, words);
    if (job == NULL) {
        return SH_FAILURE;
    }
    struct job chosen = *job;
    job->group = 0;
    printf("%s\n", chosen.name);
    give_terminal(chosen.group);
    go_on(&chosen);
    return run_wait(chosen.group, chosen.name);
}

int builtin_bg(int count, char **words)
{
    jobs_look();
    struct job *job = choose(count, words);
    if (job == NULL) {
        return SH_FAILURE;
    }
    job->is_stopped = false;
    go_on(job);
    print_job(job);
    return SH_SUCCESS;
}

int builtin_jobs(int count, char **words)
{
    (void)count;
    (void)words;
    jobs_look();
    for (size_t i = 0; i < JOBS_MAX; i++) {
        if (jobs[i].group != 0) {
            print_job(&jobs[i]);
        }
    }
    return SH_SUCCESS;
}
