/* Ends of threads and of their processes, by the calls themselves: who ends
 * first, by what, and what wait4 and the others see of it. Each case runs in a
 * process of its own that shares nothing that matters (vfork, then execve of
 * this program). */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FUTEX_WAIT_PRIVATE 128 /* musl comes without Linux's headers */

#define STACK_SIZE         65536

#define THREAD                                                                 \
    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |        \
     CLONE_SYSVSEM)

static char *program;
static atomic_int word;

/* Runs WORK in a thread without any of the C library's. */
static int begin(int (*work)(void *), void *data)
{
    char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    int tid = clone(work, stack + STACK_SIZE, THREAD, data);

    if (tid < 0) {
        perror("clone");
        exit(99);
    }
    return tid;
}

static void say(const char *text)
{
    if (write(1, text, strlen(text)) < 0) {
        _exit(98);
    }
}

static void leave(int status)
{
    syscall(SYS_exit, status);
}

static void wait_for_word(void)
{
    while (word == 0) {
        sched_yield();
    }
}

static int spin(void *unused)
{
    (void)unused;
    word = 1;
    while (word != 0) {
    }
    return 0;
}

static int sleep_long(void *unused)
{
    (void)unused;
    word = 1;
    while (word != 0) {
        pause();
    }
    return 0;
}

static int block_on_futex(void *unused)
{
    static int never;

    (void)unused;
    word = 1;
    syscall(SYS_futex, &never, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    return 0;
}

static atomic_int leader_is_there = 1;

/* The kernel clears the word when the leader has ended. */
static int exit_behind_leader(void *status)
{
    while (leader_is_there != 0) {
        sched_yield();
    }
    leave((int)(long)status);
    return 0;
}

static int exit_at_once(void *status)
{
    leave((int)(long)status);
    return 0;
}

static int exit_group(void *status)
{
    syscall(SYS_exit_group, (int)(long)status);
    return 0;
}

static int execute(void *name)
{
    char *words[] = {program, name, NULL};

    execv(program, words);
    return 1;
}

static int fault(void *unused)
{
    (void)unused;
    *(volatile int *)16 = 1;
    return 0;
}

static int vfork_and_exec(void *unused)
{
    int status;
    (void)unused;
    int child = vfork();
    if (child == 0) {
        execl(program, program, "five", NULL);
        _exit(1);
    }
    if (waitpid(child, &status, 0) != child) {
        status = -1;
    }
    leave(0);
    return status;
}

static void leader_first(void)
{
    syscall(SYS_set_tid_address, &leader_is_there);
    begin(exit_behind_leader, (void *)5);
    leave(3);
}

static void leader_first_then_group(void)
{
    syscall(SYS_set_tid_address, &leader_is_there);
    begin(exit_behind_leader, (void *)5);
    begin(exit_group, (void *)6);
    leave(3);
}

static void leader_last(void)
{
    int tid = begin(exit_at_once, (void *)5);

    while (syscall(SYS_tgkill, getpid(), tid, 0) == 0) {
        sched_yield();
    }
    leave(3);
}

static void group_against_spinning(void)
{
    begin(spin, NULL);
    wait_for_word();
    exit(4);
}

static void group_by_other(void)
{
    begin(sleep_long, NULL);
    begin(exit_group, (void *)7);
    sleep_long(NULL);
}

static void group_against_futex(void)
{
    begin(block_on_futex, NULL);
    wait_for_word();
    sched_yield();
    exit(8);
}

static void exec_by_leader(void)
{
    begin(spin, NULL);
    wait_for_word();
    execute("ids");
}

static void exec_by_other(void)
{
    begin(sleep_long, NULL);
    begin(execute, "ids");
    sleep_long(NULL);
}

static void exec_behind_leader(void)
{
    begin(execute, "ids");
    leave(9);
}

static void exec_of_all(void)
{
    begin(execute, "five");
    begin(execute, "five");
    begin(execute, "five");
    execute("five");
}

static void exec_fails(void)
{
    word = 0;
    begin(block_on_futex, NULL);
    wait_for_word();
    execl("/nothing", "nothing", NULL);
    say("still here\n");
    exit(1);
}

static void fault_in_thread(void)
{
    begin(fault, NULL);
    sleep_long(NULL);
}

static void kill_by_thread_number(void)
{
    int tid = begin(sleep_long, NULL);
    wait_for_word();
    kill(tid, SIGTERM);
    sleep_long(NULL);
}

static void killed_behind_leader(void)
{
    begin(sleep_long, NULL);
    leave(0);
}

static void vfork_in_thread(void)
{
    begin(vfork_and_exec, NULL);
    begin(spin, NULL);
    while (word == 0 || getppid() == 0) {
        sched_yield();
    }
    for (int i = 0; i < 200; i++) {
        sched_yield();
    }
    exit(2);
}

static void print_ids(void)
{
    printf("ids: %s\n", gettid() == getpid() ? "the leader's" : "another's");
    exit(10);
}

static void five(void)
{
    exit(5);
}

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    {"leader_first", leader_first},
    {"leader_first_then_group", leader_first_then_group},
    {"leader_last", leader_last},
    {"group_against_spinning", group_against_spinning},
    {"group_by_other", group_by_other},
    {"group_against_futex", group_against_futex},
    {"exec_by_leader", exec_by_leader},
    {"exec_by_other", exec_by_other},
    {"exec_behind_leader", exec_behind_leader},
    {"exec_of_all", exec_of_all},
    {"exec_fails", exec_fails},
    {"fault_in_thread", fault_in_thread},
    {"kill_by_thread_number", kill_by_thread_number},
    {"vfork_in_thread", vfork_in_thread},
    {"killed_behind_leader", killed_behind_leader},
    {"ids", print_ids},
    {"five", five},
};

#define CASES (sizeof(cases) / sizeof(*cases))
#define SHOWN 14 /* ends of their own */

static int start(const char *name)
{
    int child = vfork();

    if (child == 0) {
        execl(program, program, name, NULL);
        _exit(97);
    }
    return child;
}

static void show(const char *name, int child)
{
    int status;

    if (waitpid(child, &status, 0) != child) {
        perror(name);
        exit(1);
    }
    if (WIFEXITED(status)) {
        printf("%s: exit %d\n", name, WEXITSTATUS(status));
    } else {
        printf("%s: signal %d\n", name, WTERMSIG(status));
    }
    fflush(stdout);
}

/* A process whose leader has ended is there until all of it is killed; stopped
 * and told to go on, it is still there. */
static void show_killed(void)
{
    int status;
    int child = start("killed_behind_leader");

    for (int i = 0; i < 100; i++) {
        sched_yield();
    }
    printf("not waited for: %d\n", waitpid(child, &status, WNOHANG));
    kill(child, SIGSTOP);
    int found = waitpid(child, &status, WUNTRACED);
    printf("stopped: %d by %d\n", found == child, WSTOPSIG(status));
    kill(child, SIGCONT);
    found = waitpid(child, &status, WCONTINUED);
    printf("goes on: %d %d\n", found == child, WIFCONTINUED(status));
    kill(child, SIGKILL);
    show("killed_behind_leader", child);
}

int main(int argc, char **argv)
{
    program = argv[0];
    for (unsigned i = 0; argc > 1 && i < CASES; i++) {
        if (strcmp(argv[1], cases[i].name) == 0) {
            cases[i].run();
        }
    }
    for (unsigned i = 0; i < SHOWN; i++) {
        show(cases[i].name, start(cases[i].name));
    }
    show_killed();
    return 0;
}
