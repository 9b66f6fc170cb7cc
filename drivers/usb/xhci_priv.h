/* What the files of the xHCI driver share: registers, blocks, and what is kept
 * of a controller. Sections are those of xHCI 1.2. */
#pragma once

#include "drivers/usb/usb_host.h"
#include "drivers/usb/xhci.h"
#include "drivers/usb/xhci_ring.h"
#include "kernel/lib.h"

/* Operational registers (5.4), behind the capability registers. */
#define XHCI_COMMAND          0x00
#define XHCI_STATUS           0x04
#define XHCI_COMMAND_RING     0x18
#define XHCI_CONTEXTS         0x30
#define XHCI_CONFIG           0x38
#define XHCI_PORTS            0x400
#define XHCI_PORT_SIZE        0x10

#define XHCI_COMMAND_RUN      BIT(0)
#define XHCI_COMMAND_RESET    BIT(1)
#define XHCI_STATUS_HALTED    BIT(0)
#define XHCI_STATUS_ERROR     BIT(2)
#define XHCI_STATUS_NOT_READY BIT(11)
#define XHCI_STATUS_FAILED    BIT(12)
#define XHCI_ABSENT           0xffffffffu

/* Types of blocks (table 6-91). */
#define XHCI_NORMAL           1u
#define XHCI_SETUP            2u
#define XHCI_DATA             3u
#define XHCI_STATUS_STAGE     4u
#define XHCI_ENABLE_SLOT      9u
#define XHCI_DISABLE_SLOT     10u
#define XHCI_ADDRESS_DEVICE   11u
#define XHCI_CONFIGURE        12u
#define XHCI_EVALUATE         13u
#define XHCI_RESET_ENDPOINT   14u
#define XHCI_SET_DEQUEUE      16u
#define XHCI_TRANSFER_EVENT   32u
#define XHCI_COMMAND_EVENT    33u
#define XHCI_PORT_EVENT       34u

#define XHCI_SLOT_SHIFT       24
#define XHCI_ENDPOINT_SHIFT   16

/* Completion codes (table 6-90). */
#define XHCI_CODE_SHIFT       24
#define XHCI_SUCCESS          1u
#define XHCI_STALL            6u
#define XHCI_SHORT_PACKET     13u

#define XHCI_EVENTS           256u
#define XHCI_COMMANDS         32u
#define XHCI_RING_BLOCKS      32u
#define XHCI_SLOTS_MAX        255u
#define XHCI_PORTS_MAX        64u
#define XHCI_SCRATCH_MAX      256u
#define XHCI_CONTEXT_SIZE_MAX 64u
#define XHCI_ENDPOINT_0       1u /* its index in a device's contexts (4.5.1) */

/* What a controller reads and writes, apart from its devices (6.1, 6.5, 4.20).
 */
struct xhci_memory {
    struct xhci_trb events[XHCI_EVENTS];
    uint64_t scratch[XHCI_SCRATCH_MAX];
    uint64_t contexts[XHCI_SLOTS_MAX + 1];
    struct xhci_trb commands[XHCI_COMMANDS];
    uint8_t input[33 * XHCI_CONTEXT_SIZE_MAX]; /* of the command that runs */
    _Alignas(64) struct {
        uint64_t address;
        uint32_t size;
        uint32_t reserved;
    } segment; /* of the events */
};

/* The same for one device. Nothing in it crosses a page. */
struct xhci_device_memory {
    uint8_t contexts[32 * XHCI_CONTEXT_SIZE_MAX];
    struct xhci_trb rings[1 + USB_PIPES][XHCI_RING_BLOCKS];
    _Alignas(4096) uint8_t control[USB_CONTROL_MAX];
    uint8_t pipes[USB_PIPES][USB_PACKET_MAX];
};

/* One endpoint of a device. */
struct xhci_endpoint {
    unsigned index; /* in the device's contexts, 0: not there */
    struct xhci_ring ring;
    paddr_t first;    /* the block that what runs begins with, or 0 */
    paddr_t data;     /* the block whose event tells of a short packet, or 0 */
    paddr_t last;     /* the block that ends what runs, or 0 */
    size_t requested; /* bytes */
    size_t left;      /* of them, that were not moved */
    int error;        /* that it has halted with, or 0 */
};

