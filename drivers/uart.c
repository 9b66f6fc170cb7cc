/* The 16550 UART. (National Semiconductor PC16550D, section 8.) */
#include "drivers/uart.h"

#include "kernel/lib.h"
#include "kernel/x86.h"

/* Registers, as offsets from the port. */
#define DATA                 0 /* read: received byte, write: byte to send */
#define INTERRUPT_ENABLE     1
#define INTERRUPT_ID         2 /* read */
#define FIFO_CONTROL         2 /* write */
#define LINE_CONTROL         3
#define MODEM_CONTROL        4
#define LINE_STATUS          5

/* With the latch bit set, the first two are the divisor of the baud rate. */
#define DIVISOR_LOW          0
#define DIVISOR_HIGH         1

#define INTERRUPT_RECEIVED   BIT(0)
#define INTERRUPT_EMPTY      BIT(1) /* of the holding register */

#define FIFO_ENABLE          BIT(0)
#define FIFO_CLEAR           (BIT(1) | BIT(2)) /* receiver and transmitter */
#define FIFO_TRIGGER_8       BIT(7) /* interrupt at 8 bytes, or at a pause */
#define FIFO_WORKS           (BIT(6) | BIT(7)) /* in INTERRUPT_ID: no 8250, 16450 */
#define FIFO_SIZE            16

#define LINE_8N1             0x03
#define LINE_DIVISOR_LATCH   BIT(7)
#define DIVISOR_115200       1

#define MODEM_DTR            BIT(0)
#define MODEM_RTS            BIT(1)
#define MODEM_OUT2           BIT(3) /* lets the interrupt out, on a PC */
#define MODEM_LOOPBACK       BIT(4)
#define MODEM_PAUSED         (MODEM_DTR | MODEM_OUT2)
#define MODEM_READY          (MODEM_PAUSED | MODEM_RTS)

#define STATUS_RECEIVED      BIT(0)
#define STATUS_HOLDING_EMPTY BIT(5)
#define STATUS_EMPTY         BIT(6)
#define STATUS_ABSENT        0xff

/* A poll takes a microsecond on real hardware: some 100 ms, and a second. */
#define PROBE_POLLS          100000u
#define SEND_POLLS           1000000u

static uint8_t uart_get(const struct uart *uart, uint16_t offset)
{
    return inb((uint16_t)(uart->port + offset));
}

static void uart_set(const struct uart *uart, uint16_t offset, uint64_t value)
{
    outb((uint16_t)(uart->port + offset), (uint8_t)value);
}

static bool uart_wait(const struct uart *uart, uint64_t status, unsigned polls)
{
    for (unsigned poll = 0; poll < polls; poll++) {
        if ((uart_get(uart, LINE_STATUS) & status) == status) {
            return true;
        }
        __builtin_ia32_pause();
    }
    return false;
}

static void uart_set_line(const struct uart *uart)
{
    uart_set(uart, INTERRUPT_ENABLE, 0);
    uart_set(uart, LINE_CONTROL, LINE_DIVISOR_LATCH);
    uart_set(uart, DIVISOR_LOW, DIVISOR_115200);
    uart_set(uart, DIVISOR_HIGH, 0);
    uart_set(uart, LINE_CONTROL, LINE_8N1);
    uart_set(uart, FIFO_CONTROL, FIFO_ENABLE | FIFO_CLEAR | FIFO_TRIGGER_8);
}

/* Does BYTE come back in loopback? Bytes that the other side sent a moment
 * before may come first. */
static bool uart_echoes(const struct uart *uart, uint8_t byte)
{
    uart_set(uart, DATA, byte);
    for (unsigned i = 0; i <= FIFO_SIZE; i++) {
        if (!uart_wait(uart, STATUS_RECEIVED, PROBE_POLLS)) {
            return false;
        }
        if (uart_get(uart, DATA) == byte) {
            return true;
        }
    }
    return false;
}

/* An absent port answers 0xff or 0, or what was last on the bus: the status
 * tells the first, the wait for it the second, two bytes the third. */
static bool uart_probe(const struct uart *uart)
{
    if (uart_get(uart, LINE_STATUS) == STATUS_ABSENT ||
        !uart_wait(uart, STATUS_EMPTY, PROBE_POLLS)) {
        return false;
    }
    uart_set_line(uart);
    uart_set(uart, MODEM_CONTROL, MODEM_LOOPBACK);
    bool is_present = uart_echoes(uart, 0xa5) && uart_echoes(uart, 0x5a);
    uart_set(uart, MODEM_CONTROL, MODEM_READY);
    return is_present;
}

