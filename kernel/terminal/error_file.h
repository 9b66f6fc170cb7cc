/* The console's line for errors as a file, /dev/hvc1: process 1 begins with it
 * as its standard error. */
#pragma once

/* Makes the device known, if the console has such a line. */
void error_file_init(void);
