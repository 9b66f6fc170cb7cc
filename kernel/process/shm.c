/* System V shared memory: the table of segments, and what becomes of them. */
#include "kernel/process/shm.h"

#include "drivers/clock.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/shm.h"
#include "kernel/file.h"
#include "kernel/process.h"
#include "mm/frame.h"
#include "mm/object_cache.h"

/* Indices are taken in turn, and begin anew behind so many at the least. */
#define CYCLE_MIN  64u
#define SEQ_MAX    (INT32_MAX >> SHM_INDEX_BITS)
#define PERMISSION 0777u
#define OWNER_BITS 6
#define GROUP_BITS 3
#define OTHERS     07u

struct shm_settings shm_settings = {
    .size_max = UINT64_MAX - (1ull << 24),
    .pages_max = UINT64_MAX - (1ull << 24),
    .count_max = SHM_SEGMENTS_MAX,
};

static struct object_cache cache = OBJECT_CACHE(cache, struct shm_segment);

/* Segments by index, in frames that are kept from their first use on. */
#define FRAME_SLOTS (PAGE_SIZE / sizeof(struct shm_segment *))
static_assert(SHM_SEGMENTS_MAX % FRAME_SLOTS == 0);

static struct {
    struct shm_segment **frames[SHM_SEGMENTS_MAX / FRAME_SLOTS];
    unsigned used;
    uint64_t pages;
    unsigned next;  /* the index that is tried first */
    unsigned last;  /* the index that was given last */
    int32_t rounds; /* how often they began anew */
} table;

struct shm_segment *shm_at(unsigned index)
{
    struct shm_segment **slots =
        index < SHM_SEGMENTS_MAX ? table.frames[index / FRAME_SLOTS] : NULL;

    return slots != NULL ? slots[index % FRAME_SLOTS] : NULL;
}

/* There has to be a frame for INDEX. */
static void set(unsigned index, struct shm_segment *segment)
{
    table.frames[index / FRAME_SLOTS][index % FRAME_SLOTS] = segment;
}

static uint64_t pages_of(const struct shm_segment *segment)
{
    return object_pages(segment->inode.object);
}

static void destroy(struct shm_segment *segment)
{
    set(shm_index(segment->id), NULL);
    table.used--;
    table.pages -= pages_of(segment);
    object_put(segment->inode.object);
    object_free(&cache, segment);
}

static struct shm_segment *of(const struct file *file)
{
    return list_entry(file->inode, struct shm_segment, inode);
}

static void mapped(struct file *file)
{
    struct shm_segment *segment = of(file);

    segment->attached++;
    segment->atime = (int64_t)clock_seconds_since_1970();
    segment->lpid = process_current()->pid;
}

static void unmapped(struct file *file)
{
    struct shm_segment *segment = of(file);

    segment->attached--;
    segment->dtime = (int64_t)clock_seconds_since_1970();
    segment->lpid = process_current()->pid;
}

static void release(struct file *file)
{
    struct shm_segment *segment = of(file);

    segment->files--;
    if (segment->files == 0 && (segment->mode & SHM_DEST) != 0) {
        destroy(segment);
    }
}

static const struct inode_operations operations = {
    .mapped = mapped,
    .unmapped = unmapped,
    .release = release,
};

struct shm_totals shm_count(void)
{
    struct shm_totals totals = {(int)table.used, table.pages, 0};

    for (unsigned i = 0; i < SHM_SEGMENTS_MAX; i++) {
        const struct shm_segment *segment = shm_at(i);
        totals.frames += segment != NULL ? segment->inode.object->frames : 0;
    }
    return totals;
}

struct shm_segment *shm_at_or_behind(unsigned *index)
{
    for (; *index < SHM_SEGMENTS_MAX; ++*index) {
        if (shm_at(*index) != NULL) {
            return shm_at(*index);
        }
    }
    return NULL;
}

int shm_last_index(void)
{
    int index = SHM_SEGMENTS_MAX - 1;

    while (index > 0 && shm_at((unsigned)index) == NULL) {
        index--;
    }
    return index;
}

struct shm_segment *shm_find_key(int32_t key)
{
    struct shm_segment *segment;

    for (unsigned i = 0; (segment = shm_at_or_behind(&i)) != NULL; i++) {
        if (segment->key == key) {
            return segment;
        }
    }
    return NULL;
}

int shm_find(int32_t id, struct shm_segment **segment)
{
    *segment = shm_at(shm_index(id));
    if (id < 0 || *segment == NULL) {
        return -EINVAL;
    }
    return (*segment)->id == id ? 0 : -EIDRM;
}

/* There is a frame for INDEX: 0 or -ENOMEM. */
static int provide(unsigned index)
{
    struct shm_segment ***slots = &table.frames[index / FRAME_SLOTS];

    if (*slots == NULL) {
        paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
        if (frame == PADDR_NONE) {
            return -ENOMEM;
        }
        *slots = memset(direct_map(frame), 0, PAGE_SIZE);
    }
    return 0;
}

