/* An address space: one program's memory, as areas and the page table that
 * follows them. Memory is given on first touch.
 *
 * The areas say what a program may touch; the page table holds what it has
 * touched. A leaf whose area allows nothing (PROT_NONE) keeps its memory but is
 * not present. Untouched anonymous pages that are only read show one shared
 * zero frame.
 *
 * What each call answers, and in which order it checks, is Linux 6.1's; the
 * names of Linux's functions stand where a rule is not obvious.
 *
 * One process runs in an address space at a time, on one CPU, with interrupts
 * off, so there is no lock; it would stand in struct aspace.
 */
#pragma once

#include "kernel/x86.h"
#include "mm/area.h"
#include "mm/layout.h"
#include "mm/settings.h"

/* What setrlimit says of memory, in bytes; UINT64_MAX is no limit. */
struct aspace_limits {
    uint64_t size;         /* RLIMIT_AS */
    uint64_t data;         /* RLIMIT_DATA */
    uint64_t data_maximum; /* its hard limit */
    uint64_t stack;        /* RLIMIT_STACK */
    uint64_t locked;       /* RLIMIT_MEMLOCK */
};

/* Linux's stack limit when nothing else is said. */
#define STACK_LIMIT (8 * MIB)

/* Where mappings are placed when the program leaves it to us. */
struct aspace_bases {
    uaddr_t top; /* downwards from here, or */
    uaddr_t low; /* upwards from here */
};

struct aspace {
    struct area_tree areas;
    paddr_t root; /* of the page table */
    unsigned references;
    uint16_t tag; /* the process id, shown in the byte map */

    uaddr_t end;        /* the program's addresses are [0, end) ... */
    uaddr_t compat_end; /* ... and end here for calls by int 0x80 */
    struct aspace_bases bases;
    struct aspace_bases compat_bases; /* for calls by int 0x80: below 4 GiB */
    uaddr_t brk_start;                /* the heap is [brk_start, brk) */
    uaddr_t brk;
    uint64_t data_size;  /* of the ELF file: counts for RLIMIT_DATA in brk */
    uint64_t bias;       /* what the addresses in it are moved by: a PIE */
    uaddr_t stack_start; /* rsp when the program began */
    uaddr_t arg_start, arg_end, env_end; /* the strings above it */

    uint32_t default_flags;    /* of new areas: mlockall(MCL_FUTURE)'s */
    bool places_upwards;       /* the old layout: see struct aspace_plan */
    bool reading_is_executing; /* personality READ_IMPLIES_EXEC */
    bool has_huge;             /* something was mapped with MAP_HUGETLB */
    bool has_shared_tables;    /* there may be some: mm/page_table_share.c */
    bool is_reaped;            /* there is nothing more to take: aspace_reap */
    struct aspace_limits limits;
    int limits_of; /* the process that has them, or 0: as it began */

    uint64_t *local; /* descriptors, or NULL: mm/aspace_local.h */
    unsigned local_count;

    uint64_t resident_pages; /* pages in the page table, borrowed ones not */
    uint64_t resident_peak;  /* the most that they were before some went */
    uint64_t large_leaves;   /* leaves of 2 MiB in it */

    struct list all; /* all address spaces */
};

/* The most that resident_pages has been. */
static inline uint64_t aspace_resident_peak(const struct aspace *aspace)
{
    return MAX(aspace->resident_peak, aspace->resident_pages);
}

/* What placing depends on. */
struct aspace_span {
    uaddr_t end;            /* USER_END_64, USER_END_32 or USER_END_3GIB */
    uint64_t mmap_shift;    /* by how much mappings begin lower, at random */
    uint64_t stack_maximum; /* by how much a stack there may begin lower */
};

/* What execve decides about a new address space. */
struct aspace_plan {
    struct aspace_span own;    /* of the program's word size */
    struct aspace_span compat; /* for calls by int 0x80: of 32 bits */
    bool places_upwards;       /* personality ADDR_COMPAT_LAYOUT */
    struct aspace_limits limits;
};

/* The rule that refused the last call on each CPU, in words, for `trace=why`.
 */
extern const char *aspace_refusals[CPUS_MAX];

/* A call on this CPU is refused by RULE. Gives ERROR back. */
static inline int aspace_refuse(int error, const char *rule)
{
    aspace_refusals[cpu_index()] = rule;
    return error;
}

/* The rule since the last time that somebody asked, or NULL. */
const char *aspace_take_refusal(void);

/* A new, empty address space, with one reference. Returns NULL when there is no
 * memory. */
struct aspace *aspace_create(const struct aspace_plan *plan);

