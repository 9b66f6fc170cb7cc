/* /proc: what the kernel says of itself and of its processes, as text that is
 * made when it is read. */
#pragma once

/* Makes /proc. Called once, after the initrd is read. COMMAND_LINE is the
 * kernel's, and must stay where it is. */
void proc_init(const char *command_line);
