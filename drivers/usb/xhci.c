/* Controllers, from the firmware's hands to ports that are looked at. (xHCI
 * 1.2, 4.2.) Every wait is a state with a deadline. */
#include "drivers/usb/xhci.h"

#include "drivers/usb/xhci_priv.h"
#include "kernel/abi/errno.h"
#include "kernel/lib.h"

#define HOSTS_MAX           8u

/* Capability registers (5.3). */
#define CAPABILITY_LENGTH   0x00 /* in its first byte */
#define CAPABILITY_SLOTS    0x04 /* slots, and in its last byte ports */
#define CAPABILITY_SCRATCH  0x08
#define CAPABILITY_FLAGS    0x10
#define CAPABILITY_DOORBELL 0x14
#define CAPABILITY_RUNTIME  0x18
#define CAPABILITY_SIZE_MIN 0x20u

#define SCRATCH_LOW_SHIFT   27
#define SCRATCH_HIGH_SHIFT  21
#define SCRATCH_BITS        0x1fu
#define FLAG_BIG_CONTEXTS   BIT(2)
#define EXTENDED_SHIFT      16
#define PAGE_SIZES          0x08 /* operational: bit 0 for 4 KiB */

/* Interrupter 0 (5.5.2), in the runtime registers. */
#define INTERRUPTER_0       0x20
#define EVENT_SEGMENTS      0x08
#define EVENT_TABLE         0x10
#define EVENT_DEQUEUE       0x18
#define EVENT_BUSY          BIT(3)

/* Extended capabilities (7.1 and table 7-1). */
#define EXTENDED_ID         0xffu
#define EXTENDED_NEXT_SHIFT 8
#define EXTENDED_MAX        64u /* that are looked at */
#define LEGACY_ID           1u
#define LEGACY_FIRMWARE     BIT(16)
#define LEGACY_SYSTEM       BIT(24)
#define LEGACY_CONTROL      4 /* behind it: what interrupts the firmware */
#define LEGACY_EVENTS       0xe0000000u

#define MILLISECOND         1000000ull
#define TAKE_OVER_TIME      (1000 * MILLISECOND)
#define HALT_TIME           (100 * MILLISECOND) /* 16 ms: 5.4.1.1 */
#define RESET_TIME          (1000 * MILLISECOND)
#define RESET_SILENCE       (1 * MILLISECOND) /* some hang when asked earlier */

/* Of what devices that answer at once may bring in one look. */
#define EVENTS_MAX          64u
#define ROUNDS_MAX          8u

static struct xhci hosts[HOSTS_MAX];
static unsigned host_count;

static bool is_within(size_t offset, size_t size)
{
    return offset <= XHCI_REGISTERS_MAX && size <= XHCI_REGISTERS_MAX - offset;
}

static size_t find_legacy(const struct xhci *xhci)
{
    size_t offset =
        xhci_read(xhci->registers, CAPABILITY_FLAGS) >> EXTENDED_SHIFT << 2;

    for (unsigned i = 0; i < EXTENDED_MAX && offset != 0; i++) {
        if (!is_within(offset, 2 * sizeof(uint32_t))) {
            break;
        }
        uint32_t capability = xhci_read(xhci->registers, offset);
        if ((capability & EXTENDED_ID) == LEGACY_ID) {
            return offset;
        }
        size_t next = capability >> EXTENDED_NEXT_SHIFT & EXTENDED_ID;
        offset = next != 0 ? offset + next * sizeof(uint32_t) : 0;
    }
    return 0;
}

/* Finds out what the registers say of themselves. Returns false where that
 * can't be. */
static bool read_capabilities(struct xhci *xhci)
{
    volatile uint8_t *registers = xhci->registers;
    uint32_t slots = xhci_read(registers, CAPABILITY_SLOTS);
    uint32_t scratch = xhci_read(registers, CAPABILITY_SCRATCH);
    uint32_t flags = xhci_read(registers, CAPABILITY_FLAGS);
    size_t length = xhci_read(registers, CAPABILITY_LENGTH) & UINT8_MAX;
    size_t doorbells = xhci_read(registers, CAPABILITY_DOORBELL) & ~3u;
    size_t runtime = xhci_read(registers, CAPABILITY_RUNTIME) & ~31u;

    xhci->slots = slots & UINT8_MAX;
    xhci->port_count = MIN(slots >> 24, XHCI_PORTS_MAX);
    xhci->scratch_count = (scratch >> SCRATCH_HIGH_SHIFT & SCRATCH_BITS) << 5 |
                          (scratch >> SCRATCH_LOW_SHIFT & SCRATCH_BITS);
    xhci->context_size = (flags & FLAG_BIG_CONTEXTS) != 0 ? 64 : 32;
    if (slots == XHCI_ABSENT || xhci->slots == 0 || xhci->port_count == 0 ||
        length < CAPABILITY_SIZE_MIN ||
        !is_within(length, XHCI_PORTS + XHCI_PORTS_MAX * XHCI_PORT_SIZE) ||
        !is_within(doorbells, (XHCI_SLOTS_MAX + 1) * sizeof(uint32_t)) ||
        !is_within(runtime, 2 * INTERRUPTER_0)) {
        return false;
    }
    xhci->operational = registers + length;
    xhci->doorbells = (volatile uint32_t *)(registers + doorbells);
    xhci->interrupter = registers + runtime + INTERRUPTER_0;
    xhci->legacy = find_legacy(xhci);
    return true;
}

