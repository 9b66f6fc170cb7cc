/* What the CPUs have at hand: magazines of pages, filled and emptied by half,
 * so that most single pages come and go without the map's lock. */
#include "mm/byte_map_priv.h"

/* Lets the magazine hold pages. Under its lock and the map's. */
static void open_magazine(struct magazine *magazine)
{
    unsigned cpu = (unsigned)(magazine - byte_map.magazines);
    magazine->size = byte_map.magazine_size;
    STORE(byte_map.cpu_count, MAX(byte_map.cpu_count, cpu + 1));
}

size_t byte_map_refill_magazine(struct magazine *magazine, uint8_t state)
{
    if (byte_map.magazine_size == 0 || LOAD(byte_map.free_count) == 0) {
        return NO_PAGE;
    }
    spin_lock(&magazine->lock);
    spin_lock(&byte_map.lock);
    open_magazine(magazine);
    size_t page = byte_map_take_page(state);
    while (magazine->count < magazine->size / 2) {
        size_t next = byte_map_take_page(BYTE_MAP_HELD);
        if (next == NO_PAGE) {
            break;
        }
        magazine->pages[magazine->count] = (uint32_t)next;
        STORE(magazine->count, magazine->count + 1);
        STORE(byte_map.magazines_hold, true);
    }
    spin_unlock(&byte_map.lock);
    spin_unlock(&magazine->lock);
    return page;
}

/* Puts pages back until COUNT are left. Under the magazine's lock and the
 * map's. */
static void shrink(struct magazine *magazine, uint32_t count)
{
    while (magazine->count > count) {
        STORE(magazine->count, magazine->count - 1);
        byte_map_put_pages(magazine->pages[magazine->count], 1);
    }
}

void byte_map_flush_magazine(struct magazine *magazine)
{
    if (byte_map.magazine_size == 0) {
        return;
    }
    spin_lock(&magazine->lock);
    spin_lock(&byte_map.lock);
    open_magazine(magazine);
    shrink(magazine, magazine->size / 2);
    spin_unlock(&byte_map.lock);
    spin_unlock(&magazine->lock);
}

void byte_map_lock_all(void)
{
    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        spin_lock(&byte_map.magazines[cpu].lock);
    }
    spin_lock(&byte_map.lock);
}

void byte_map_lock_and_drain(void)
{
    byte_map_lock_all();
    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        shrink(&byte_map.magazines[cpu], 0);
    }
    frame_drain();
    STORE(byte_map.magazines_hold, false);
}

void byte_map_unlock_all(void)
{
    spin_unlock(&byte_map.lock);
    for (unsigned cpu = CPUS_MAX; cpu-- > 0;) {
        spin_unlock(&byte_map.magazines[cpu].lock);
    }
}
