/* Handlers that write random things into their frames: whatever becomes of the
 * program, the kernel goes on. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define ROUNDS     3000
#define STACK_SIZE 65536

#ifdef __x86_64__
#define PC         REG_RIP
#define STACK      REG_RSP
#define FLAGS      REG_EFL
#define OTHER_CODE 0x23
#define FXSAVE_AT  0
#else
#define PC         REG_EIP
#define STACK      REG_ESP
#define FLAGS      REG_EFL
#define OTHER_CODE 0x73
#define FXSAVE_AT  112
#endif

#define SIZE_AT         (FXSAVE_AT + 480) /* xstate_size */
#define ALIGNMENT_CHECK (1 << 18)

static sigjmp_buf back;
static uint64_t state = 88172645463325252u;

static uint64_t draw(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static uint16_t draw_selector(void)
{
    static const uint16_t some[] = {0,    3,    0x10, 0x13, 0x18,  0x1b,
                                    0x2b, 0x2f, 0x33, 0x40, 0x43,  0x4b,
                                    0x63, 0x6b, 0x7,  0xf,  0xffff};
    uint64_t number = draw();
    uint16_t selector = number % 3 == 0
                            ? (uint16_t)(number >> 8)
                            : some[number % (sizeof(some) / sizeof(some[0]))];
    /* The other mode would run this program's bytes as something else. */
    return (selector | 3) == (OTHER_CODE | 3) || (selector | 3) == 0x23 ||
                   (selector | 3) == 0x33
               ? 0x2b
               : selector;
}

static uint64_t draw_value(void)
{
    static const uint64_t some[] = {
        0,    1, 8, 1ull << 47, 1ull << 63, 0x7fffffffffff, 0xffffffff80000000,
        ~0ull};
    uint64_t number = draw();
    return number % 2 == 0 ? draw() : some[number / 2 % 8];
}

static void break_segments(ucontext_t *uc)
{
#ifdef __x86_64__
    uint16_t selectors[4];
    greg_t *place = &uc->uc_mcontext.gregs[REG_CSGSFS];
    memcpy(selectors, place, sizeof(selectors));
    selectors[draw() % 4] = draw_selector();
    memcpy(place, selectors, sizeof(selectors));
#else
    static const int places[] = {REG_GS, REG_FS, REG_ES,
                                 REG_DS, REG_CS, REG_SS};
    int place = places[draw() % 6];
    /* The C library needs gs, and all code needs ds and es. */
    if (place == REG_FS || place == REG_CS || place == REG_SS) {
        uc->uc_mcontext.gregs[place] = draw_selector();
    }
#endif
}

static void break_fpu(ucontext_t *uc)
{
    unsigned char *fpu = (unsigned char *)uc->uc_mcontext.fpregs;
    static const unsigned starts[] = {0,   24,  28,  464, 468, 472,
                                      480, 512, 520, 528, 536};
    uint64_t number = draw();
    unsigned at = FXSAVE_AT + starts[number % 11];
    uint64_t value = draw_value();
    uint32_t size;
    memcpy(&size, fpu + SIZE_AT, sizeof(size));
    if (number >> 60 == 0) {
        uc->uc_mcontext.fpregs = (void *)(uintptr_t)value;
    } else if (number >> 60 < 8 && at + sizeof(value) <= FXSAVE_AT + size) {
        memcpy(fpu + at, &value, 1 + draw() % sizeof(value));
    } else {
        fpu[draw() % (FXSAVE_AT + size)] = (unsigned char)value;
    }
}

static void break_frame(int signal, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)signal;
    (void)info;
    switch (draw() % 5) {
    case 0:
        break_segments(uc);
        break;
    case 1:
        uc->uc_mcontext.gregs[PC] = (greg_t)(draw_value() | 1ull << 63);
        break;
    case 2:
        uc->uc_mcontext.gregs[STACK] = (greg_t)draw_value();
        break;
    case 3:
        uc->uc_mcontext.gregs[FLAGS] = (greg_t)(draw() & ~ALIGNMENT_CHECK);
        break;
    default:
        break_fpu(uc);
    }
    uc->uc_flags ^= draw() % 8 == 0 ? draw() % 8 : 0;
}

static void recover(int signal)
{
    siglongjmp(back, signal);
}

static void handle_all(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE};
    struct sigaction action = {.sa_handler = recover, .sa_flags = SA_ONSTACK};
    stack_t stack = {.ss_size = STACK_SIZE};
    stack.ss_sp = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sigaltstack(&stack, NULL);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        sigaction(signals[i], &action, NULL);
    }
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = break_frame,
                               .sa_flags = SA_SIGINFO};
    handle_all();
    sigaction(SIGUSR1, &action, NULL);
    for (volatile int round = 0; round < ROUNDS; round++) {
        if (sigsetjmp(back, 1) == 0) {
            raise(SIGUSR1);
        }
        __asm__ volatile("fninit");
    }
    printf("%d rounds\n", ROUNDS);
    return 0;
}
