/* The end of the machine's work. */
#pragma once

#include "kernel/base/option.h"

/* Ends the machine as END says, after a message. STATUS is of what it was for,
 * as wait4 tells it. Defined by the room that reports. */
NORETURN void machine_end(enum option_end end, int status);
