/* Touches memory, with faults caught: see touch.h. */
#include "test/conformance/touch.h"

#include "kernel/abi/signal.h"
#include "test/conformance/arch.h"
#include "test/conformance/context.h"
#include "test/conformance/text.h"
#include "user/lib/linux.h"

#define HANDLER_STACK_SIZE 16384
#define EXIT_SURPRISE      3

/* The first bytes that touch_write leaves in a page: `ret`. */
#define CODE_RETURN        0xc3
#define CODE_ZERO          0

static char handler_stack[HANDLER_STACK_SIZE] __attribute__((aligned(64)));
static struct fault last_fault;
static bool is_touching;
static void (*on_surprise)(void);

static void say_fault(void)
{
    text(" ! ");
    text_decimal(last_fault.signal);
    text(" ");
    text_decimal(last_fault.code);
    text(" ");
    text_hex(last_fault.address);
    text_line();
}

/* A fault of the program's own: a defect in it, or of the kernel. */
static void surprise(unsigned long instruction)
{
    text_mode(TEXT_SHOWN);
    text("surprise at ");
    text_hex(instruction);
    say_fault();
    void (*handler)(void) = on_surprise;
    on_surprise = NULL;
    if (handler != NULL) {
        handler();
    }
    exit(EXIT_SURPRISE);
}

static void handle(int signal, const struct signal_info *info,
                   struct signal_context *context)
{
    struct signal_registers *registers = &context->registers;
    last_fault = (struct fault){.signal = signal,
                                .code = info->code,
                                .address = info->address,
                                .error = (unsigned long)registers->error,
                                .trap = (unsigned long)registers->trap};
    if (!is_touching) {
        surprise((unsigned long)registers->instruction);
    }
    registers->instruction = (uintptr_t)touch_failed;
}

void touch_init(void)
{
    struct signal_stack stack = {.start = (unsigned long)handler_stack,
                                 .size = sizeof(handler_stack)};
    struct signal_action action = {
        .handler = handle,
        .flags = SA_SIGINFO | SA_ONSTACK | SA_RESTORER | SA_NODEFER,
        .restorer = touch_restorer,
    };
    __syscall2(SYS(sigaltstack), (long)&stack, 0);
    __syscall4(SYS(rt_sigaction), SIGSEGV, (long)&action, 0, SIGNAL_MASK_SIZE);
    __syscall4(SYS(rt_sigaction), SIGBUS, (long)&action, 0, SIGNAL_MASK_SIZE);
}

void touch_on_surprise(void (*handler)(void))
{
    on_surprise = handler;
}

const struct fault *touch_fault(void)
{
    return &last_fault;
}

static void begin(const char *verb, unsigned long address)
{
    text(verb);
    text_hex(address);
    last_fault.signal = 0;
    is_touching = true;
}

/* Says how it ended. VALUE counts if nothing faulted. */
static bool end(int failed, uint32_t value)
{
    is_touching = false;
    if (failed != 0) {
        say_fault();
        return false;
    }
    text(" = ");
    text_hex(value);
    text_line();
    return true;
}

bool touch_read_at(unsigned long address)
{
    uint32_t value = 0;
    begin("read ", address);
    int failed = touch_load((const void *)address, &value);
    return end(failed, value);
}

bool touch_write_at(unsigned long address, uint32_t value)
{
    begin("write ", address);
    return end(touch_store((void *)address, value), value);
}

bool touch_read(unsigned long page)
{
    return touch_read_at(page + TOUCH_OFFSET);
}

bool touch_write(unsigned long page, uint32_t value)
{
    if (!touch_write_at(page + TOUCH_OFFSET, value)) {
        return false;
    }
    *(volatile uint8_t *)page = CODE_RETURN;
    return true;
}

bool touch_execute(unsigned long page)
{
    begin("execute ", page);
    return end(touch_run((const void *)page), 0);
}

void touch_all(unsigned long page, uint32_t value)
{
    bool is_readable = touch_read(page);
    touch_write(page, value);
    uint8_t first = is_readable ? *(volatile uint8_t *)page : CODE_ZERO;
    if (first == CODE_RETURN || first == CODE_ZERO) {
        touch_execute(page);
    }
}
