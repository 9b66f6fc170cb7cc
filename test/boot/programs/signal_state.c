/* A handler moves, cuts and damages the state of the vector registers in its
 * frame: sigreturn takes it or sends SIGSEGV. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

/* An i386 program's state begins with FSAVE's. */
#define FXSAVE_AT (sizeof(void *) == 8 ? 0 : 112)
#define MAGIC_AT  (FXSAVE_AT + 464)
#define SIZE_AT   (FXSAVE_AT + 480)
#define HEADER_AT (FXSAVE_AT + 512)
#define ALIGNMENT 64
#define PAGE      4096
#define ROOM      (4 * PAGE)

static sigjmp_buf back;
static char *room; /* with nothing behind it */

/* What becomes of the state: OFFSET beyond a multiple of 64, CUT bytes of it
 * behind the end of memory, and the word at AT changed. */
static const struct change {
    const char *name;
    int place, offset, cut;
    int at;
    uint32_t value;
} changes[] = {
    {.name = "nothing"},
    {.name = "moved", .place = 1},
    {.name = "moved by 8", .place = 1, .offset = 8},
    {.name = "moved by 16", .place = 1, .offset = 16},
    {.name = "moved by 32", .place = 1, .offset = 32},
    {.name = "cut by 64", .place = 1, .cut = 64},
    {.name = "no magic", .at = MAGIC_AT},
    {.name = "no magic, moved by 8", .place = 1, .offset = 8, .at = MAGIC_AT},
    {.name = "no magic, moved by 16", .place = 1, .offset = 16, .at = MAGIC_AT},
    {.name = "size 0", .at = SIZE_AT},
    {.name = "size 575", .at = SIZE_AT, .value = 575},
    {.name = "size 576", .at = SIZE_AT, .value = 576},
    {.name = "largest size", .at = SIZE_AT, .value = UINT32_MAX},
    {.name = "no component", .at = HEADER_AT},
    {.name = "unknown component", .at = HEADER_AT + 4, .value = 1u << 30},
    {.name = "compact", .at = HEADER_AT + 12, .value = 1u << 31},
    {.name = "reserved 0", .at = HEADER_AT + 16, .value = 1},
    {.name = "reserved 1", .at = HEADER_AT + 24, .value = 1},
    {.name = "reserved 5", .at = HEADER_AT + 60, .value = 1},
};

#define CHANGES (sizeof(changes) / sizeof(*changes))

static const struct change *change;

static uint32_t word_at(const char *state, int at)
{
    uint32_t word;
    memcpy(&word, state + at, sizeof(word));
    return word;
}

/* The whole state, with what marks its end. Without XSAVE it is FXSAVE's. */
static size_t size_of(const char *state)
{
    uint32_t size = word_at(state, SIZE_AT);
    return FXSAVE_AT + (size != 0 ? size + sizeof(uint32_t) : 512);
}

static char *move(const char *state)
{
    size_t size = size_of(state);
    char *end = room + ROOM;
    char *to = end - size - ALIGNMENT;

    to -= ((uintptr_t)to + FXSAVE_AT) % ALIGNMENT;
    to += change->offset;
    if (change->cut != 0) {
        to = end - size + change->cut;
        to -= ((uintptr_t)to + FXSAVE_AT) % ALIGNMENT;
    }
    size_t left = (size_t)(end - to);
    memcpy(to, state, size < left ? size : left);
    return to;
}

static void damage(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    char *state = (char *)uc->uc_mcontext.fpregs;
    (void)signal;
    (void)info;
    if (change->place != 0) {
        state = move(state);
        uc->uc_mcontext.fpregs = (void *)state;
    }
    if (change->at != 0) {
        memcpy(state + change->at, &change->value, sizeof(change->value));
    }
}

static void refuse(int signal)
{
    siglongjmp(back, signal);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = damage, .sa_flags = SA_SIGINFO};

    room = mmap(NULL, ROOM + PAGE, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(room + ROOM, PAGE);
    sigaction(SIGUSR1, &action, NULL);
    signal(SIGSEGV, refuse);
    for (change = changes; change < changes + CHANGES; change++) {
        int came = sigsetjmp(back, 1);
        if (came == 0) {
            raise(SIGUSR1);
        }
        printf("%s: signal %d\n", change->name, came);
    }
    return 0;
}
