/* Rings of transfer request blocks, by which xHCI controllers and their drivers
 * talk: who owns a block is told by its cycle bit, whose meaning turns over
 * each time round. (xHCI 1.2, 4.9.) Pure.
 *
 * The controller can write its ring at any moment; each word of an event is
 * read once. */
#pragma once

#include "kernel/lib.h"

struct xhci_trb {
    uint64_t parameter;
    uint32_t status;
    uint32_t control;
};
static_assert(sizeof(struct xhci_trb) == 16, "xHCI 1.2, 4.11.1");

/* In `control` (6.4). */
#define XHCI_TRB_CYCLE      (1u << 0)
#define XHCI_TRB_TYPE_SHIFT 10
#define XHCI_TRB_TYPE       (0x3fu << XHCI_TRB_TYPE_SHIFT)
#define XHCI_TRB_LINK       6u

/* A ring that the driver fills: of commands, or of one endpoint. */
struct xhci_ring {
    volatile struct xhci_trb *trbs;
    paddr_t address;
    unsigned count; /* of blocks; the last one leads back to the first */
    unsigned next;  /* where the next block goes */
    bool cycle;     /* of the next block */
};

/* Lays an empty ring of COUNT blocks out in MEMORY at ADDRESS. */
void xhci_ring_init(struct xhci_ring *ring, void *memory, paddr_t address,
                    unsigned count);

/* Gives the controller a block; CONTROL is without its cycle bit. The caller
 * sees to it that there are fewer than COUNT - 1 that are not done. Returns the
 * block's address. */
paddr_t xhci_ring_push(struct xhci_ring *ring, uint64_t parameter,
                       uint32_t status, uint32_t control);

/* Where the controller shall go on, for Set TR Dequeue Pointer and contexts:
 * the next block's address, and its cycle bit. */
uint64_t xhci_ring_dequeue(const struct xhci_ring *ring);

/* A ring that the controller fills. */
struct xhci_events {
    const volatile struct xhci_trb *trbs;
    paddr_t address;
    unsigned count;
    unsigned next;
    bool cycle;
};

/* MEMORY is zeroed. */
void xhci_events_init(struct xhci_events *events, const void *memory,
                      paddr_t address, unsigned count);

/* Takes the next event, if there is one. Returns whether there was. */
bool xhci_events_take(struct xhci_events *events, struct xhci_trb *event);

/* The address of the event that xhci_events_take would take. */
paddr_t xhci_events_dequeue(const struct xhci_events *events);
