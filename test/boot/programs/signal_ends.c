/* Ways to end by a signal, each in a child that is this program again, with the
 * way as its argument; with one more argument SIGSEGV's handler recovers. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#ifdef __x86_64__
#define PC   REG_RIP
#define MARK (1ul << 62) /* not canonical */
#else
#define PC   REG_EIP
#define MARK 8ul
#endif

#define PAGE         4096
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static volatile char *null;
static sigjmp_buf back;

static void tell(int signal)
{
    printf("signal %d\n", signal);
}

static void leave(int signal)
{
    printf("signal %d\n", signal);
    siglongjmp(back, 1);
}

static void handle(int signal, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(signal, &action, NULL);
}

static void break_program_counter(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    printf("signal %d, code %d\n", signal, info->si_code);
    uc->uc_mcontext.gregs[PC] = (greg_t)MARK;
}

static void break_fpu(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)info;
    printf("signal %d\n", signal);
    uc->uc_mcontext.fpregs = (void *)8;
}

static void break_header(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    char *state = (char *)uc->uc_mcontext.fpregs;
    (void)info;
    printf("signal %d\n", signal);
    memset(state + (sizeof(void *) == 8 ? 512 : 112 + 512), 0xff, 8);
}

static void break_code_segment(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)info;
    printf("signal %d\n", signal);
#ifdef __x86_64__
    uint16_t kernel_code = 0x10;
    memcpy(&uc->uc_mcontext.gregs[REG_CSGSFS], &kernel_code, 2);
#else
    uc->uc_mcontext.gregs[REG_CS] = 0x10;
#endif
}

static void block(int signal)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

static void unblock_all(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void abort_handled(void)
{
    handle(SIGABRT, tell, 0);
    abort();
}

static void abort_left(void)
{
    handle(SIGABRT, leave, 0);
    if (sigsetjmp(back, 1) == 0) {
        abort();
    }
}

static void blocked_fault(void)
{
    handle(SIGSEGV, tell, 0);
    block(SIGSEGV);
    *null = 1;
}

static void ignored_fault(void)
{
    handle(SIGSEGV, SIG_IGN, 0);
    *null = 1;
}

static void one_shot(void)
{
    handle(SIGSEGV, tell, SA_RESETHAND);
    *null = 1;
}

static void fault_again(int signal)
{
    printf("signal %d\n", signal);
    *null = 1;
}

static void fault_in_handler(void)
{
    handle(SIGSEGV, fault_again, 0);
    *null = 1;
}

static int overflow(volatile int *last)
{
    volatile int here[1000];
    here[0] = last[0] + 1;
    return here[0] == 0 ? 0 : overflow(here) + here[0];
}

/* There is no room for the handler's frame. */
static void no_stack(void)
{
    volatile int start = 0;
    handle(SIGSEGV, tell, 0);
    overflow(&start);
}

/* The frame is larger than the stack. */
static void small_stack(void)
{
    char *page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_t stack = {.ss_sp = page + PAGE, .ss_size = 2048};
    mprotect(page, PAGE, PROT_NONE);
    sigaltstack(&stack, NULL);
    handle(SIGSEGV, tell, SA_ONSTACK);
    handle(SIGUSR1, tell, SA_ONSTACK);
    raise(SIGUSR1);
}

static void pending(void)
{
    block(SIGTERM);
    raise(SIGTERM);
    printf("pending\n");
    unblock_all();
}

static void kill_itself(void)
{
    kill(getpid(), SIGKILL);
}

static void real_time(void)
{
    raise(SIGRTMIN + 3);
}

static void bad_handler(void)
{
    handle(SIGUSR1, (void (*)(int))MARK, 0);
    raise(SIGUSR1);
}

static void bad_return(void)
{
    syscall(SYS_rt_sigreturn);
}

static const struct {
    const char *name;
    void (*end)(void);
} ends[] = {
    {"abort", abort},
    {"abort-handled", abort_handled},
    {"abort-left", abort_left},
    {"blocked", blocked_fault},
    {"ignored", ignored_fault},
    {"one-shot", one_shot},
    {"again", fault_in_handler},
    {"no-stack", no_stack},
    {"small-stack", small_stack},
    {"pending", pending},
    {"kill", kill_itself},
    {"real-time", real_time},
    {"handler", bad_handler},
    {"return", bad_return},
};

/* What a handler may do to its frame. */
static const struct {
    const char *name;
    void (*handler)(int, siginfo_t *, void *);
} breakers[] = {
    {"counter", break_program_counter},
    {"segment", break_code_segment},
    {"fpu", break_fpu},
    {"header", break_header},
};

static void break_frame(void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    if (sigsetjmp(back, 1) == 0) {
        raise(SIGUSR1);
    }
    usleep(1000); /* saves the registers, and loads them again */
}

static void end_as_told(const char *way)
{
    for (size_t i = 0; i < COUNT(ends); i++) {
        if (strcmp(way, ends[i].name) == 0) {
            ends[i].end();
        }
    }
    for (size_t i = 0; i < COUNT(breakers); i++) {
        if (strcmp(way, breakers[i].name) == 0) {
            break_frame(breakers[i].handler);
        }
    }
}

static void run(char *self, const char *way, const char *more)
{
    char *words[] = {self, (char *)way, (char *)more, NULL};
    char *environment[] = {NULL};
    int status;
    pid_t child = vfork();
    if (child == 0) {
        execve(self, words, environment);
        _exit(127);
    }
    waitpid(child, &status, 0);
    printf("%s%s: signal %d, status %d\n", way, more != NULL ? ", handled" : "",
           WTERMSIG(status), WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (argc > 1) {
        handle(SIGSEGV, argc > 2 ? leave : SIG_DFL, 0);
        end_as_told(argv[1]);
        printf("after\n");
        return 0;
    }
    for (size_t i = 0; i < COUNT(ends); i++) {
        run(argv[0], ends[i].name, NULL);
    }
    for (size_t i = 0; i < COUNT(breakers); i++) {
        run(argv[0], breakers[i].name, NULL);
        run(argv[0], breakers[i].name, "handled");
    }
    return 0;
}
