/* Handlers of faults: their flags, masks, stacks, and what they may change. */
#include "kernel/abi/signal.h"
#include "test/conformance/arch.h"
#include "test/conformance/case.h"
#include "test/conformance/context.h"

#define MASK_OF(signal) (1u << ((signal)-1))

static uint32_t mask_inside[2];
static unsigned long stack_inside;
static int depth;
static int depth_wanted;

/* Goes on behind the instruction that faulted: a touch that fails. */
static void leave(struct signal_context *context)
{
    context->registers.instruction = (uintptr_t)touch_failed;
}

static void look(int signal, const struct signal_info *info,
                 struct signal_context *context)
{
    (void)signal;
    (void)info;
    stack_inside = (unsigned long)__builtin_frame_address(0);
    __syscall4(SYS(rt_sigprocmask), SIG_BLOCK, 0, (long)mask_inside,
               SIGNAL_MASK_SIZE);
    leave(context);
}

/* Faults again, in the handler. */
static void nest(int signal, const struct signal_info *info,
                 struct signal_context *context)
{
    (void)signal;
    (void)info;
    depth++;
    if (depth < depth_wanted) {
        uint32_t value;
        touch_load((const void *)ARENA, &value);
    }
    leave(context);
}

static void handle_by(void (*handler)(int, const struct signal_info *,
                                      struct signal_context *),
                      unsigned long flags, uint32_t mask)
{
    struct signal_action action = {
        .handler = handler,
        .flags = SA_SIGINFO | SA_RESTORER | flags,
        .restorer = touch_restorer,
        .mask = {mask, 0},
    };
    __syscall4(SYS(rt_sigaction), SIGSEGV, (long)&action, 0, SIGNAL_MASK_SIZE);
}

static void fault(void)
{
    uint32_t value;
    text_decimal(touch_load((const void *)ARENA, &value));
    text_line();
}

static void say_mask(const char *name, const uint32_t mask[2])
{
    text(name);
    text_hex(mask[0]);
    text(" ");
    text_hex(mask[1]);
    text_line();
}

static void say_mask_now(void)
{
    uint32_t mask[2];
    __syscall4(SYS(rt_sigprocmask), SIG_BLOCK, 0, (long)mask, SIGNAL_MASK_SIZE);
    say_mask("now ", mask);
}

static void signal_masks(void)
{
    handle_by(look, 0, 0);
    fault();
    say_mask("inside ", mask_inside);
    say_mask_now();
    handle_by(look, SA_NODEFER, 0);
    fault();
    say_mask("inside ", mask_inside);
    handle_by(look, 0, MASK_OF(SIGUSR1) | MASK_OF(SIGKILL));
    fault();
    say_mask("inside ", mask_inside);
    say_mask_now();
    touch_init();
}

static void signal_stacks(void)
{
    unsigned long here = (unsigned long)__builtin_frame_address(0);
    handle_by(look, 0, 0);
    fault();
    note(here - stack_inside < PAGES(4) ? "same stack" : "other stack");
    handle_by(look, SA_ONSTACK, 0);
    fault();
    note(here - stack_inside < PAGES(4) ? "same stack" : "other stack");
    touch_init();
}

static void signal_in_a_handler(void)
{
    for (depth_wanted = 1; depth_wanted < 4; depth_wanted++) {
        depth = 0;
        handle_by(nest, SA_NODEFER | SA_ONSTACK, 0);
        fault();
        text_decimal(depth);
        text_line();
    }
    touch_init();
}

static void signal_handler_that_is_reset(void)
{
    static struct signal_action action;
    handle_by(look, SA_RESETHAND, 0);
    fault();
    __syscall4(SYS(rt_sigaction), SIGSEGV, 0, (long)&action, SIGNAL_MASK_SIZE);
    text_hex((unsigned long)action.handler);
    text(" ");
    text_hex(action.flags);
    text_line();
    touch_init();
}

const struct conformance_case signal_cases[] = {
    CASE(signal_masks),
    CASE(signal_stacks),
    CASE(signal_in_a_handler),
    CASE(signal_handler_that_is_reset),
    LAST_CASE,
};
