/* What programs find: their open files, and ids that can't be told. */
#pragma once

#define STDIN_FILENO  0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

/* Linux's overflowuid and overflowgid. */
#define ID_OVERFLOW   65534
