/* The debugger's door in the kernel: a stub for gdb's remote protocol on a
 * serial port. Without the option `gdb=` all of this does nothing and touches
 * no port.
 *
 * While the machine is stopped the kernel stands still, at whatever place: the
 * stub takes no lock, allocates nothing and calls nothing that does. The room
 * owns its port, its breakpoints and what it has said to gdb. It uses most
 * rooms to show what they have, and kernel/base/debugger.h says what the kernel
 * asks of it. Read kernel/gdb/session.h first, then kernel/gdb/machine.h.
 */
#pragma once

#include "boot/boot_info.h"
#include "kernel/base.h"

/* Reads the options and opens the port. With `gdbwait` stops at once. INFO is
 * what RAM gdb is told of, and stays. */
void gdb_init(const struct boot_info *info);

/* The same for `gdb=usb`, when USB is there; the serial adapter may come later.
 */
void gdb_init_usb(void);

/* From now on the port's interrupt comes, and ^C stops the machine. */
void gdb_listen(void);
