/* Memory for gdb: any address may be asked for, and none may hurt.
 *
 * The kernel's half is touched where it is mapped, by instructions that may
 * fault. A program's half is found through its page table and touched through
 * the direct map; what a program has not touched yet is read from its object.
 */
#include "kernel/gdb/machine.h"
#include "kernel/gdb/machine_byte.h"
#include "kernel/lib.h"
#include "kernel/x86.h"
#include "mm/aspace.h"
#include "mm/page_table.h"

#define CANONICAL_HIGH 0xffff800000000000ull

extern char image_start[], image_end[]; /* linker.ld: physical addresses */

bool memory_load(uint64_t address, uint64_t *value)
{
    uint32_t failed = 1;
    uint64_t loaded = 0;

    __asm__ volatile("1: movq (%[address]), %[loaded]\n"
                     "movl $0, %[failed]\n"
                     "2:\n" FIXUP("1b", "2b")
                     : [failed] "+r"(failed), [loaded] "+r"(loaded)
                     : [address] "r"(address)
                     : "memory");
    *value = loaded;
    return failed == 0;
}

paddr_t memory_root(const struct process *process)
{
    return process != NULL && process->aspace != NULL
               ? process->aspace->root
               : read_cr3() & PTE_ADDRESS;
}

paddr_t memory_walk(paddr_t root, uint64_t address, memory_visit *visit,
                    void *context)
{
    paddr_t table = root;

    if (!pt_is_canonical(address)) {
        return PADDR_NONE;
    }
    for (unsigned level = PT_LEVELS; level > 0; level--) {
        unsigned index = pt_index(address, level);
        uint64_t at = (uintptr_t)direct_map(table) + index * sizeof(uint64_t);
        uint64_t entry;
        if (!memory_load(at, &entry)) {
            return PADDR_NONE;
        }
        if (visit != NULL) {
            visit(context, level, index, entry);
        }
        if ((entry & PTE_PRESENT) == 0) {
            return PADDR_NONE;
        }
        if (level == 1 || (entry & PTE_LARGE) != 0) {
            uint64_t offset = pt_entry_span(level) - 1;
            return (entry & PTE_ADDRESS & ~offset) | (address & offset);
        }
        table = entry & PTE_ADDRESS;
    }
    return PADDR_NONE;
}

static const struct vma *find_area(const struct process *process,
                                   uint64_t address)
{
    if (process == NULL || process->aspace == NULL) {
        return NULL;
    }
    return area_find(&process->aspace->areas, address);
}

/* A byte of a page that the program has not touched yet. */
static bool load_untouched(const struct process *process, uint64_t address,
                           uint8_t *value)
{
    const struct vma *area = find_area(process, address);
    if (area == NULL || (area->flags & AREA_RIGHTS) == 0) {
        return false;
    }
    const struct memory_object *object = area->object;
    uint64_t index = area_index(area, address);
    uint64_t in_page = address & (PAGE_SIZE - 1);
    *value = 0;
    if (object == NULL) {
        return true;
    }
    if (index >= object_pages(object)) {
        return false;
    }
    paddr_t frame = object_find(object, index);
    if (frame != PADDR_NONE) {
        return load_byte((uintptr_t)direct_map(frame) + in_page, value);
    }
    const char *from;
    size_t count = object_first_bytes(object, index, &from);
    return in_page >= count || load_byte((uintptr_t)from + in_page, value);
}

static bool read_byte(const struct process *process, uint64_t address,
                      uint8_t *value)
{
    if (address >= CANONICAL_HIGH) {
        return load_byte(address, value);
    }
    if (address >= USER_END_64) {
        return false;
    }
    paddr_t at = memory_walk(memory_root(process), address, NULL, NULL);
    return at != PADDR_NONE ? load_byte((uintptr_t)direct_map(at), value)
                            : load_untouched(process, address, value);
}

size_t memory_read(const struct process *process, uint64_t address, void *to,
                   size_t size)
{
    uint8_t *bytes = to;
    size_t count = 0;

    while (count < size && address + count >= address &&
           read_byte(process, address + count, &bytes[count])) {
        count++;
    }
    return count;
}

void memory_own(const struct process *process, uint64_t address)
{
    if (process != NULL && process->aspace != NULL && address < USER_END_64) {
        (void)!aspace_own(process->aspace, address);
    }
}

/* The last one that is noted is the leaf. It is shared also where a table above
 * it is. */
static void note_entry(void *context, unsigned level, unsigned index,
                       uint64_t entry)
{
    uint64_t *noted = context;
    uint64_t above = level == PT_LEVELS ? 0 : *noted;

    (void)index;
    *noted = entry | (above & PTE_SHARED);
}

/* Is the page at ADDRESS, whose leaf, or a table above it, has the bits of
 * ENTRY, this program's alone, or one that it may write for others to see? */
static bool is_own(const struct process *process, uint64_t address,
                   uint64_t entry)
{
    const struct vma *area = find_area(process, address);
    bool is_alone = (entry & (PTE_BORROWED | PTE_SHARED)) == 0;

    return is_alone || area == NULL ||
           ((area->flags & AREA_SHARED) != 0 && (entry & PTE_WRITE) != 0);
}

static bool write_byte(const struct process *process, uint64_t address,
                       uint8_t value)
{
    if (address >= CANONICAL_HIGH) {
        return store_byte(address, value);
    }
    if (address >= USER_END_64) {
        return false;
    }
    uint64_t entry = 0;
    paddr_t at = memory_walk(memory_root(process), address, note_entry, &entry);
    if (machine_is_in_user() &&
        (at == PADDR_NONE || !is_own(process, address, entry))) {
        memory_own(process, address);
        at = memory_walk(memory_root(process), address, note_entry, &entry);
    }
    return at != PADDR_NONE && is_own(process, address, entry) &&
           store_byte((uintptr_t)direct_map(at), value);
}

size_t memory_write(const struct process *process, uint64_t address,
                    const void *from, size_t size)
{
    const uint8_t *bytes = from;
    uint64_t cr0 = read_cr0();
    size_t count = 0;

    write_cr0(cr0 & ~CR0_WP);
    while (count < size && address + count >= address &&
           write_byte(process, address + count, bytes[count])) {
        count++;
    }
    write_cr0(cr0);
    return count;
}

size_t target_memory_read(int thread, uint64_t address, void *to, size_t size)
{
    const struct process *process = machine_process(thread);
    size_t count = memory_read(process, address, to, size);

    break_hide(process, address, to, count);
    return count;
}

size_t target_image_read(int thread, uint64_t address, void *to, size_t size)
{
    uint64_t start = (uintptr_t)image_start, end = (uintptr_t)image_end;

    if (address < start || address >= end) {
        return target_memory_read(thread, address, to, size);
    }
    size_t count = memory_read(NULL, DIRECT_MAP_BASE + address, to, size);
    break_hide(NULL, KERNEL_BASE + address, to, count);
    return count;
}

size_t target_memory_write(int thread, uint64_t address, const void *from,
                           size_t size)
{
    const struct process *process = machine_process(thread);
    const uint8_t *bytes = from;
    size_t count = 0;

    while (count < size) {
        uint8_t byte = bytes[count];
        break_keep(process, address + count, &byte, 1);
        if (memory_write(process, address + count, &byte, 1) == 0) {
            break;
        }
        count++;
    }
    return count;
}
