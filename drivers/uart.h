/* The 16550 UART: a serial port at 115200 baud, 8 data bits, no parity. */
#pragma once

#include "drivers/byte_queue.h"

#define UART_COM1     0x3f8
#define UART_COM2     0x2f8
#define UART_COM3     0x3e8
#define UART_COM4     0x2e8

/* COM1 and COM3 share IRQ 4, COM2 and COM4 share IRQ 3. */
#define UART_IRQ_COM1 4
#define UART_IRQ_COM2 3

/* One port. Zeroed, it is an absent one: reads give nothing, writes vanish. */
struct uart {
    uint16_t port;
    bool is_present;
    uint8_t fifo_size;  /* bytes that it takes at once */
    bool is_stuck;      /* the transmitter did not get ready in the last wait */
    uint8_t interrupts; /* those that are on */
    struct byte_queue output; /* of uart_send, that has not gone out yet */
};

/* Looks for a UART at PORT (one of the above) by sending bytes to itself, and
 * sets it up with all its interrupts off. Returns whether there is one. What
 * was received before is lost. */
bool uart_init(struct uart *uart, uint16_t port);

/* How many bytes uart_send takes now. */
size_t uart_room(const struct uart *uart);

/* Takes of SIZE bytes what there is room for (all where there is no port), and
 * sends them when the transmitter is ready, by its interrupt. Returns how many.
 */
size_t uart_send(struct uart *uart, const void *bytes, size_t size);

/* Sends on. To be called when the port's IRQ comes. */
void uart_pump(struct uart *uart);

/* Sends SIZE bytes and what uart_send left, waiting for room. The wait is
 * bounded (about a second, as the host may stop reading): a port whose
 * transmitter stays busy is waited for once, and loses what it is given here
 * until it is ready again. */
void uart_write(struct uart *uart, const void *bytes, size_t size);

/* Waits until all has left the port, by the same bound. */
void uart_flush(struct uart *uart);

/* Takes up to SIZE bytes that have arrived. Returns how many; never waits. */
size_t uart_read(struct uart *uart, void *bytes, size_t size);

/* The interrupt "bytes have arrived". While it is off, bytes stay in the FIFO,
 * and the line RTS asks the other side to wait: one that does not look at it
 * (`crtscts` is off there) loses what it sends to a full FIFO. */
void uart_enable_interrupt(struct uart *uart);
void uart_disable_interrupt(struct uart *uart);
