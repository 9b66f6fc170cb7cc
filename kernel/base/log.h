/* Where the log goes, and what it remembers. Writing to it is log.h in
 * kernel/lib. */
#pragma once

#include "kernel/base/option.h"
#include "kernel/lib.h"

/* What the ring keeps: the last this many bytes of the log, of all levels. */
#define LOG_RING_SIZE (64u << 10)

/* Sends the log to SINK, from LEVEL upwards in weight. What the ring holds
 * already is sent first. Until this is called the ring alone is written. */
void log_start(enum option_log sink, enum log_level level);

/* From now on every line goes to the console too: a panic's. */
void log_to_console(void);

/* Copies up to SIZE bytes of the ring, from its OFFSETth byte. Returns how
 * many. */
size_t log_ring_read(size_t offset, void *to, size_t size);
