/* mmap: what a program asks for, checked in the order of Linux's do_mmap, and
 * the calls that hand their arguments straight to the address space. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/mman.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/mmap.h"

#define ALL_MAY (AREA_MAY_READ | AREA_MAY_WRITE | AREA_MAY_EXEC)

/* Flags that MAP_SHARED_VALIDATE accepts: Linux's LEGACY_MAP_MASK. */
#define KNOWN_FLAGS                                                            \
    (MAP_SHARED | MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_DENYWRITE |    \
     MAP_EXECUTABLE | MAP_UNINITIALIZED | MAP_GROWSDOWN | MAP_LOCKED |         \
     MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK | MAP_HUGETLB |   \
     MAP_32BIT | MAP_HUGE_2MB | MAP_HUGE_1GB)

static_assert(PROT_READ == AREA_READ && PROT_WRITE == AREA_WRITE &&
                  PROT_EXEC == AREA_EXEC,
              "rights have the same values");

static struct aspace *current_aspace(void)
{
    return process_current()->aspace;
}

int64_t sys_brk(uaddr_t wanted)
{
    return (int64_t)aspace_brk(current_aspace(), wanted);
}

static unsigned placement_of(const struct mmap *m)
{
    int flags = m->flags;
    unsigned placement = m->placement;
    int touch = flags & (MAP_POPULATE | MAP_NONBLOCK);

    placement |= (flags & MAP_FIXED) != 0 ? ASPACE_FIXED : 0;
    placement |= (flags & MAP_FIXED_NOREPLACE) != 0
                     ? ASPACE_FIXED | ASPACE_NOREPLACE
                     : 0;
    placement |= (flags & MAP_32BIT) != 0 ? ASPACE_BELOW_2G : 0;
    placement |= touch == MAP_POPULATE ? ASPACE_POPULATE : 0;
    return placement;
}

static uint32_t area_flags_of(const struct mmap *m)
{
    uint32_t rights = (uint32_t)m->prot & AREA_RIGHTS;
    uint32_t area = rights | ALL_MAY;

    if ((rights & AREA_READ) != 0 && current_aspace()->reading_is_executing) {
        area |= AREA_EXEC;
    }
    area |= (m->flags & MAP_GROWSDOWN) != 0 ? AREA_GROWSDOWN : 0;
    area |= (m->flags & MAP_LOCKED) != 0 ? AREA_LOCKED : 0;
    int stack = m->flags & (MAP_STACK | MAP_HUGETLB | MAP_SHARED);
    area |= stack == MAP_STACK ? AREA_STACK : 0;
    area |= (m->flags & MAP_NORESERVE) != 0 ? aspace_unreserved() : 0;
    area |= (m->flags & MAP_HUGETLB) != 0 ? AREA_HUGETLB | AREA_NO_MERGE : 0;
    area |= m->file != NULL && inode_counts_areas(m->file->inode) ? AREA_COUNTED
                                                                  : 0;
    if ((m->flags & MAP_TYPE) != MAP_PRIVATE) {
        area |= AREA_SHARED | AREA_MAY_SHARE;
    } else if ((rights & AREA_WRITE) != 0 &&
               (area & (AREA_NORESERVE | AREA_HUGETLB)) == 0) {
        area |= AREA_ACCOUNT;
    }
    return area;
}

/* Linux's file_mmap_ok: a file ends at INT64_MAX at the latest, and a device
 * where offsets do. */
static bool is_within_file_sizes(const struct mmap *m)
{
    bool is_device = m->file != NULL && inode_is(m->file->inode, S_IFCHR);
    uint64_t last = is_device ? UINT64_MAX : INT64_MAX;

    return m->length <= last &&
           m->file_page <= (last - m->length) >> PAGE_SHIFT;
}

