/* Faults that end the program: see death.h. */
#include "test/conformance/death.h"

#include "kernel/abi/signal.h"
#include "test/conformance/arch.h"
#include "test/conformance/case.h"
#include "test/conformance/context.h"
#include "user/lib/string.h"

#define FRAME_SIZE 1024

struct way {
    const char *name;
    void (*run)(void);
};

typedef void handler(int, const struct signal_info *, struct signal_context *);

static void act(int signal, handler *chosen, unsigned long flags)
{
    struct signal_action action = {
        .handler = chosen,
        .flags = SA_SIGINFO | SA_RESTORER | flags,
        .restorer = touch_restorer,
    };
    __syscall4(SYS(rt_sigaction), signal, (long)&action, 0, SIGNAL_MASK_SIZE);
}

static void fault(void)
{
    uint32_t value;
    touch_load((const void *)ARENA, &value);
}

static void leave(int signal, const struct signal_info *info,
                  struct signal_context *context)
{
    (void)signal;
    (void)info;
    context->registers.instruction = (uintptr_t)touch_failed;
    note("handled");
}

static void fault_again(int signal, const struct signal_info *info,
                        struct signal_context *context)
{
    note("in the handler");
    fault();
    leave(signal, info, context);
}

static void by_default(void)
{
    act(SIGSEGV, SIG_DFL, 0);
    fault();
}

static void by_bus(void)
{
    act(SIGBUS, SIG_DFL, 0);
    map(ARENA, PAGES(1), PROT_READ, MAP_PRIVATE | MAP_FIXED, DATA_FILE,
        PAGES(DATA_PAGES + 1));
    fault();
}

static void ignored(void)
{
    act(SIGSEGV, (handler *)SIG_IGN, 0);
    fault();
}

static void blocked(void)
{
    uint32_t mask[2] = {1u << (SIGSEGV - 1), 0};
    act(SIGSEGV, leave, 0);
    __syscall4(SYS(rt_sigprocmask), SIG_BLOCK, (long)mask, 0, SIGNAL_MASK_SIZE);
    fault();
}

static void deferred(void)
{
    act(SIGSEGV, fault_again, 0);
    fault();
}

static void reset(void)
{
    act(SIGSEGV, leave, SA_RESETHAND);
    fault();
    fault();
}

static void without_stack(void)
{
    struct signal_stack stack = {.start = AT(4), .size = PAGES(8)};
    __syscall2(SYS(sigaltstack), (long)&stack, 0);
    act(SIGSEGV, leave, SA_ONSTACK);
    fault();
}

static int overflow(int count)
{
    volatile char frame[FRAME_SIZE];
    frame[0] = (char)count;
    return count < 0 ? 0 : overflow(count + 1) + frame[0];
}

static void by_overflow(void)
{
    act(SIGSEGV, leave, 0);
    text_decimal(overflow(0));
}

static const struct way ways[] = {
    {"default", by_default},     {"bus", by_bus},
    {"ignored", ignored},        {"blocked", blocked},
    {"deferred", deferred},      {"reset", reset},
    {"no-stack", without_stack}, {"overflow", by_overflow},
};

void death_by(const char *name)
{
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(name, ways[i].name) == 0) {
            ways[i].run();
        }
    }
}