/* The memory half of a fork: in *COPY a new address space, with one reference,
 * that shows what ASPACE shows now. Private memory is shared by both until one
 * of them writes; shared mappings remain shared. As on Linux the copy has
 * nothing of AREA_DONTFORK, zeros in AREA_WIPEONFORK, and no locks. Its tag is
 * the caller's to set.
 *
 * Returns 0, -ENOMEM, or -EINTR where the running process is about to end:
 * then there is no copy, and no program sees that it was tried. */
int aspace_copy(struct aspace *aspace, struct aspace **copy) MUST_CHECK;

struct aspace *aspace_get(struct aspace *aspace);

/* The address space after ASPACE, the first after NULL; NULL after the last. Of
 * all that there are, those too that no process has yet or any more. */
struct aspace *aspace_next(const struct aspace *aspace);

/* Gives a reference back. The last one frees everything. */
void aspace_put(struct aspace *aspace);

/* Takes away what ASPACE, which is not the running program's, has in memory,
 * because those who run in it are about to end, and others need it now.
 * MAP_HUGETLB's stays, as on Linux. */
void aspace_reap(struct aspace *aspace);

/* Makes it the one that the CPU uses. NULL: only the kernel's half. */
void aspace_activate(struct aspace *aspace);

/* What mmap is asked for. LENGTH is a multiple of PAGE_SIZE and not 0. */
struct aspace_request {
    uaddr_t address; /* where, or a hint */
    uint64_t length;
    uint32_t area_flags;          /* AREA_* */
    unsigned placement;           /* ASPACE_* */
    struct file *file;            /* or NULL */
    struct memory_object *object; /* what the pages show, or NULL: zeros */
    uint64_t file_page;           /* the first page of the file */
};

#define ASPACE_FIXED     BIT(0) /* at ADDRESS, whatever is there goes */
#define ASPACE_NOREPLACE BIT(1) /* with FIXED: unless something is there */
#define ASPACE_BELOW_2G  BIT(2) /* MAP_32BIT */
#define ASPACE_COMPAT    BIT(3) /* asked by int 0x80 */
#define ASPACE_POPULATE  BIT(4) /* touch all of it now */
#define ASPACE_AS_BRK    BIT(5) /* merge with the area before alone */

/* Where REQUEST would go: an address, or -ENOMEM, -EINVAL or -EEXIST. */
int64_t aspace_place(struct aspace *aspace,
                     const struct aspace_request *request);

/* Maps REQUEST at ADDRESS, which aspace_place gave. Returns 0 or -ENOMEM. */
int aspace_map_at(struct aspace *aspace, const struct aspace_request *request,
                  uaddr_t address) MUST_CHECK;

/* Both. Returns the address or -EXXX. */
int64_t aspace_map(struct aspace *aspace, const struct aspace_request *request);

/* munmap. */
int aspace_unmap(struct aspace *aspace, uaddr_t start, uint64_t length);

/* mprotect: PROT as the program gave it. */
int aspace_protect(struct aspace *aspace, uaddr_t start, uint64_t length,
                   int prot);

/* brk: the new break, or the current one when it can't be WANTED. */
uaddr_t aspace_brk(struct aspace *aspace, uaddr_t wanted);

/* mremap: the address, or -EXXX. COMPAT as in aspace_request.placement. */
struct aspace_remap {
    uaddr_t old_address;
    uint64_t old_length;
    uint64_t new_length;
    int flags; /* MREMAP_* */
    uaddr_t new_address;
    unsigned placement;
};
int64_t aspace_remap(struct aspace *aspace, const struct aspace_remap *remap);

/* madvise and msync. */
int aspace_advise(struct aspace *aspace, uaddr_t start, uint64_t length,
                  int advice);
int aspace_sync(struct aspace *aspace, uaddr_t start, uint64_t length,
                int flags);

/* What mincore says of COUNT pages from ADDRESS: 1 in ANSWERS if a touch would
 * find the page, else 0. Returns how many it was said of: a hole follows them
 * if they are fewer. */
size_t aspace_residence(struct aspace *aspace, uaddr_t address, size_t count,
                        uint8_t *answers);

/* mlock with FLAGS of AREA_LOCKED and AREA_LOCK_ON_FAULT, munlock with 0;
 * mlockall and munlockall. */
int aspace_lock(struct aspace *aspace, uaddr_t start, uint64_t length,
                uint32_t flags);
int aspace_unlock(struct aspace *aspace, uaddr_t start, uint64_t length);
int aspace_lock_all(struct aspace *aspace, int flags);

/* Of the layer above, which knows users: may the running process lock all
 * memory and map at 0? It is not for the address space to know: several
 * processes can be in one, and each has its user. */
bool aspace_user_is_privileged(void);