static bool alloc_scratch(struct xhci *xhci)
{
    paddr_t address;

    if (xhci->scratch_count > XHCI_SCRATCH_MAX) {
        return false;
    }
    for (unsigned i = 0; i < xhci->scratch_count; i++) {
        if (xhci_memory_alloc(FRAME_SIZE, &address) == NULL) {
            return false;
        }
        xhci->memory->scratch[i] = address;
    }
    if (xhci->scratch_count != 0) {
        xhci->memory->contexts[0] =
            xhci->address + offsetof(struct xhci_memory, scratch);
    }
    return true;
}

static void enter(struct xhci *xhci, enum xhci_state state, uint64_t now,
                  uint64_t limit)
{
    xhci->state = state;
    xhci->deadline = now + limit;
}

static void begin_take_over(struct xhci *xhci)
{
    xhci->state = XHCI_TAKING_OVER;
    xhci->deadline = 0; /* set at the first look, when there is time */
    if (xhci->legacy != 0) {
        uint32_t legacy = xhci_read(xhci->registers, xhci->legacy);
        xhci_write(xhci->registers, xhci->legacy, legacy | LEGACY_SYSTEM);
    }
}

int xhci_add(volatile void *registers, const char *name)
{
    if (host_count == HOSTS_MAX) {
        return -ENOMEM;
    }
    struct xhci *xhci = &hosts[host_count];
    *xhci = (struct xhci){.registers = registers, .name = name};
    if (!read_capabilities(xhci)) {
        return -EINVAL;
    }
    xhci->memory = xhci_memory_alloc(sizeof(*xhci->memory), &xhci->address);
    if (xhci->memory == NULL || !alloc_scratch(xhci)) {
        return -ENOMEM;
    }
    host_count++;
    begin_take_over(xhci);
    return 0;
}

void xhci_fail(struct xhci *xhci, const char *why)
{
    log_warn("usb: the xHCI at %s %s: not used any more", xhci->name, why);
    xhci->state = XHCI_DEAD;
    xhci->commanding = NULL;
    xhci_write(xhci->operational, XHCI_COMMAND, 0);
    for (unsigned i = 0; i < xhci->port_count; i++) {
        if (xhci->ports[i].device != NULL) {
            usb_detach(xhci->ports[i].device);
        }
    }
}

/* The firmware has let go, or has had its time. It is told nothing more. */
static void take_over(struct xhci *xhci, uint64_t now)
{
    if (xhci->deadline == 0) {
        xhci->deadline = now + TAKE_OVER_TIME;
    }
    if (xhci->legacy != 0) {
        uint32_t legacy = xhci_read(xhci->registers, xhci->legacy);
        if ((legacy & LEGACY_FIRMWARE) != 0 && now < xhci->deadline) {
            return;
        }
        xhci_write(xhci->registers, xhci->legacy,
                   (legacy | LEGACY_SYSTEM) & ~LEGACY_FIRMWARE);
        xhci_write(xhci->registers, xhci->legacy + LEGACY_CONTROL,
                   LEGACY_EVENTS);
    }
    uint32_t command = xhci_read(xhci->operational, XHCI_COMMAND);
    xhci_write(xhci->operational, XHCI_COMMAND, command & ~XHCI_COMMAND_RUN);
    enter(xhci, XHCI_HALTING, now, HALT_TIME);
}

static void halt(struct xhci *xhci, uint64_t now)
{
    uint32_t status = xhci_read(xhci->operational, XHCI_STATUS);

    if ((status & XHCI_STATUS_HALTED) == 0) {
        if (now >= xhci->deadline) {
            xhci_fail(xhci, "does not halt");
        }
        return;
    }
    xhci_write(xhci->operational, XHCI_COMMAND, XHCI_COMMAND_RESET);
    enter(xhci, XHCI_RESETTING, now, RESET_TIME);
    xhci->not_before = now + RESET_SILENCE;
}

