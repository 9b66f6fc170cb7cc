/* The segments of an ELF file in a new address space, as Linux's
 * fs/binfmt_elf.c maps them. */
#include "kernel/abi/errno.h"
#include "kernel/exec/exec_priv.h"

#define ALL_MAY             (AREA_MAY_READ | AREA_MAY_WRITE | AREA_MAY_EXEC)

/* Pages by which the heap may begin later, when addresses are random (Linux's
 * arch_randomize_brk). */
#define BRK_RANDOM_PAGES_64 (GIB / PAGE_SIZE)
#define BRK_RANDOM_PAGES_32 (32 * MIB / PAGE_SIZE)

static uint32_t segment_flags(const struct exec *exec,
                              const struct elf_segment *segment)
{
    uint32_t rights = (uint32_t)segment->prot & AREA_RIGHTS;
    if (exec->aspace->reading_is_executing && (rights & AREA_READ) != 0) {
        rights |= AREA_EXEC;
    }
    uint32_t account = (rights & AREA_WRITE) != 0 ? AREA_ACCOUNT : 0;
    return rights | ALL_MAY | account;
}

static int map_fixed(struct exec *exec, const struct aspace_request *request)
{
    int64_t address = aspace_map(exec->aspace, request);
    return address < 0 ? (int)address : 0;
}

/* The part of a segment that the file holds. The last page may hold more of
 * the file than the segment wants: that becomes zero where it is writable. */
static int map_file_part(struct exec *exec, const struct elf_segment *segment,
                         uaddr_t file_end)
{
    uaddr_t start = exec->aspace->bias + segment->start;
    uaddr_t end = align_up(file_end, PAGE_SIZE);
    uint64_t in_page = segment->vaddr - segment->start;
    struct aspace_request request = {
        .address = start,
        .length = end - start,
        .area_flags = segment_flags(exec, segment),
        .placement = ASPACE_FIXED,
        .file = exec->file,
        .file_page = (segment->file_offset - in_page) / PAGE_SIZE,
    };
    int error = map_fixed(exec, &request);
    bool has_tail = segment->memory_size > segment->file_size;
    if (error == 0 && has_tail &&
        (segment_flags(exec, segment) & AREA_WRITE) != 0) {
        error = aspace_clear(exec->aspace, file_end, end - file_end);
    }
    return error;
}

static int map_segment(struct exec *exec, const struct elf_segment *segment)
{
    uaddr_t file_end = exec->aspace->bias + segment->vaddr + segment->file_size;
    uaddr_t end = exec->aspace->bias + segment->end;
    uaddr_t zero_start = exec->aspace->bias + segment->start;
    int error = 0;

    if (segment->file_size > 0) {
        error = map_file_part(exec, segment, file_end);
        zero_start = align_up(file_end, PAGE_SIZE);
    }
    if (error != 0 || zero_start >= end) {
        return error;
    }
    struct aspace_request request = {
        .address = zero_start,
        .length = end - zero_start,
        .area_flags = segment_flags(exec, segment),
        .placement = ASPACE_FIXED,
    };
    return map_fixed(exec, &request);
}

/* A place for all of a PIE, like any mapping's. */
static int choose_bias(struct exec *exec)
{
    struct aspace_request request = {
        .length = exec->image.end - exec->image.start,
        .area_flags = ALL_MAY,
        .file = exec->file,
    };
    int64_t address = aspace_map(exec->aspace, &request);
    if (address < 0) {
        return (int)address;
    }
    exec->aspace->bias = (uaddr_t)address - exec->image.start;
    return aspace_unmap(exec->aspace, (uaddr_t)address, request.length);
}

int exec_map_image(struct exec *exec)
{
    const struct elf_image *image = &exec->image;
    int error = image->is_pie ? choose_bias(exec) : 0;

    for (size_t i = 0; error == 0 && i < image->segment_count; i++) {
        error = map_segment(exec, &image->segments[i]);
    }
    uint64_t shift = exec_random_pages(
        exec, image->is_64 ? BRK_RANDOM_PAGES_64 : BRK_RANDOM_PAGES_32);
    uaddr_t brk =
        align_up(exec->aspace->bias + image->brk_start, PAGE_SIZE) + shift;
    exec->aspace->brk_start = brk;
    exec->aspace->brk = brk;
    return error;
}