/* Only a stack grows down, and that is private and anonymous. */
static int check_grows_down(const struct mmap *m)
{
    return (m->flags & MAP_GROWSDOWN) != 0
               ? aspace_refuse(-EINVAL,
                               "MAP_GROWSDOWN is for private anonymous memory")
               : 0;
}

/* What the file allows. */
static int check_file(const struct mmap *m)
{
    if ((m->flags & MAP_TYPE) != MAP_PRIVATE && (m->prot & PROT_WRITE) != 0 &&
        !file_is_for_writing(m->file->flags)) {
        return aspace_refuse(
            -EACCES, "a shared mapping to write, and the file is read-only");
    }
    if (!file_is_for_reading(m->file->flags)) {
        return aspace_refuse(-EACCES, "the file is not open for reading");
    }
    return file_can_be_mapped(m->file)
               ? 0
               : aspace_refuse(
                     -ENODEV, "only regular files and /dev/zero can be mapped");
}

/* The type of a mapping of a file, or of MAP_HUGETLB, which on Linux makes one.
 */
static int check_file_type(const struct mmap *m)
{
    if (!is_within_file_sizes(m)) {
        return aspace_refuse(-EOVERFLOW,
                             "the range ends past the largest file");
    }
    switch (m->flags & MAP_TYPE) {
    case MAP_SHARED_VALIDATE:
        if ((m->flags & ~(KNOWN_FLAGS | MAP_SHARED_VALIDATE)) != 0) {
            return aspace_refuse(-EOPNOTSUPP,
                                 "MAP_SHARED_VALIDATE with an unknown flag");
        }
        break;
    case MAP_SHARED:
    case MAP_PRIVATE:
        break;
    default:
        return aspace_refuse(-EINVAL, "neither MAP_SHARED nor MAP_PRIVATE");
    }
    int error = m->file != NULL ? check_file(m) : 0;
    return error != 0 ? error : check_grows_down(m);
}

static int check_anonymous_type(const struct mmap *m)
{
    int type = m->flags & MAP_TYPE;

    if (type == MAP_SHARED) {
        return check_grows_down(m);
    }
    return type == MAP_PRIVATE
               ? 0
               : aspace_refuse(-EINVAL, "neither MAP_SHARED nor MAP_PRIVATE");
}

/* MAP_LOCKED and the mappings that mlockall foresaw. */
static int check_lock(const struct mmap *m, uint32_t area_flags)
{
    const struct aspace *aspace = current_aspace();
    bool can_lock = aspace->limits.locked != 0 || aspace_user_is_privileged();

    if ((m->flags & MAP_LOCKED) != 0 && !can_lock) {
        return aspace_refuse(-EPERM, "RLIMIT_MEMLOCK is 0");
    }
    return aspace_may_lock(aspace, area_flags | aspace->default_flags,
                           m->length)
               ? 0
               : aspace_refuse(-EAGAIN, "RLIMIT_MEMLOCK is reached");
}

/* How much of M's file can be shared. As on Linux, one that is not open for
 * writing is mapped as if private, and one that is sealed against it is shared
 * to be read alone, for ever. */
static int check_sharing(const struct mmap *m, uint32_t *area_flags)
{
    if (m->file == NULL || (*area_flags & AREA_SHARED) == 0) {
        return 0;
    }
    if (!file_is_for_writing(m->file->flags)) {
        *area_flags &= ~(AREA_MAY_WRITE | AREA_SHARED);
        return 0;
    }
    if (memory_file_may_be_written(m->file)) {
        return 0;
    }
    if ((*area_flags & AREA_WRITE) != 0) {
        return aspace_refuse(-EPERM, "the file is sealed against writing");
    }
    *area_flags &= ~AREA_MAY_WRITE;
    return 0;
}

/* A file without a name that is as long as the mapping. */
static int map_shared_anonymous(const struct mmap *m,
                                struct aspace_request *request, uaddr_t address)
{
    uint64_t pages = m->length >> PAGE_SHIFT;
    bool is_promised =
        (request->area_flags & AREA_NORESERVE) != 0 ||
        aspace_may_promise(current_aspace(), AREA_ACCOUNT, pages);
    struct file *file = is_promised ? file_create_shared(m->length) : NULL;

