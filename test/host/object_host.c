/* Memory for objects in host tests: frames that lie one behind the other, so
 * that each has a word of its own (test/host/include/mm/frame_info.h). */
#include "test/host/object_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/lib.h"
#include "kernel/lib/panic.h"
#include "mm/fault_injection.h"
#include "mm/frame_info.h"
#include "mm/layout.h"
#include "mm/object_priv.h"

#define FRAMES_MAX 4096

uint32_t fault_injection_left;
uint32_t host_frame_info[HOST_FRAMES];
size_t host_frames;
size_t host_frames_left = SIZE_MAX;
size_t host_reclaims;

static uint8_t arena[FRAMES_MAX][FRAME_SIZE]
    __attribute__((aligned(FRAME_SIZE)));
static bool is_used[FRAMES_MAX];
static size_t next;

void panic(const char *format, ...)
{
    fputs(format, stderr);
    abort();
}

bool fault_injection_strikes(void)
{
    return false;
}

/* No object of these tests is of MAP_HUGETLB. */
void object_huge_drop(struct memory_object *object, uint64_t word)
{
    (void)object;
    (void)word;
    abort();
}

/* The frame that was free for longest, with rubbish in it. */
paddr_t frame_alloc(enum byte_map_owner owner)
{
    (void)owner;
    if (host_frames_left == 0 && host_reclaims > 0) {
        host_frames_left += object_reclaim(host_reclaims);
    }
    if (host_frames_left == 0 || host_frames == FRAMES_MAX) {
        return PADDR_NONE;
    }
    while (is_used[next]) {
        next = (next + 1) % FRAMES_MAX;
    }
    paddr_t frame = direct_map_address(arena[next]);
    is_used[next] = true;
    memset(arena[next], 0xa5, FRAME_SIZE);
    *frame_info(frame) = 0xa5a5a5a5;
    next = (next + 1) % FRAMES_MAX;
    host_frames_left--;
    host_frames++;
    return frame;
}

int frame_free(paddr_t frame)
{
    size_t index =
        (size_t)((uint8_t *)direct_map(frame) - arena[0]) / FRAME_SIZE;

    if (index >= FRAMES_MAX || !is_used[index]) {
        abort();
    }
    is_used[index] = false;
    memset(arena[index], 0x5a, FRAME_SIZE);
    host_frames--;
    return 0;
}

paddr_t frame_of_zeros(void)
{
    static uint8_t zeros[FRAME_SIZE] __attribute__((aligned(FRAME_SIZE)));

    return direct_map_address(zeros);
}
