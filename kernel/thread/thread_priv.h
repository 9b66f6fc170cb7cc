/* What the files of this room share. */
#pragma once

#include "kernel/thread/thread.h"

/* Another thread runs: THREAD, which has ended, does not need its stack any
 * more. */
void thread_bury(struct thread *thread);
