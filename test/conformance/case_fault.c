/* Faults: the signal, its code, its address, and what the frame says. */
#include "kernel/abi/resource.h"
#include "kernel/abi/signal.h"
#include "test/conformance/arch.h"
#include "test/conformance/case.h"
#include "test/conformance/context.h"

/* Error code and trap of the last fault, as the frame has them. */
static void say_frame(void)
{
    text("trap ");
    text_hex(touch_fault()->trap);
    text(" error ");
    text_hex(touch_fault()->error);
    text_line();
}

static void fault_without_an_area(void)
{
    touch_read(ARENA);
    say_frame();
    touch_write(ARENA, 1);
    say_frame();
    touch_execute(ARENA);
    say_frame();
    touch_read(0);
    touch_write(0, 1);
    touch_execute(0);
    touch_read_at(ARENA + 4095);
}

static void fault_beyond_the_address_space(void)
{
    touch_read_at(TASK_END);
    say_frame();
    touch_write_at(TASK_END, 1);
    touch_execute(TASK_END);
    touch_read_at(TASK_END - 2);
    touch_read_at(~0ul - 3);
    touch_write_at(~0ul - 0xfff, 1);
    touch_execute(~0ul - 0xfff);
#ifdef __x86_64__
    touch_read_at(0xffffffff80000000);
    say_frame();
    touch_write_at(0xffff888000000000, 1);
    touch_execute(0xffffffff81000000);
    touch_read_at(0x800000000000);
    say_frame();
    touch_write_at(0x7fffffffffff0000, 1);
    touch_execute(0x8000000000000000);
#endif
}

static void fault_for_want_of_a_right(void)
{
    map_fixed(AT(0), PAGES(1), PROT_NONE);
    touch_read(AT(0));
    say_frame();
    touch_write(AT(0), 1);
    touch_execute(AT(0));
    say_frame();
    map_fixed(AT(1), PAGES(1), PROT_READ);
    touch_write(AT(1), 1);
    say_frame();
    touch_read(AT(1));
    touch_write(AT(1), 1);
    say_frame();
    touch_execute(AT(1));
    say_frame();
    map_fixed(AT(2), PAGES(1), READ_WRITE);
    touch_execute(AT(2));
    say_frame();
    touch_write(AT(2), 1);
    touch_execute(AT(2));
    say_frame();
}

static void fault_across_two_pages(void)
{
    map_fixed(AT(0), PAGES(1), READ_WRITE);
    touch_read_at(AT(1) - 2);
    touch_write_at(AT(1) - 2, 0x12345678);
    touch_read_at(AT(1) - 4);
    map_fixed(AT(1), PAGES(1), PROT_READ);
    touch_write_at(AT(1) - 2, 0x12345678);
    touch_read_at(AT(1) - 4);
    touch_read_at(AT(0) - 2);
}

static void fault_of_zeros_that_run(void)
{
    map_fixed(AT(0), PAGES(1), PROT_READ | PROT_EXEC);
    touch_execute(AT(0));
    touch_read(AT(0));
    CALL(mprotect, AT(0), PAGES(1), PROT_EXEC);
    touch_execute(AT(0));
    touch_read(AT(0));
    touch_write(AT(0), 1);
}

static void fault_grows_a_stack(void)
{
    unsigned long stack = AT(8000);
    map(stack, PAGES(2), READ_WRITE, ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN,
        NO_FILE, 0);
    touch_read(stack - PAGES(1));
    say_arena();
    touch_write(stack - PAGES(3), 1);
    say_arena();
    touch_write(stack - PAGES(700), 1);
    touch_execute(stack - PAGES(701));
    say_arena();
    touch_write(stack - PAGES(2047), 1);
    touch_write(stack - PAGES(2046), 1);
    say_arena();
    touch_read(stack + PAGES(2));
}

static void fault_keeps_the_gap_below_a_stack(void)
{
    unsigned long stack = AT(600);
    map_fixed(AT(340), PAGES(1), READ_WRITE);
    map(stack, PAGES(2), READ_WRITE, ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN,
        NO_FILE, 0);
    touch_write(AT(599), 1);
    touch_write(AT(597), 1);
    touch_write(AT(596), 1);
    touch_write(AT(341), 1);
    CALL(mprotect, AT(340), PAGES(1), PROT_NONE);
    touch_write(AT(596), 1);
    touch_write(AT(341), 1);
    touch_write(AT(340), 1);
    say_arena();
}

static void fault_between_two_stacks(void)
{
    unsigned long flags = ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN;
    map(AT(100), PAGES(1), READ_WRITE, flags, NO_FILE, 0);
    map(AT(110), PAGES(1), READ_WRITE, flags, NO_FILE, 0);
    touch_write(AT(105), 1);
    touch_write(AT(101), 1);
    touch_write(AT(90), 1);
    say_arena();
}

