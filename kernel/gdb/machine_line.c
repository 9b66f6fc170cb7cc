/* The serial line of the stub: a port of its own, COM2, or the console's, or
 * an adapter by USB. */
#include "drivers/console.h"
#include "drivers/pic.h"
#include "drivers/uart.h"
#include "drivers/usb/usb_poll.h"
#include "drivers/usb/usb_serial.h"
#include "drivers/usb/xhci.h"
#include "kernel/base.h"
#include "kernel/gdb/filter.h"
#include "kernel/gdb/machine.h"
#include "kernel/gdb/wire.h"
#include "kernel/lib.h"
#include "kernel/x86.h"

/* A poll takes a microsecond on real hardware and less in QEMU: some seconds.
 */
#define SHORT_POLLS          3000000u

/* CPUID of all hypervisors (Linux, arch/x86/include/asm/cpufeatures.h). */
#define CPUID_FEATURES       1
#define CPUID_ECX_HYPERVISOR BIT(31)

static struct uart own_port;
static struct uart *port; /* own_port, or the console's; NULL: USB */
static unsigned irq;
static struct gdb_filter filter; /* of a port that is shared */
static bool is_shared;

static bool wait_is_over(enum gdb_wait wait, unsigned polls)
{
    switch (wait) {
    case GDB_WAIT_NOT:
        return true;
    case GDB_WAIT_SHORT:
        return polls >= SHORT_POLLS;
    case GDB_WAIT_LONG:
        break;
    }
    return false;
}

/* The kernel may stand still within the driver that is needed here. */
static size_t usb_read(uint8_t *byte)
{
    usb_poll_anew();
    return usb_serial_read(byte, 1);
}

int gdb_line_get(enum gdb_wait wait)
{
    uint8_t byte;

    for (unsigned polls = 0;; polls++) {
        size_t count =
            port != NULL ? uart_read(port, &byte, 1) : usb_read(&byte);
        if (count == 1) {
            return byte;
        }
        if (wait_is_over(wait, polls)) {
            return -1;
        }
        __builtin_ia32_pause();
    }
}

void gdb_line_put(const char *bytes, size_t size)
{
    if (port != NULL) {
        uart_write(port, bytes, size);
    } else {
        usb_serial_write(bytes, size);
    }
}

/* The cable of a virtual machine loses nothing. */
bool target_line_is_reliable(void)
{
    return (cpuid(CPUID_FEATURES, 0).ecx & CPUID_ECX_HYPERVISOR) != 0;
}

/* What the console prints goes to a debugger as packets of text. */
static void shared_write(const char *bytes, size_t size)
{
    if (gdb_is_attached()) {
        gdb_console(bytes, size);
    } else {
        uart_write(port, bytes, size);
    }
}

/* What is typed to the console is what is between gdb's packets. */
static size_t shared_read(void *bytes, size_t size)
{
    return gdb_filter_take(&filter, bytes, size);
}

static void share_console(void)
{
    static const struct console_line line = {shared_write, shared_read};

    is_shared = true;
    port = console_serial();
    irq = UART_IRQ_COM1;
    console_set_line(&line);
}

static bool open_usb(void)
{
    if (!xhci_is_there()) {
        log_warn("gdb=usb: there is no xHCI controller; no debugger");
        return false;
    }
    log_info("gdb: a debugger may connect to a serial adapter by USB");
    return true;
}

bool line_open(void)
{
    if (option_choice(OPTION_GDB) == OPTION_GDB_USB) {
        return open_usb();
    }
    if (option_choice(OPTION_GDB) == OPTION_GDB_COM1) {
        share_console();
    } else if (option_choice(OPTION_LOG) == OPTION_LOG_COM2) {
        log_warn("gdb=com2: the log has this port (log=com2); no debugger");
        return false;
    } else {
        port = &own_port;
        irq = UART_IRQ_COM2;
        (void)uart_init(port, UART_COM2);
    }
    if (!port->is_present) {
        log_warn("gdb: no serial port at 0x%x; no debugger", port->port);
        return false;
    }
    log_info("gdb: a debugger may connect to the serial port at 0x%x",
             port->port);
    return true;
}

void line_listen(void)
{
    if (port == NULL) {
        return; /* it is asked at each tick */
    }
    pic_unmask(irq);
    uart_enable_interrupt(port);
}

/* On a port of our own, ^C and the beginning of a packet stop the machine. The
 * packet itself is lost: gdb sends it again when it is answered by '-'. */
static enum line_event poll_own(void)
{
    for (int c; (c = gdb_line_get(GDB_WAIT_NOT)) >= 0;) {
        if (c == GDB_INTERRUPT) {
            return LINE_STOP;
        }
        if (c == '$') {
            gdb_wire_refuse();
            return LINE_STOP;
        }
    }
    return LINE_NOTHING;
}

static enum line_event poll_shared(void)
{
    for (int c; (c = gdb_line_get(GDB_WAIT_NOT)) >= 0;) {
        switch (gdb_filter_put(&filter, (uint8_t)c, gdb_is_attached())) {
        case GDB_FILTER_PACKET:
            gdb_wire_refuse();
            return LINE_STOP;
        case GDB_FILTER_INTERRUPT:
            return LINE_STOP;
        case GDB_FILTER_TEXT:
            break;
        }
    }
    return LINE_NOTHING;
}

enum line_event line_poll(void)
{
    return is_shared ? poll_shared() : poll_own();
}