enum xhci_halting { /* how far a halted endpoint is on its way back (4.6.8) */
    XHCI_NOT_HALTED,
    XHCI_HALTED,
    XHCI_IS_RESET,
};

/* What the driver keeps of a device. */
struct xhci_device {
    struct usb_device *device; /* NULL: none has it */
    struct xhci_device_memory *memory;
    paddr_t address; /* of `memory` */
    unsigned slot;   /* 0: it has none yet */
    unsigned wanted; /* the command to be given for it, or 0 */
    bool is_leaving;
    enum xhci_halting halting[1 + USB_PIPES];
    struct xhci_endpoint endpoints[1 + USB_PIPES];
};

enum xhci_state {
    XHCI_TAKING_OVER, /* the firmware is asked to let it go */
    XHCI_HALTING,
    XHCI_RESETTING,
    XHCI_RUNNING,
    XHCI_DEAD,
};

struct xhci {
    struct usb_host host; /* the first member: see xhci_of */
    const char *name;
    enum xhci_state state;
    uint64_t deadline; /* of the state, nanoseconds */
    uint64_t not_before;

    volatile uint8_t *registers;
    volatile uint8_t *operational;
    volatile uint8_t *interrupter; /* the first one */
    volatile uint32_t *doorbells;
    size_t legacy; /* the offset of USBLEGSUP, or 0 */
    unsigned context_size;
    unsigned slots;
    unsigned port_count;
    unsigned scratch_count;

    struct xhci_memory *memory;
    paddr_t address; /* of `memory` */
    struct xhci_ring commands;
    struct xhci_events events;

    struct xhci_device *commanding; /* whose command runs, or NULL */
    unsigned command;
    unsigned command_endpoint;
    paddr_t command_block;
    uint64_t command_deadline;

    uint64_t ports_changed; /* a bit for each that has to be looked at */
    struct usb_port ports[XHCI_PORTS_MAX];
};

static inline struct xhci *xhci_of(struct usb_host *host)
{
    return CONTAINER_OF(host, struct xhci, host);
}

static inline uint32_t xhci_read(const volatile uint8_t *base, size_t offset)
{
    return *(const volatile uint32_t *)(base + offset);
}

static inline void xhci_write(volatile uint8_t *base, size_t offset,
                              uint64_t value)
{
    *(volatile uint32_t *)(base + offset) = (uint32_t)value;
}

/* In two halves, the lower first: not all controllers take 64 bits (5.1). */
static inline void xhci_write_64(volatile uint8_t *base, size_t offset,
                                 uint64_t value)
{
    xhci_write(base, offset, value);
    xhci_write(base, offset + 4, value >> 32);
}

/* xhci_memory.c */

/* SIZE zeroed bytes that begin a page, for ever; where they are for the
 * controller in *ADDRESS. NULL when there is no more. */
void *xhci_memory_alloc(size_t size, paddr_t *address);

extern struct xhci_device xhci_devices[USB_DEVICES_MAX];
struct xhci_device *xhci_device_of(struct usb_device *device);

/* The device of XHCI that has SLOT, or NULL. */
struct xhci_device *xhci_device_in(const struct xhci *xhci, unsigned slot);

/* xhci.c: XHCI is of no use any more, and its devices go. */
void xhci_fail(struct xhci *xhci, const char *why);

/* xhci_context.c: builds in XHCI's `input` what COMMAND needs. */
void xhci_build_input(struct xhci *xhci, struct xhci_device *device,
                      unsigned command);

/* xhci_command.c */
void xhci_commands_poll(struct xhci *xhci, uint64_t now);
void xhci_command_event(struct xhci *xhci, const struct xhci_trb *event);

/* xhci_transfer.c */
void xhci_transfer_event(struct xhci *xhci, const struct xhci_trb *event);
/* The endpoint NUMBER of DEVICE, which had halted, works again. */
void xhci_endpoint_is_back(struct xhci_device *device, unsigned number);

/* xhci_port.c */
void xhci_ports_start(struct xhci *xhci);
void xhci_port_event(struct xhci *xhci, const struct xhci_trb *event);
void xhci_ports_poll(struct xhci *xhci);