static void fault_grows_a_stack_of_less_rights(void)
{
    unsigned long flags = ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN;
    map(AT(400), PAGES(1), PROT_READ, flags, NO_FILE, 0);
    touch_write(AT(399), 1);
    say_arena();
    touch_read(AT(399));
    map(AT(1400), PAGES(1), PROT_NONE, flags, NO_FILE, 0);
    touch_read(AT(1399));
    map(AT(2400), PAGES(2), READ_WRITE, flags, NO_FILE, 0);
    CALL(mprotect, AT(2401), PAGES(1), PROT_READ);
    touch_write(AT(2399), 1);
    CALL(munmap, AT(2400), PAGES(1));
    touch_write(AT(2400), 1);
    touch_read(AT(2400));
    say_arena();
}

static void fault_of_the_kernel_grows_a_stack(void)
{
    unsigned long stack = AT(8000);
    map(stack, PAGES(2), READ_WRITE, ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN,
        NO_FILE, 0);
    CALL(prlimit64, 0, RLIMIT_AS, 0, stack - PAGES(2));
    touch_read_at(stack - PAGES(2));
    CALL(prlimit64, 0, RLIMIT_AS, 0, stack + PAGES(2));
    CALL(prlimit64, 0, RLIMIT_AS, 0, stack + PAGES(2) - 8);
    CALL(prlimit64, 0, RLIMIT_AS, stack + PAGES(3), 0);
    say_arena();
}

static void fault_of_the_kernel_for_want_of_a_right(void)
{
    map_fixed(AT(0), PAGES(1), PROT_READ);
    map_fixed(AT(1), PAGES(1), PROT_NONE);
    map_fixed(AT(2), PAGES(1), PROT_WRITE);
    map(AT(3), PAGES(1), READ_WRITE, MAP_PRIVATE | MAP_FIXED, DATA_FILE,
        PAGES(100));
    for (unsigned long i = 0; i < 4; i++) {
        CALL(prlimit64, 0, RLIMIT_AS, 0, AT(i));
        CALL(prlimit64, 0, RLIMIT_CORE, AT(i), 0);
        CALL(read, DATA_FILE, AT(i), 16);
        CALL(write, 1, AT(i), 0);
    }
}

static void stack_of_signals(void)
{
    static struct signal_stack old;
    static struct signal_stack wrong = {.flags = 77};
    static struct signal_stack small = {.start = ARENA, .size = 100};
    CALL(sigaltstack, 0, (unsigned long)&old);
    text_decimal(old.flags);
    text(" ");
    text_hex(old.size);
    text_line();
    CALL(sigaltstack, (unsigned long)&wrong, 0);
    CALL(sigaltstack, (unsigned long)&small, 0);
    CALL(sigaltstack, 8, 0);
    CALL(sigaltstack, 0, 8);
    CALL(sigaltstack, 0, 0);
}

static void actions_of_signals(void)
{
    static struct signal_action action;
    unsigned long to = (unsigned long)&action;
    CALL(rt_sigaction, SIGSEGV, 0, to, SIGNAL_MASK_SIZE);
    text_hex(action.flags);
    text_line();
    CALL(rt_sigaction, SIGSEGV, 0, to, 4);
    CALL(rt_sigaction, SIGKILL, to, 0, SIGNAL_MASK_SIZE);
    CALL(rt_sigaction, SIGKILL, 0, to, SIGNAL_MASK_SIZE);
    CALL(rt_sigaction, SIGSTOP, to, 0, SIGNAL_MASK_SIZE);
    CALL(rt_sigaction, 0, 0, to, SIGNAL_MASK_SIZE);
    CALL(rt_sigaction, 65, 0, to, SIGNAL_MASK_SIZE);
    CALL(rt_sigaction, 64, 0, to, SIGNAL_MASK_SIZE);
    CALL(rt_sigaction, SIGSEGV, 8, 0, SIGNAL_MASK_SIZE);
    CALL(rt_sigaction, SIGSEGV, 0, 8, SIGNAL_MASK_SIZE);
}

const struct conformance_case fault_cases[] = {
    CASE(fault_without_an_area),
    CASE(fault_beyond_the_address_space),
    CASE(fault_for_want_of_a_right),
    CASE(fault_across_two_pages),
    CASE(fault_of_zeros_that_run),
    CASE(fault_grows_a_stack),
    CASE(fault_keeps_the_gap_below_a_stack),
    CASE(fault_between_two_stacks),
    CASE(fault_grows_a_stack_of_less_rights),
    CASE(fault_of_the_kernel_grows_a_stack),
    CASE(fault_of_the_kernel_for_want_of_a_right),
    CASE(stack_of_signals),
    CASE(actions_of_signals),
    LAST_CASE,
};