/* May LENGTH more bytes be locked, if FLAGS say that they are? */
static inline bool aspace_may_lock(const struct aspace *aspace, uint32_t flags,
                                   uint64_t length)
{
    uint64_t pages = aspace->areas.totals.locked + (length >> PAGE_SHIFT);

    return (flags & AREA_LOCKED) == 0 || aspace_user_is_privileged() ||
           pages <= aspace->limits.locked >> PAGE_SHIFT;
}

/* Where hints and stacks end at the lowest, whoever's they are. */
static inline uaddr_t aspace_lowest(void)
{
    return MAX(memory_settings.map_min, USER_MAP_MIN);
}

/* What a hint means: Linux's round_hint_to_min. */
static inline uaddr_t aspace_round_hint(uaddr_t hint)
{
    uaddr_t lowest = align_up(aspace_lowest(), PAGE_SIZE);

    hint = align_down(hint, PAGE_SIZE);
    return hint != 0 && hint < lowest ? lowest : hint;
}

/* What MAP_NORESERVE means for an area: nothing when all has to be promised. */
static inline uint32_t aspace_unreserved(void)
{
    return memory_settings.overcommit == OVERCOMMIT_NEVER ? 0 : AREA_NORESERVE;
}

/* May PAGES more with FLAGS be promised? Linux's overcommit, by the rule that
 * mm/settings.h names; only AREA_ACCOUNT counts. */
bool aspace_may_promise_by_rule(const struct aspace *aspace, uint64_t pages);
static inline bool aspace_may_promise(const struct aspace *aspace,
                                      uint32_t flags, uint64_t pages)
{
    const struct memory_settings *now = &memory_settings;

    return (flags & AREA_ACCOUNT) == 0 ||
           (now->overcommit == OVERCOMMIT_GUESS && pages <= now->ram_pages) ||
           aspace_may_promise_by_rule(aspace, pages);
}

/* Does a touch of an area with FLAGS give large pages? Neither advice nor
 * settings say anything about MAP_HUGETLB. */
static inline bool aspace_may_have_large_pages(uint32_t flags)
{
    if ((flags & (AREA_NOHUGEPAGE | AREA_HUGETLB)) == AREA_NOHUGEPAGE) {
        return false;
    }
    switch (memory_settings.large_pages) {
    case LARGE_PAGES_MADVISE:
        return (flags & (AREA_HUGEPAGE | AREA_HUGETLB)) != 0;
    case LARGE_PAGES_NEVER:
        return (flags & AREA_HUGETLB) != 0;
    case LARGE_PAGES_ALWAYS:
    default:
        return true;
    }
}

/* Memory for a touch of ADDRESS. ACCESS is one of AREA_READ, AREA_WRITE and
 * AREA_EXEC. Returns 0, -EFAULT (no area), -EACCES (the area does not allow
 * it), -EIO (past the end of the file) or -ENOMEM. */
int aspace_fault(struct aspace *aspace, uaddr_t address, uint32_t access);

/* Gives the page at ADDRESS, also an untouched one, memory that nobody else
 * sees, with what is there, whether or not the program may write it: for
 * debuggers (Linux's FOLL_FORCE). Returns 0, also if that is so already, or as
 * aspace_fault; -EACCES where others are meant to see it, and the program may
 * not write it, or may do nothing there. */
int aspace_own(struct aspace *aspace, uaddr_t address) MUST_CHECK;

/* Access to an address space that need not be the active one: for its builder
 * and for /proc. Each returns 0 or what aspace_fault answers; the length of the
 * string at ADDRESS is at most LIMIT, else -E2BIG. */
int aspace_read(struct aspace *aspace, uaddr_t address, void *to,
                size_t size) MUST_CHECK;
int aspace_write(struct aspace *aspace, uaddr_t address, const void *from,
                 size_t size) MUST_CHECK;
int aspace_clear(struct aspace *aspace, uaddr_t address,
                 size_t size) MUST_CHECK;
int64_t aspace_string_length(struct aspace *aspace, uaddr_t address,
                             size_t limit) MUST_CHECK;

/* What ADDRESS means: the same for all who see the same memory there. Shared
 * memory is its physical address and nobody's, other memory its address. */
struct aspace_key {
    const struct aspace *owner;
    uint64_t at;
};

/* Touches it, too. Returns 0, or -EFAULT; also, as Linux answers for futexes,
 * where there is private memory without a file that may only be read. */
int aspace_key(struct aspace *aspace, uaddr_t address,
               struct aspace_key *key) MUST_CHECK;

/* Of the layer above, which knows signals: lets interrupts in, from a walk that
 * takes long and where all structures are whole. Does the walk have to end,
 * since the running process is about to? */
bool aspace_must_stop(void);

/* Of the layer above, which knows files: may the running process be told what
 * of FILE is in memory? */
bool aspace_file_may_be_probed(const struct file *file);
