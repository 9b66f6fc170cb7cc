/* Memory objects: pages that areas show, and not areas alone: those of a file,
 * and of shared memory.
 *
 *     struct vma  --object-->  struct memory_object  --tree-->  frames
 *                 <--areas---                        --in place--> archive
 *
 * An object owns the frames in its tree; page tables borrow them. It knows all
 * areas that show it, which is the way back when pages are taken away. What it
 * shows first are bytes in memory, or zeros. Where whole pages of these bytes
 * lie on page boundaries they are shown where they lie, and cost nothing. Such
 * a page is copied when it is to be written: nobody writes the bytes.
 *
 * The size is here alone: a file that has an object asks it. Numbers of pages
 * may be anything: those behind the end are refused here, before anything is
 * looked for.
 *
 * One CPU runs, with interrupts off, so there is no lock; it would stand in
 * struct memory_object and protect all of it. Of areas and page tables only
 * mm/object_unmap.c knows.
 */
#pragma once

#include "kernel/lib.h"
#include "mm/page_tree.h"

/* What objects that belong together may have: frames that show something else
 * than data. */
struct object_account {
    uint64_t frames;
    uint64_t limit;
};

struct memory_object {
    uint32_t references; /* of areas, and of the file */
    uint64_t size;       /* in bytes */
    struct page_tree tree;
    uint64_t frames; /* in the tree, */
    uint64_t clean;  /* and of them those that object_reclaim may take */
    struct object_account *account; /* has all but these, too; or NULL */
    bool is_busy;                   /* the tree is being changed */
    bool is_huge;                   /* of MAP_HUGETLB: see mm/object_huge.h */

    const void *data;       /* what its pages show first, unless it is NULL */
    uint64_t data_size;     /* behind that: zeros */
    uint64_t pages_in_data; /* so many are shown where they lie, */
    bool has_replaced;      /* but for some that the tree has instead */

    struct list areas; /* struct vma, by object_link */
    struct list all;   /* in the list of all objects */

    /* The pages [removed_first, removed_end), some of which are going to be
     * taken away: see object_remove. */
    struct list removal;
    uint64_t removed_first, removed_end;

    uint64_t reclaimed_end; /* where object_reclaim goes on */
};

/* Frames of all objects together. */
struct object_totals {
    uint64_t frames;
    uint64_t clean;
};
extern struct object_totals object_totals;

/* An object of SIZE bytes with one reference: those at DATA, which stay where
 * they are, or zeros if that is NULL. NULL when there is no memory. */
struct memory_object *object_create(uint64_t size, const void *data);

static inline struct memory_object *object_get(struct memory_object *object)
{
    object->references++;
    return object;
}

/* Gives a reference back. The last one frees all pages. */
void object_put(struct memory_object *object);

/* Pages, the last of which may be in part behind the end. */
static inline uint64_t object_pages(const struct memory_object *object)
{
    return (object->size >> PAGE_SHIFT) +
           ((object->size & (PAGE_SIZE - 1)) != 0);
}

/* Where the page at INDEX of the data lies, which is one of PAGES_IN_DATA. */
static inline paddr_t object_place(const struct memory_object *object,
                                   uint64_t index)
{
    return direct_map_address(object->data) + (index << PAGE_SHIFT);
}

/* The frame that shows the page at INDEX, or PADDR_NONE when there is none in
 * memory. It stays the object's. */
paddr_t object_find_own(const struct memory_object *object, uint64_t index);
static inline paddr_t object_find(const struct memory_object *object,
                                  uint64_t index)
{
    return index < object->pages_in_data && !object->has_replaced
               ? object_place(object, index)
               : object_find_own(object, index);
}

/* The same, to be read, and it is made if there is none. Returns 0, -EIO behind
 * the end, -ENOSPC by its account, or -ENOMEM. */
int object_page(struct memory_object *object, uint64_t index,
                paddr_t *frame) MUST_CHECK;

/* The same, to be written: it is the object's own. If the page lay in the data,
 * all areas that showed it there see the new one. */