    if (file == NULL) {
        return aspace_refuse(
            -ENOMEM,
            "no memory, or more is promised at once than there is RAM");
    }
    request->file = file;
    request->object = file->inode->object;
    int error = aspace_map_at(current_aspace(), request, address);
    file_put(file);
    return error;
}

/* Maps at ADDRESS. Shared memory without a file, or of /dev/zero, gets one. */
static int map_at(const struct mmap *m, struct aspace_request *request,
                  uaddr_t address)
{
    bool is_shared = (request->area_flags & AREA_SHARED) != 0;
    bool is_huge = (request->area_flags & AREA_HUGETLB) != 0;
    bool has_name = m->file != NULL && !inode_is_zeros(m->file->inode);

    if (is_shared && !is_huge && !has_name) {
        return map_shared_anonymous(m, request, address);
    }
    int error =
        m->file != NULL ? inode_object(m->file->inode, &request->object) : 0;
    return error != 0 ? error
                      : aspace_map_at(current_aspace(), request, address);
}

int64_t mmap_place(struct mmap *m)
{
    bool has_file = m->file != NULL || (m->flags & MAP_HUGETLB) != 0;
    struct aspace *aspace = current_aspace();

    if (m->length == 0) {
        return aspace_refuse(-EINVAL, "the length is 0");
    }
    m->length = align_up(m->length, PAGE_SIZE);
    if (m->length == 0) {
        return aspace_refuse(-ENOMEM, "the length wraps");
    }
    if (m->file_page + (m->length >> PAGE_SHIFT) < m->file_page) {
        return aspace_refuse(-EOVERFLOW, "the page offset wraps");
    }
    if (area_room(&aspace->areas) < 0) {
        return aspace_refuse(-ENOMEM,
                             "there are more areas than vm.max_map_count");
    }
    if ((m->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) == 0) {
        m->address = aspace_round_hint(m->address);
    }
    struct aspace_request request = {
        .address = m->address,
        .length = m->length,
        .area_flags = area_flags_of(m),
        .placement = placement_of(m),
        .file = m->file,
        .file_page = has_file ? m->file_page : 0,
    };
    int64_t address = aspace_place(aspace, &request);
    if (address < 0) {
        return address;
    }
    int error = check_lock(m, request.area_flags);
    if (error == 0) {
        error = has_file ? check_file_type(m) : check_anonymous_type(m);
    }
    if (error == 0) {
        error = check_sharing(m, &request.area_flags);
    }
    if (error == 0) {
        error = map_at(m, &request, (uaddr_t)address);
    }
    return error != 0 ? error : address;
}

/* MAP_HUGETLB: whole large pages of 2 MiB, the only size that there is. */
static int round_to_large_pages(struct mmap *m)
{
    unsigned shift = (unsigned)m->flags >> MAP_HUGE_SHIFT & MAP_HUGE_MASK;

    if (shift != 0 && shift != LARGE_PAGE_SHIFT) {
        return aspace_refuse(-EINVAL,
                             "MAP_HUGETLB of a size that is not 2 MiB");
    }
    m->length = align_up(m->length, LARGE_PAGE_SIZE);
    return 0;
}

static int64_t mmap(struct mmap *m, int fd, uint64_t offset)
{
    m->file_page = offset >> PAGE_SHIFT;
    bool is_anonymous = (m->flags & MAP_ANONYMOUS) != 0;
    bool is_huge = (m->flags & MAP_HUGETLB) != 0;

    if (!is_anonymous) {
        m->file = file_table_find(process_current()->files, fd);
        if (m->file == NULL) {
            return aspace_refuse(-EBADF, "the descriptor is not open");
        }
        if (is_huge) {
            return aspace_refuse(-EINVAL,
                                 "MAP_HUGETLB is for anonymous memory");
        }
    }
    int error = is_huge ? round_to_large_pages(m) : 0;
    return error != 0 ? error : mmap_place(m);
}