bool uart_init(struct uart *uart, uint16_t port)
{
    *uart = (struct uart){.port = port};
    uart->is_present = uart_probe(uart);
    bool has_fifo = (uart_get(uart, INTERRUPT_ID) & FIFO_WORKS) == FIFO_WORKS;
    uart->fifo_size = has_fifo ? FIFO_SIZE : 1;
    return uart->is_present;
}

static void set_interrupts(struct uart *uart, uint64_t interrupts)
{
    if (interrupts != uart->interrupts) {
        uart->interrupts = (uint8_t)interrupts;
        uart_set(uart, INTERRUPT_ENABLE, interrupts);
    }
}

/* The FIFO is empty. Returns how many of SIZE bytes it takes. */
static size_t fill(const struct uart *uart, const uint8_t *bytes, size_t size)
{
    size_t burst = MIN(size, (size_t)uart->fifo_size);

    for (size_t i = 0; i < burst; i++) {
        uart_set(uart, DATA, bytes[i]);
    }
    return burst;
}

/* The same for what uart_send left; there is some. */
static void fill_from_queue(struct uart *uart)
{
    struct byte_queue *output = &uart->output;

    byte_queue_drop(output, fill(uart, &output->bytes[output->start],
                                 byte_queue_run(output)));
}

static bool is_ready(const struct uart *uart)
{
    return (uart_get(uart, LINE_STATUS) & STATUS_HOLDING_EMPTY) != 0;
}

size_t uart_room(const struct uart *uart)
{
    return byte_queue_room(&uart->output);
}

void uart_pump(struct uart *uart)
{
    while (uart->output.count != 0 && is_ready(uart)) {
        fill_from_queue(uart);
    }
    uint64_t others = uart->interrupts & ~INTERRUPT_EMPTY;
    bool is_waiting = uart->output.count != 0;
    set_interrupts(uart, others | (is_waiting ? INTERRUPT_EMPTY : 0));
}

size_t uart_send(struct uart *uart, const void *bytes, size_t size)
{
    if (!uart->is_present) {
        return size;
    }
    size_t taken = byte_queue_put(&uart->output, bytes, size);
    uart_pump(uart);
    return taken;
}

/* Waits until the FIFO is empty. */
static bool becomes_ready(struct uart *uart)
{
    unsigned polls = uart->is_stuck ? 1 : SEND_POLLS;
    uart->is_stuck = !uart_wait(uart, STATUS_HOLDING_EMPTY, polls);
    return !uart->is_stuck;
}

static void send_queue(struct uart *uart)
{
    while (uart->output.count != 0 && becomes_ready(uart)) {
        fill_from_queue(uart);
    }
}

void uart_flush(struct uart *uart)
{
    if (uart->is_present) {
        send_queue(uart);
        (void)uart_wait(uart, STATUS_EMPTY, uart->is_stuck ? 1 : SEND_POLLS);
    }
}

void uart_write(struct uart *uart, const void *bytes, size_t size)
{
    const uint8_t *next = bytes;

    send_queue(uart);
    while (size != 0 && uart->is_present && uart->output.count == 0 &&
           becomes_ready(uart)) {
        size_t burst = fill(uart, next, size);
        next += burst;
        size -= burst;
    }
}

size_t uart_read(struct uart *uart, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    size_t count = 0;
    while (count < size && uart->is_present &&
           (uart_get(uart, LINE_STATUS) & STATUS_RECEIVED) != 0) {
        to[count++] = uart_get(uart, DATA);
    }
    return count;
}

void uart_enable_interrupt(struct uart *uart)
{
    if (uart->is_present) {
        uart_set(uart, MODEM_CONTROL, MODEM_READY);
        set_interrupts(uart, uart->interrupts | INTERRUPT_RECEIVED);
    }
}

void uart_disable_interrupt(struct uart *uart)
{
    if (uart->is_present) {
        uart_set(uart, MODEM_CONTROL, MODEM_PAUSED);
        set_interrupts(uart, uart->interrupts & ~INTERRUPT_RECEIVED);
    }
}
