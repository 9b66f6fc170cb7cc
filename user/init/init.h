/* init: process 1. What its files share. */
#pragma once

#include <stdbool.h>

/* Is there a process beside this one that has not ended and is not stopped?
 * Where there is no /proc to tell, the answer is yes. */
bool processes_can_act(void);
