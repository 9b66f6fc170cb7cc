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
