/* /dev/kmsg: programs' own lines in the kernel's log. */
#pragma once

/* Makes the device known. To be called before the initrd is read. */
void kmsg_init(void);
