/* The operations that random runs are made of. */
#pragma once

#include "test/conformance/draw.h"

/* Draws one operation and does it. Returns a range to touch. */
struct range operation_do(void);

/* The same with MAP_HUGETLB; says what the pool has then. operation_huge.c: */
struct range operation_do_huge(void);

/* Reads, writes or executes a page of RANGE; what is written is VALUE. */
void operation_touch(struct range range, uint32_t value);

/* The operations; each returns a range to touch. operation_map.c: */
struct range operation_map_at_place(void);
struct range operation_map_anywhere(void);
struct range operation_unmap(void);
struct range operation_protect(void);
struct range operation_remap(void);
/* operation_other.c: */
struct range operation_advise(void);
struct range operation_ask_resident(void);
struct range operation_synchronise(void);
struct range operation_lock(void);
struct range operation_lock_all(void);
struct range operation_change_break(void);
struct range operation_change_heap(void);
struct range operation_change_limit(void);
struct range operation_remap_file(void);
struct range operation_read_file(void);
struct range operation_change_personality(void);
