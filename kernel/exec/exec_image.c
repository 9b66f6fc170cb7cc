/* The segments of an ELF file in a new address space, as Linux's
 * fs/binfmt_elf.c maps them. */
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/base.h"
#include "kernel/exec/exec_priv.h"
#include "kernel/file.h"
#include "kernel/lib.h"

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
    return rights | EXEC_ALL_MAY | account;
}

static uint64_t in_page(uint64_t address)
{
    return address % PAGE_SIZE;
}

int64_t exec_map_file_part(struct exec *exec, const struct loading *loading)
{
    const struct elf_segment *segment = loading->segment;
    uint64_t size =
        align_up(segment->file_size + in_page(segment->vaddr), PAGE_SIZE);
    if (size == 0) {
        return (int64_t)align_down(loading->address, PAGE_SIZE);
    }
    struct aspace_request request = {
        .address = (loading->placement & ASPACE_FIXED) != 0
                       ? align_down(loading->address, PAGE_SIZE)
                       : aspace_round_hint(loading->address),
        .length = MAX(size, align_up(loading->room, PAGE_SIZE)),
        .area_flags = segment_flags(exec, segment),
        .placement = loading->placement,
        .file = loading->file,
        .file_page = segment->file_offset / PAGE_SIZE,
    };

    if (segment->file_offset > INT64_MAX - request.length) {
        return aspace_refuse(-EOVERFLOW, "past the end of the largest file");
    }
    int error = inode_object(loading->file->inode, &request.object);
    int64_t address = error != 0 ? error : aspace_map(exec->aspace, &request);
    if (address < 0 || request.length == size) {
        return address;
    }
    error = aspace_unmap(exec->aspace, (uaddr_t)address + size,
                         request.length - size);
    return error != 0 ? error : address;
}

/* The file's last page may hold more than the segment wants: that becomes zero.
 * Where it can't be written or is past the file's end, it stays as it is, as
 * padzero leaves it. Returns 0 or -ENOMEM. */
static int clear_tail(struct exec *exec, uaddr_t start, uaddr_t end)
{
    int error = aspace_clear(exec->aspace, start, end - start);
    return error == -ENOMEM ? error : 0;
}

/* Whatever the segment's rights are: Linux's vm_brk_flags. */
int exec_map_zeroes(struct exec *exec, int prot, uaddr_t start, uaddr_t end)
{
    bool is_code =
        (prot & PROT_EXEC) != 0 || exec->aspace->reading_is_executing;
    struct aspace_request request = {
        .address = start,
        .length = end - start,
        .area_flags = AREA_READ | AREA_WRITE | EXEC_ALL_MAY | AREA_ACCOUNT |
                      (is_code ? AREA_EXEC : 0),
        .placement = ASPACE_FIXED | ASPACE_AS_BRK,
    };

    int64_t address = start < end ? aspace_map(exec->aspace, &request) : 0;
    return address < 0 ? (int)address : 0;
}

/* What lies behind the file's part of SEGMENT, whose first page is at PAGE.
 * Returns 0 or -EXXX. */
static int load_zeroes(struct exec *exec, const struct elf_segment *segment,
                       uaddr_t page)
{
    uaddr_t first = page + in_page(segment->vaddr);
    uaddr_t file_end = first + segment->file_size;
    uaddr_t end = align_up(first + segment->memory_size, PAGE_SIZE);

    if (segment->file_size == 0) {
        return exec_map_zeroes(exec, segment->prot, page, end);
    }
    uaddr_t zeroes = align_up(file_end, PAGE_SIZE);
    int error = clear_tail(exec, file_end, zeroes);
    return error != 0 ? error
                      : exec_map_zeroes(exec, segment->prot, zeroes, end);
}

/* Maps one segment: Linux's elf_load. Returns the address of its first page or
 * -EXXX. */
static int64_t load_segment(struct exec *exec, const struct loading *loading)
{
    const struct elf_segment *segment = loading->segment;
    int64_t page = (int64_t)align_down(loading->address, PAGE_SIZE);

    if (segment->file_size > 0) {
        page = exec_map_file_part(exec, loading);
    }
    if (page < 0 || segment->memory_size == segment->file_size) {
        return page;
    }
    int error = load_zeroes(exec, segment, (uaddr_t)page);
    return error != 0 ? error : page;
}

/* Where a PIE of a larger alignment than a page begins: at the multiple of it
 * below the place that it had without one. Returns 0 or -EXXX. */
static int find_aligned_base(struct exec *exec, const struct loading *loading,
                             uaddr_t *base)
{
    int64_t place = load_segment(exec, loading);

    if (place < 0) {
        return (int)place;
    }
    *base = align_down((uaddr_t)place, exec->image.alignment);
    return aspace_unmap(exec->aspace, (uaddr_t)place, loading->room);
}

/* Linux's ELF_ET_DYN_BASE, of either class, which need not be a page's. */
static uaddr_t pie_base(const struct exec *exec)
{
    uaddr_t end = exec->aspace->end;

    return exec->image.is_64 ? end / 3 * 2
                             : align_up(end / 3, PAGE_SIZE) + 16 * MIB;
}