/* An id, or -ENOMEM. Linux's ipc_idr_alloc: of a cycle that has half as many
 * again as are used one is free. */
static int32_t take_id(void)
{
    unsigned cycle = MAX(table.used * 3 / 2, CYCLE_MIN);
    cycle = MIN(cycle, (unsigned)shm_settings.count_max);
    unsigned index = table.next < cycle ? table.next : 0;

    while (shm_at(index) != NULL) {
        index = index + 1 < cycle ? index + 1 : 0;
    }
    if (provide(index) != 0) {
        return -ENOMEM;
    }
    if (index <= table.last && table.next != 0) {
        table.rounds = table.rounds < SEQ_MAX ? table.rounds + 1 : 0;
    }
    table.last = index;
    table.next = index + 1;
    return (table.rounds << SHM_INDEX_BITS) + (int32_t)index;
}

static void init(struct shm_segment *segment, int32_t key, int32_t id,
                 uint32_t mode)
{
    const struct credentials *who = &process_current()->credentials;

    segment->key = key;
    segment->id = id;
    segment->uid = segment->cuid = who->user.effective;
    segment->gid = segment->cgid = who->group.effective;
    segment->mode = mode;
    segment->ctime = (int64_t)clock_seconds_since_1970();
    segment->cpid = process_current()->pid;
    snprintf(segment->name, sizeof(segment->name), "/SYSV%08x (deleted)",
             (unsigned)key);
    segment->inode.label = segment->name;
    segment->inode.number = (uint64_t)id;
    segment->inode.mode = S_IFREG | mode;
    segment->inode.operations = &operations;
}

/* The rules of Linux's newseg, in its order. */
static int check_size(uint64_t size, int flags)
{
    uint64_t pages = align_up(size, PAGE_SIZE) >> PAGE_SHIFT;

    if (size == 0 || size > shm_settings.size_max) {
        return -EINVAL;
    }
    if (pages << PAGE_SHIFT < size || table.pages + pages < table.pages ||
        table.pages + pages > shm_settings.pages_max) {
        return -ENOSPC;
    }
    if (size > INT64_MAX) {
        return -EINVAL; /* as for any file */
    }
    bool is_promised = (flags & SHM_NORESERVE) != 0 && aspace_unreserved() != 0;
    bool has_memory =
        is_promised ||
        aspace_may_promise(process_current()->aspace, AREA_ACCOUNT, pages);
    if (!has_memory || (flags & SHM_HUGETLB) != 0) {
        return -ENOMEM; /* there are no segments of large pages */
    }
    return table.used < (unsigned)shm_settings.count_max ? 0 : -ENOSPC;
}

int shm_create(int32_t key, uint64_t size, int flags,
               struct shm_segment **created)
{
    int error = check_size(size, flags);

    if (error != 0) {
        return error;
    }
    struct shm_segment *segment = object_alloc(&cache);
    if (segment == NULL) {
        return -ENOMEM;
    }
    struct memory_object *object = object_create(size, NULL);
    if (object == NULL) {
        object_free(&cache, segment);
        return -ENOMEM;
    }
    int32_t id = take_id();
    if (id < 0) {
        object_put(object);
        object_free(&cache, segment);
        return id;
    }
    init(segment, key, id, (uint32_t)flags & PERMISSION);
    segment->inode.object = object;
    segment->inode.size = size;
    set(shm_index(segment->id), segment);
    table.used++;
    table.pages += pages_of(segment);
    *created = segment;
    return 0;
}

void shm_remove(struct shm_segment *segment)
{
    if (segment->files == 0) {
        destroy(segment);
        return;
    }
    segment->mode |= SHM_DEST;
    segment->key = IPC_PRIVATE;
}

bool shm_may(const struct shm_segment *segment, uint32_t wanted)
{
    const struct credentials *who = &process_current()->credentials;
    uint32_t uid = who->user.effective;
    uint32_t granted = segment->mode;

    wanted |= wanted >> OWNER_BITS | wanted >> GROUP_BITS;
    if (uid == segment->cuid || uid == segment->uid) {
        granted >>= OWNER_BITS;
    } else if (credentials_have_group(who, segment->cgid) ||
               credentials_have_group(who, segment->gid)) {
        granted >>= GROUP_BITS;
    }
    return (wanted & ~granted & OTHERS) == 0 || credentials_are_privileged(who);
}

bool shm_is_own(const struct shm_segment *segment)
{
    const struct credentials *who = &process_current()->credentials;
    uint32_t uid = who->user.effective;

    return uid == segment->cuid || uid == segment->uid ||
           credentials_are_privileged(who);
}

struct file *shm_open(struct shm_segment *segment, int flags)
{
    struct place place = {.inode = &segment->inode};
    struct file *file = file_create(place, flags);

    if (file != NULL) {
        segment->files++;
    }
    return file;
}

struct shm_segment *shm_of(const struct file *file)
{
    bool is_segment = file != NULL && file->inode->operations == &operations;

    return is_segment ? of(file) : NULL;
}