int object_page_to_write(struct memory_object *object, uint64_t index,
                         paddr_t *frame) MUST_CHECK;

/* Is a page of OBJECT that is shown to be read to be asked for again before it
 * is written? */
static inline bool object_tells_writes(const struct memory_object *object)
{
    return object->data != NULL;
}

/* A page that is kept while its contents are copied from or to a program, which
 * may bring faults, and with them anything that happens to OBJECT. What is
 * written to one that OBJECT has lost meanwhile is lost. */
struct object_pin {
    paddr_t frame;
    bool is_counted; /* its frame has a user more */
};

enum object_access {
    OBJECT_READ, /* what holds nothing but zeros need not be made */
    OBJECT_WRITE,
};

/* Pins the page at INDEX. Returns 0, or as object_page. */
int object_get_page(struct memory_object *object, uint64_t index,
                    enum object_access access,
                    struct object_pin *pin) MUST_CHECK;
void object_put_page(const struct object_pin *pin);

/* What the page at INDEX shows when it is made: so many bytes, in *FROM, and
 * zeros behind them. */
size_t object_first_bytes(const struct memory_object *object, uint64_t index,
                          const char **from);

/* Copies the page at INDEX to the frame at TO. Returns 0, or -EIO behind the
 * end. */
int object_copy_page(const struct memory_object *object, uint64_t index,
                     void *to) MUST_CHECK;

/* Could the page at INDEX be had without being made? */
bool object_is_resident(const struct memory_object *object, uint64_t index);

/* The first page at FIRST or behind it that OBJECT has, be it in the data, and
 * the first that it has not. At the end, what lies behind it. */
uint64_t object_find_page(struct memory_object *object, uint64_t first);
uint64_t object_find_hole(struct memory_object *object, uint64_t first);

/* How many it has. Of one with data, it looks at all that are in the tree. */
uint64_t object_count_pages(struct memory_object *object);

/* SIZE bytes from now on. What lies behind is gone, also from all areas, with
 * the copies that private ones have of it: to touch it there is a fault. If the
 * object grows again it shows zeros there. */
void object_truncate(struct memory_object *object, uint64_t size);

/* The bytes [start, end) are zeros again, and whole pages of them are given
 * back. Private areas keep the copies that they have. Behind the end there is
 * nothing to do. Returns 0, or -ENOMEM, when that was not done for all. */
int object_punch(struct memory_object *object, uint64_t start,
                 uint64_t end) MUST_CHECK;

/* The pages [first, end) of OBJECT are going to be zeros again. They are marked
 * alone, and OBJECT is put into the list of REMOVALS if there are such pages;
 * nothing else may happen to objects until object_finish_removals. Returns 0,
 * or -ENOMEM, when not all could be marked. */
int object_remove(struct memory_object *object, uint64_t first, uint64_t end,
                  struct list *removals) MUST_CHECK;

/* Is the page at INDEX marked? */
bool object_is_removed(const struct memory_object *object, uint64_t index);

/* Takes the marked pages of all objects in REMOVALS from all areas that show
 * them, whosever they are, and frees them. Each object's areas are looked at
 * once, however many parts of it were removed. */
void object_finish_removals(struct list *removals);

/* Memory has run out: frees pages that can be made again from the data, and
 * that nobody has pinned, up to COUNT. Returns how many. */
size_t object_reclaim(size_t count);

/* The object behind PREVIOUS, or the first: for validation. */
struct memory_object *object_next(const struct memory_object *previous);

/* NULL, or the rule of OBJECT that is broken. */
const char *object_validate(const struct memory_object *object);

/* Is there an area by which it is written, or could be? */
bool object_has_writing_area(const struct memory_object *object);

/* How many areas it knows. */
unsigned object_count_areas(const struct memory_object *object);

/* Does VISIT_FRAME with each frame that OBJECT owns, its own structure apart,
 * and VISIT_LARGE with each large page. False when one answered so: it was the
 * last. */
bool object_for_memory(const struct memory_object *object,
                       bool (*visit_frame)(paddr_t frame),
                       bool (*visit_large)(paddr_t page));
