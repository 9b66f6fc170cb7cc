/* /proc: what the kernel says of itself and of its processes, as text that is
 * made when it is read. */
#pragma once

/* Makes /proc. Called once, after the initrd is read. */
void proc_init(void);
