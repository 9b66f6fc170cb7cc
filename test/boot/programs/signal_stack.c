/* Handlers on a stack of their own: recovers from an overflow of the main one,
 * and asks sigaltstack for what it may not have. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1U << 31)
#endif

#define STACK_SIZE 65536

static char *stack;
static sigjmp_buf back;
static volatile int depth;

static const char *place(const void *address)
{
    const char *byte = address;
    return byte >= stack && byte < stack + STACK_SIZE ? "own" : "main";
}

static void print_stack(const char *when)
{
    stack_t now;
    sigaltstack(NULL, &now);
    printf("%s: %s, flags %x, size %lu\n", when,
           now.ss_sp == stack ? "stack" : "other", (unsigned)now.ss_flags,
           (unsigned long)now.ss_size);
}

static int set(void *start, size_t size, unsigned flags)
{
    stack_t wanted = {.ss_sp = start, .ss_size = size, .ss_flags = (int)flags};
    errno = 0;
    sigaltstack(&wanted, NULL);
    return errno;
}

static void handle(int signal, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(signal, &action, NULL);
}

static void leave(int signal)
{
    printf("signal %d on the %s stack\n", signal, place(&signal));
    siglongjmp(back, 1);
}

static int overflow(volatile int *last)
{
    volatile int here[1000];
    depth++;
    here[0] = last[0] + 1;
    return here[0] == 0 ? 0 : overflow(here) + here[0];
}

static void overflow_and_recover(void)
{
    for (int round = 0; round < 3; round++) {
        volatile int start = 0;
        depth = 0;
        if (sigsetjmp(back, 1) == 0) {
            overflow(&start);
        }
        printf("recovered: %s\n", depth > 1000 ? "deep" : "at once");
    }
}

static void tell(int signal)
{
    printf("signal %d on the %s stack\n", signal, place(&signal));
    print_stack("in the handler");
    printf("change it: %s\n", strerror(set(stack, STACK_SIZE / 2, 0)));
}

static void nest(int signal)
{
    printf("signal %d on the %s stack\n", signal, place(&signal));
    raise(SIGUSR2);
    printf("and still\n");
}

static void rules(void)
{
    print_stack("at first");
    printf("too small: %s\n", strerror(set(stack, 100, 0)));
    printf("bad flags: %s\n", strerror(set(stack, STACK_SIZE, 4)));
    printf("disable: %s\n", strerror(set(stack, 1, SS_DISABLE)));
    print_stack("disabled");
    printf("enable: %s\n", strerror(set(stack, STACK_SIZE, 0)));
    print_stack("enabled");
    printf("SS_ONSTACK: %s\n", strerror(set(stack, STACK_SIZE, SS_ONSTACK)));
    print_stack("SS_ONSTACK");
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    rules();
    set(stack, STACK_SIZE, 0);
    handle(SIGSEGV, leave, SA_ONSTACK);
    overflow_and_recover();

    handle(SIGUSR1, tell, 0);
    raise(SIGUSR1);
    set(stack, STACK_SIZE, 0);
    handle(SIGUSR1, tell, SA_ONSTACK);
    raise(SIGUSR1);
    print_stack("afterwards");

    handle(SIGUSR1, nest, SA_ONSTACK);
    handle(SIGUSR2, tell, SA_ONSTACK);
    raise(SIGUSR1);

    set(stack, STACK_SIZE, SS_AUTODISARM);
    print_stack("disarming");
    handle(SIGUSR1, tell, SA_ONSTACK);
    raise(SIGUSR1);
    print_stack("rearmed");
    return 0;
}
