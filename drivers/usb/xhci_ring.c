/* Rings and their cycle bits. */
#include "drivers/usb/xhci_ring.h"

#include "kernel/lib.h"

#define LINK_TOGGLE BIT(1) /* the cycle bit turns over behind it (6.4.4.1) */

/* A block's other words are in memory before its cycle bit is. */
static void set_control(volatile struct xhci_trb *trb, uint32_t control)
{
    __atomic_store_n(&trb->control, control, __ATOMIC_RELEASE);
}

void xhci_ring_init(struct xhci_ring *ring, void *memory, paddr_t address,
                    unsigned count)
{
    ASSERT_CMP(count, >=, 2u);
    memset(memory, 0, count * sizeof(struct xhci_trb));
    *ring = (struct xhci_ring){
        .trbs = memory,
        .address = address,
        .count = count,
        .cycle = true,
    };
}

/* The link leads to the first block, and is written anew each time round,
 * because the controller may own it only when we have come this far. */
static void pass_link(struct xhci_ring *ring)
{
    volatile struct xhci_trb *link = &ring->trbs[ring->next];

    link->parameter = ring->address;
    link->status = 0;
    set_control(link, XHCI_TRB_LINK << XHCI_TRB_TYPE_SHIFT |
                          (uint32_t)LINK_TOGGLE |
                          (ring->cycle ? XHCI_TRB_CYCLE : 0));
    ring->next = 0;
    ring->cycle = !ring->cycle;
}

paddr_t xhci_ring_push(struct xhci_ring *ring, uint64_t parameter,
                       uint32_t status, uint32_t control)
{
    paddr_t address = ring->address + ring->next * sizeof(struct xhci_trb);
    volatile struct xhci_trb *trb = &ring->trbs[ring->next];

    trb->parameter = parameter;
    trb->status = status;
    set_control(trb, control | (ring->cycle ? XHCI_TRB_CYCLE : 0));
    ring->next++;
    if (ring->next == ring->count - 1) {
        pass_link(ring);
    }
    return address;
}

uint64_t xhci_ring_dequeue(const struct xhci_ring *ring)
{
    return (ring->address + ring->next * sizeof(struct xhci_trb)) |
           (ring->cycle ? XHCI_TRB_CYCLE : 0);
}

void xhci_events_init(struct xhci_events *events, const void *memory,
                      paddr_t address, unsigned count)
{
    *events = (struct xhci_events){
        .trbs = memory,
        .address = address,
        .count = count,
        .cycle = true,
    };
}

bool xhci_events_take(struct xhci_events *events, struct xhci_trb *event)
{
    const volatile struct xhci_trb *trb = &events->trbs[events->next];
    uint32_t control = __atomic_load_n(&trb->control, __ATOMIC_ACQUIRE);

    if (((control & XHCI_TRB_CYCLE) != 0) != events->cycle) {
        return false;
    }
    *event = (struct xhci_trb){
        .parameter = trb->parameter,
        .status = trb->status,
        .control = control,
    };
    events->next++;
    if (events->next == events->count) {
        events->next = 0;
        events->cycle = !events->cycle;
    }
    return true;
}

paddr_t xhci_events_dequeue(const struct xhci_events *events)
{
    return events->address + events->next * sizeof(struct xhci_trb);
}