static uaddr_t random_pie_base(const struct exec *exec)
{
    return pie_base(exec) + exec_random_pages(exec, exec->image.is_64
                                                        ? MMAP_RANDOM_PAGES_64
                                                        : MMAP_RANDOM_PAGES_32);
}

/* Loads the first segment of a PIE and sets the bias: where all of it has room,
 * like any mapping, or far from these, if an interpreter is to go there. */
static int load_first_of_pie(struct exec *exec,
                             const struct elf_segment *segment)
{
    const struct elf_image *image = &exec->image;
    struct loading loading = {
        .file = exec->file,
        .segment = segment,
        .room = image->end - image->start,
    };
    uaddr_t base = 0;

    if (loading.room == 0) {
        return aspace_refuse(-EINVAL, "all segments are empty");
    }
    if (exec->interpreter != NULL) {
        base = align_down(random_pie_base(exec), image->alignment);
        loading.placement = ASPACE_FIXED | ASPACE_NOREPLACE;
    } else if (image->alignment > PAGE_SIZE) {
        int error = find_aligned_base(exec, &loading, &base);
        if (error != 0) {
            return error;
        }
        loading.placement = ASPACE_FIXED | ASPACE_NOREPLACE;
    }
    exec->aspace->bias = align_down(base - segment->vaddr, PAGE_SIZE);
    loading.address = exec->aspace->bias + segment->vaddr;
    int64_t page = load_segment(exec, &loading);
    if (page < 0) {
        return (int)page;
    }
    exec->aspace->bias +=
        (uaddr_t)page - align_down(loading.address, PAGE_SIZE);
    return 0;
}

/* Loads a segment at its address, moved by the bias. */
static int load_fixed(struct exec *exec, const struct elf_segment *segment,
                      unsigned placement)
{
    const struct loading loading = {
        .file = exec->file,
        .segment = segment,
        .address = exec->aspace->bias + segment->vaddr,
        .placement = placement,
    };
    int64_t page = load_segment(exec, &loading);
    return page < 0 ? (int)page : 0;
}

/* The first segment goes where nothing is, each other one over what is there.
 */
static int load_segments(struct exec *exec)
{
    const struct elf_image *image = &exec->image;
    struct elf_segment segment;
    unsigned index = 0;
    int error = 0;

    if (elf_next_segment(image, &index, &segment)) {
        error = image->is_pie ? load_first_of_pie(exec, &segment)
                              : load_fixed(exec, &segment,
                                           ASPACE_FIXED | ASPACE_NOREPLACE);
    }
    while (error == 0 && elf_next_segment(image, &index, &segment)) {
        error = load_fixed(exec, &segment, ASPACE_FIXED);
    }
    return error;
}

static int load_image(struct exec *exec)
{
    const char *rule = elf_broken_rule(&exec->image, exec->aspace->end);

    if (rule != NULL) {
        return aspace_refuse(-EINVAL, rule);
    }
    int error = load_segments(exec);
    exec->entry = exec->aspace->bias + exec->image.entry;
    if (error == 0) {
        error = exec_map_interpreter(exec);
    }
    return error == 0 && exec->entry >= exec->aspace->end
               ? aspace_refuse(-EINVAL, "the entry is past a program's memory")
               : error;
}

/* The heap of a PIE without interpreter lies apart from it, so that the stack,
 * below which it lies, is not in its way. */
static uaddr_t choose_brk(const struct exec *exec)
{
    const struct elf_image *image = &exec->image;
    bool is_apart = image->is_pie && exec->interpreter == NULL;
    uaddr_t brk = align_up(
        is_apart ? pie_base(exec) : exec->aspace->bias + image->end, PAGE_SIZE);

    if (!exec->is_random || memory_settings.randomize < RANDOMIZE_ALL) {
        return brk;
    }
    if (!is_apart) {
        brk += PAGE_SIZE; /* a gap behind the zeroes */
    }
    return brk + exec_random_pages(exec, image->is_64 ? BRK_RANDOM_PAGES_64
                                                      : BRK_RANDOM_PAGES_32);
}

/* MMAP_PAGE_ZERO: page 0 can be read, as on System V. Linux, too, goes on
 * without it. */
static void map_page_zero(struct exec *exec)
{
    const struct aspace_request request = {
        .length = PAGE_SIZE,
        .area_flags = AREA_READ | AREA_EXEC | EXEC_ALL_MAY,
        .placement = ASPACE_FIXED,
    };

    aspace_map(exec->aspace, &request);
}

int exec_map_image(struct exec *exec)
{
    const struct elf_image *image = &exec->image;
    struct aspace *aspace = exec->aspace;

    (void)aspace_take_refusal();
    int error = load_image(exec);
    if (error != 0) {
        const char *rule = aspace_take_refusal();
        log_warn("exec: %s: %s", exec->name,
                 rule != NULL ? rule : errno_name(-error));
        return error;
    }
    if (exec->has_page_zero) {
        map_page_zero(exec);
    }
    aspace->data_size = image->data_end - image->data_start;
    aspace->brk_start = choose_brk(exec);
    aspace->brk = aspace->brk_start;
    return 0;
}
