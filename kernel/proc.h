/* /proc: what the kernel says of itself and of its processes, as text that is
 * made when it is read.
 *
 * The room owns the inodes below /proc and nothing of what they tell. It uses
 * kernel/file/, whose seq_text.h makes the text, kernel/process/ and mm/. Read
 * kernel/proc/proc.c first: the directory as a table.
 */
#pragma once

#include "kernel/file.h"

/* Makes /proc. Called once, after the initrd is read. COMMAND_LINE is the
 * kernel's, and must stay where it is. */
void proc_init(const char *command_line);

/* How many directories PLACE has beside its children: a thread's each. */
unsigned proc_thread_links(struct place place);

/* What stat shows of PLACE, should it be the link of a descriptor. */
struct proc_link {
    uint32_t mode;
    uint64_t size;
};
struct proc_link proc_descriptor_link(struct place place);
