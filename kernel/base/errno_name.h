/* Names of error numbers, for the log. */
#pragma once

/* "ENOENT" for ENOENT. */
const char *errno_name(int error);
