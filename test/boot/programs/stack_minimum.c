/* The smallest alternate stack that AT_MINSIGSTKSZ promises holds a handler's
 * frame and leaves what is below it alone. A smaller one is refused, or runs
 * the handler, or ends in SIGSEGV. */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif

#define ROOM    65536
#define MARK    0xa5
#define STEP    64
#define LEAST   2048
#define HANDLER 512 /* what the handler itself takes */

static char room[ROOM] __attribute__((aligned(64)));
static sigjmp_buf back;
static volatile int handled;

static void handle(int signal)
{
    (void)signal;
    handled++;
}

static void refuse(int signal)
{
    (void)signal;
    siglongjmp(back, 1);
}

/* Bytes that are not MARK below END. */
static int touched(const char *end)
{
    int count = 0;
    for (const char *at = room; at < end; at++) {
        count += (uint8_t)*at != MARK;
    }
    return count;
}

/* A handler on a stack of SIZE bytes that begins OFFSET beyond a multiple of
 * 64. */
static void try(size_t size, size_t offset)
{
    char *start = room + ROOM / 2 + offset;
    stack_t stack = {.ss_sp = start, .ss_size = size};

    memset(room, MARK, sizeof(room));
    handled = 0;
    if (sigaltstack(&stack, NULL) != 0) {
        printf("refused: %d\n", size < LEAST);
        return;
    }
    int failed = sigsetjmp(back, 1);
    if (failed == 0) {
        raise(SIGUSR1);
    }
    printf("%d\n", failed + handled == 1);
    if (size >= getauxval(AT_MINSIGSTKSZ) + HANDLER) {
        printf("at %zu: handled %d, touched below %d\n", offset, handled,
               touched(start));
    }
}

int main(void)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK};
    size_t least = getauxval(AT_MINSIGSTKSZ);

    sigaction(SIGUSR1, &action, NULL);
    action.sa_handler = refuse;
    action.sa_flags = 0;
    sigaction(SIGSEGV, &action, NULL);
    printf("a multiple of 16: %d\n", least % 16 == 0);
    for (size_t offset = 0; offset < STEP; offset += 8) {
        try(least + HANDLER, offset);
    }
    try(LEAST - 1, 0);
    try(LEAST, 0);
    return 0;
}
