/* xHCI controllers: USB of all speeds, on PCs since 2010. (Intel, eXtensible
 * Host Controller Interface for USB, revision 1.2.)
 *
 * They are looked at at each tick and do not interrupt: which line or message
 * leads where is what real PCs get wrong most. A look that finds nothing is one
 * read of memory. */
#pragma once

#include "kernel/lib.h"

#define XHCI_PCI_CLASS     0x0c0330u /* PCI 3.0, appendix D */

/* All that is looked at of a controller's registers lies within this. */
#define XHCI_REGISTERS_MAX (64u << 10)

/* Memory for controllers and devices, which these read and write, in one piece:
 * at MEMORY for us, at ADDRESS for them. To be called once, before the others.
 */
void xhci_give_memory(void *memory, paddr_t address, size_t size);

/* Begins to start the controller whose registers are mapped at REGISTERS. NAME
 * is how the log calls it, for ever. Returns 0, or -EINVAL when these are no
 * registers of one, -ENOMEM when there is no memory or are too many. */
int xhci_add(volatile void *registers, const char *name) MUST_CHECK;

/* Has one been added? */
bool xhci_is_there(void);

/* Goes on with all controllers at the time NOW, in nanoseconds. */
void xhci_poll(uint64_t now);
