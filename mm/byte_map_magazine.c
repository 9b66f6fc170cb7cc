/* What the CPUs have at hand: magazines of pages, filled and emptied by half,
 * so that most single pages come and go without the map's lock. */
#include "kernel/lib.h"
#include "mm/byte_map_priv.h"

/* Lets pages into the magazine. Under its lock and the map's. */
static void open_magazine(struct magazine *magazine)
{
    unsigned cpu = (unsigned)(magazine - byte_map.magazines);
    STORE(magazine->size, byte_map.magazine_size);
    STORE(byte_map.cpu_count, MAX(byte_map.cpu_count, cpu + 1));
    STORE(byte_map.magazines_hold, true);
}

/* Takes pages in until there are WANTED, of which COUNT are there. Returns how
 * many there are then. */
static uint32_t fill(struct magazine *magazine, uint32_t count, uint32_t wanted)
{
    while (count < wanted) {
        size_t page = byte_map_take_page(BYTE_MAP_HELD);
        if (page == NO_PAGE) {
            break;
        }
        magazine->pages[count++] = (uint32_t)page;
    }
    return count;
}

/* Puts pages back until WANTED are left. Returns how many are. */
static uint32_t shrink(struct magazine *magazine, uint32_t count,
                       uint32_t wanted)
{
    while (count > wanted) {
        byte_map_put_page(magazine->pages[--count]);
    }
    return count;
}

size_t byte_map_refill(enum byte_map_owner owner)
{
    struct magazine *magazine = my_magazine();
    uint32_t count = magazine_lock(magazine);
    spin_lock(&byte_map.lock);
    size_t page = byte_map_take_page(BYTE_MAP_USED | (uint8_t)owner);
    open_magazine(magazine);
    count = fill(magazine, count, magazine->size / 2);
    spin_unlock(&byte_map.lock);
    magazine_unlock(magazine, count);
    return page;
}

int byte_map_flush(void)
{
    struct magazine *magazine = my_magazine();
    uint32_t count = magazine_lock(magazine);
    spin_lock(&byte_map.lock);
    open_magazine(magazine);
    count = shrink(magazine, count, magazine->size / 2);
    spin_unlock(&byte_map.lock);
    magazine_unlock(magazine, count);
    return 0;
}

void byte_map_lock_all(void)
{
    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        struct magazine *magazine = &byte_map.magazines[cpu];
        magazine->locked_count = magazine_lock(magazine);
    }
    spin_lock(&byte_map.lock);
}

void byte_map_lock_and_drain(void)
{
    byte_map_lock_all();
    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        struct magazine *magazine = &byte_map.magazines[cpu];
        magazine->locked_count = shrink(magazine, magazine->locked_count, 0);
        STORE(magazine->size, 0);
    }
    frame_drain();
    STORE(byte_map.magazines_hold, false);
}

void byte_map_unlock_all(void)
{
    spin_unlock(&byte_map.lock);
    for (unsigned cpu = CPUS_MAX; cpu-- > 0;) {
        struct magazine *magazine = &byte_map.magazines[cpu];
        magazine_unlock(magazine, magazine->locked_count);
    }
}

uint32_t byte_map_limit_magazines(uint32_t size)
{
    ASSERT_CMP(size, <=, (uint32_t)MAGAZINE_SIZE);
    byte_map_lock_and_drain();
    uint32_t before = byte_map.magazine_size;
    byte_map.magazine_size = byte_map.is_told ? 0 : size;
    byte_map_unlock_all();
    return before;
}
