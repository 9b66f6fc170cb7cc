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

/* How many bytes were written to the log so far. */
size_t log_written(void);

/* Copies up to SIZE bytes of the ring, from byte START of all that was written
 * on, or from the oldest that is kept. Returns how many. */
size_t log_read_from(size_t start, void *to, size_t size);

/* Shows all that the ring keeps on the screen alone, as if it were written
 * anew. */
void log_show_on_screen(void);

/* Copies up to SIZE bytes of the ring, from its OFFSETth byte. Returns how
 * many. */
size_t log_ring_read(size_t offset, void *to, size_t size);
