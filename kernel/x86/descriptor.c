/* Segment descriptors of programs. */
#include "kernel/x86/descriptor.h"

#include "kernel/lib.h"

/* SDM vol. 3A, 3.4.5: fields of a segment descriptor's upper half. */
#define DESCRIPTOR_PRESENT  (BIT(15) << 32)
#define DESCRIPTOR_DPL3     (BIT(13) | BIT(14)) << 32
#define DESCRIPTOR_USER     (BIT(12) << 32)
#define DESCRIPTOR_DATA_RW  (BIT(9) << 32)
#define DESCRIPTOR_AVL      (BIT(20) << 32) /* no meaning to the CPU */
#define DESCRIPTOR_32       (BIT(22) << 32)
#define DESCRIPTOR_PAGES    (BIT(23) << 32)
#define DESCRIPTOR_ACCESSED (BIT(8) << 32)

/* Of user_desc's `contents` in a descriptor. */
#define CONTENTS_SHIFT      42

bool descriptor_is_blank(const struct user_desc *d)
{
    return d->base_addr == 0 && d->limit == 0 && d->contents == 0 &&
           d->seg_32bit == 0 && d->limit_in_pages == 0 && d->useable == 0;
}

uint64_t descriptor_make(const struct user_desc *d)
{
    uint64_t base = d->base_addr;
    uint64_t limit = d->limit;
    uint64_t descriptor = (limit & 0xffff) | (base & 0xffffff) << 16 |
                          (limit >> 16 & 0xf) << 48 | (base >> 24) << 56;

    descriptor |= DESCRIPTOR_USER | DESCRIPTOR_DPL3 | DESCRIPTOR_ACCESSED;
    descriptor |= d->seg_not_present ? 0 : DESCRIPTOR_PRESENT;
    descriptor |= d->read_exec_only ? 0 : DESCRIPTOR_DATA_RW;
    descriptor |= (uint64_t)d->contents << CONTENTS_SHIFT;
    descriptor |= d->useable ? DESCRIPTOR_AVL : 0;
    descriptor |= d->seg_32bit ? DESCRIPTOR_32 : 0;
    descriptor |= d->limit_in_pages ? DESCRIPTOR_PAGES : 0;
    return descriptor;
}

struct user_desc descriptor_describe(uint32_t entry, uint64_t descriptor)
{
    return (struct user_desc){
        .entry_number = entry,
        .base_addr = (uint32_t)(descriptor >> 16 & 0xffffff) |
                     (uint32_t)(descriptor >> 56) << 24,
        .limit = (uint32_t)(descriptor & 0xffff) |
                 (uint32_t)(descriptor >> 48 & 0xf) << 16,
        .seg_32bit = (descriptor & DESCRIPTOR_32) != 0,
        .contents = descriptor >> CONTENTS_SHIFT & 3,
        .read_exec_only = (descriptor & DESCRIPTOR_DATA_RW) == 0,
        .limit_in_pages = (descriptor & DESCRIPTOR_PAGES) != 0,
        .seg_not_present = (descriptor & DESCRIPTOR_PRESENT) == 0,
        .useable = (descriptor & DESCRIPTOR_AVL) != 0,
    };
}