static void set_rings(struct xhci *xhci)
{
    struct xhci_memory *memory = xhci->memory;
    paddr_t events = xhci->address + offsetof(struct xhci_memory, events);

    xhci_ring_init(&xhci->commands, memory->commands,
                   xhci->address + offsetof(struct xhci_memory, commands),
                   XHCI_COMMANDS);
    xhci_events_init(&xhci->events, memory->events, events, XHCI_EVENTS);
    memory->segment.address = events;
    memory->segment.size = XHCI_EVENTS;
    xhci_write_64(xhci->operational, XHCI_CONTEXTS,
                  xhci->address + offsetof(struct xhci_memory, contexts));
    xhci_write_64(xhci->operational, XHCI_COMMAND_RING,
                  xhci_ring_dequeue(&xhci->commands));
    xhci_write(xhci->interrupter, EVENT_SEGMENTS, 1);
    xhci_write_64(xhci->interrupter, EVENT_DEQUEUE, events);
    xhci_write_64(xhci->interrupter, EVENT_TABLE,
                  xhci->address + offsetof(struct xhci_memory, segment));
}

static void run(struct xhci *xhci, uint64_t now)
{
    if (now < xhci->not_before) {
        return;
    }
    uint32_t command = xhci_read(xhci->operational, XHCI_COMMAND);
    uint32_t status = xhci_read(xhci->operational, XHCI_STATUS);
    if ((command & XHCI_COMMAND_RESET) != 0 ||
        (status & XHCI_STATUS_NOT_READY) != 0) {
        if (now >= xhci->deadline) {
            xhci_fail(xhci, "does not come out of its reset");
        }
        return;
    }
    if ((xhci_read(xhci->operational, PAGE_SIZES) & 1) == 0) {
        xhci_fail(xhci, "knows no pages of 4 KiB");
        return;
    }
    xhci_write(xhci->operational, XHCI_CONFIG, xhci->slots);
    set_rings(xhci);
    xhci_write(xhci->operational, XHCI_COMMAND, XHCI_COMMAND_RUN);
    enter(xhci, XHCI_RUNNING, now, 0);
    log_debug("usb: xHCI at %s, %u ports", xhci->name, xhci->port_count);
    xhci_ports_start(xhci);
}

static void take_event(struct xhci *xhci, const struct xhci_trb *event)
{
    switch ((event->control & XHCI_TRB_TYPE) >> XHCI_TRB_TYPE_SHIFT) {
    case XHCI_TRANSFER_EVENT:
        xhci_transfer_event(xhci, event);
        break;
    case XHCI_COMMAND_EVENT:
        xhci_command_event(xhci, event);
        break;
    case XHCI_PORT_EVENT:
        xhci_port_event(xhci, event);
        break;
    default:
        break;
    }
}

/* Returns whether there was an event. */
static bool take_events(struct xhci *xhci)
{
    struct xhci_trb event;
    unsigned count = 0;

    while (count < EVENTS_MAX && xhci_events_take(&xhci->events, &event)) {
        take_event(xhci, &event);
        count++;
    }
    if (count != 0) {
        xhci_write_64(xhci->interrupter, EVENT_DEQUEUE,
                      xhci_events_dequeue(&xhci->events) | EVENT_BUSY);
    }
    return count != 0;
}

static void go_on(struct xhci *xhci, uint64_t now)
{
    for (unsigned round = 0; round < ROUNDS_MAX; round++) {
        bool has_taken = take_events(xhci);
        if (xhci->ports_changed != 0) {
            xhci_ports_poll(xhci);
        }
        if (xhci->state == XHCI_RUNNING) {
            xhci_commands_poll(xhci, now);
        }
        bool is_quiet = !has_taken && round > 0;
        if (is_quiet || xhci->state != XHCI_RUNNING) {
            break;
        }
    }
}

bool xhci_is_there(void)
{
    return host_count != 0;
}

void xhci_poll(uint64_t now)
{
    for (unsigned i = 0; i < host_count; i++) {
        struct xhci *xhci = &hosts[i];
        switch (xhci->state) {
        case XHCI_TAKING_OVER:
            take_over(xhci, now);
            break;
        case XHCI_HALTING:
            halt(xhci, now);
            break;
        case XHCI_RESETTING:
            run(xhci, now);
            break;
        case XHCI_RUNNING:
            go_on(xhci, now);
            break;
        case XHCI_DEAD:
            break;
        }
    }
}