int64_t sys_mmap(uaddr_t address, uint64_t length, int prot, int flags, int fd,
                 uint64_t offset)
{
    struct mmap m = {address, length, prot, flags, NULL, 0, 0};

    if (!is_aligned(offset, PAGE_SIZE)) {
        return aspace_refuse(-EINVAL, "the offset is no multiple of 4096");
    }
    return mmap(&m, fd, offset);
}

int64_t sys_mmap2_32(uaddr_t address, uint64_t length, int prot, int flags,
                     int fd, uint32_t page_offset)
{
    struct mmap m = {address, length, prot, flags, NULL, 0, ASPACE_COMPAT};
    return mmap(&m, fd, (uint64_t)page_offset << PAGE_SHIFT);
}

int64_t sys_munmap(uaddr_t address, uint64_t length)
{
    return aspace_unmap(current_aspace(), address, length);
}

int64_t sys_mprotect(uaddr_t address, uint64_t length, int prot)
{
    return aspace_protect(current_aspace(), address, length, prot);
}

static int64_t remap(struct aspace_remap remap)
{
    return aspace_remap(current_aspace(), &remap);
}

int64_t sys_mremap(uaddr_t old_address, uint64_t old_length,
                   uint64_t new_length, int flags, uaddr_t new_address)
{
    return remap((struct aspace_remap){old_address, old_length, new_length,
                                       flags, new_address, 0});
}

int64_t sys_mremap_32(uaddr_t old_address, uint64_t old_length,
                      uint64_t new_length, int flags, uaddr_t new_address)
{
    return remap((struct aspace_remap){old_address, old_length, new_length,
                                       flags, new_address, ASPACE_COMPAT});
}

/* The first area of the shared mapping at START that reaches END without a
 * hole: all of the same file with the same flags. NULL: there is no such, or it
 * is of MAP_HUGETLB and has no file. */
static const struct vma *find_shared(uaddr_t start, uaddr_t end)
{
    const struct vma *first = area_find(&current_aspace()->areas, start);

    if (first == NULL || first->start > start ||
        (first->flags & AREA_SHARED) == 0 || first->file == NULL) {
        return NULL;
    }
    for (const struct vma *area = first; area->end < end; area = area->next) {
        const struct vma *next = area->next;
        if (next == NULL || next->start != area->end ||
            next->file != first->file || next->flags != first->flags) {
            return NULL;
        }
    }
    return first;
}

/* Linux emulates it since 4.0: the same file is mapped again, with the same
 * rights and nothing else of what the area was. */
int64_t sys_remap_file_pages(uaddr_t start, uint64_t size, int prot,
                             uint64_t page, int flags)
{
    start = align_down(start, PAGE_SIZE);
    size = align_down(size, PAGE_SIZE);
    if (prot != 0 || start + size <= start ||
        page + (size >> PAGE_SHIFT) < page) {
        return aspace_refuse(
            -EINVAL, "prot is not 0, the size is 0, or the range wraps");
    }
    const struct vma *area = find_shared(start, start + size);
    if (area == NULL) {
        return aspace_refuse(-EINVAL, "no shared mapping covers the range");
    }
    struct mmap m = {
        .address = start,
        .length = size,
        .prot = (int)(area->flags & AREA_RIGHTS),
        .flags = MAP_SHARED | MAP_FIXED | MAP_POPULATE | (flags & MAP_NONBLOCK),
        .file = file_get(area->file),
        .file_page = page,
    };
    m.flags |= (area->flags & AREA_LOCKED) != 0 ? MAP_LOCKED : 0;
    int64_t result = mmap_place(&m);
    file_put(m.file);
    return MIN(result, 0);
}
