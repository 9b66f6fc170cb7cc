/* Copies of address spaces, against the model of kernel/bench/copy_model.h. */
#include "kernel/bench.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/base.h"
#include "kernel/bench/copy_file.h"
#include "kernel/bench/copy_random.h"
#include "kernel/lib.h"
#include "mm/aspace_validate.h"
#include "mm/byte_map.h"
#include "mm/fault_injection.h"
#include "mm/memory.h"
#include "mm/vma_pool.h"

#define SPACES       8
#define STEPS        4000
#define CHECK_STEPS  200 /* from one look at everything to the next */
#define WRITE_MAX    (5 * PAGE_SIZE)
#define FAIL_MAX     24 /* allocations until one fails */
#define BYTES_PAGES  (MODEL_SIZE / LARGE_PAGE_SIZE)
#define FILE_PAGES   (MODEL_FILE_SIZE / LARGE_PAGE_SIZE)
#define MODELS_PAGES 1 /* for all of struct model */
#define ALL_PAGES    (MODELS_PAGES + FILE_PAGES + SPACES * BYTES_PAGES)

static_assert(SPACES * sizeof(struct model) <= LARGE_PAGE_SIZE, "MODELS_PAGES");

static struct model *models;

/* How often something was done that makes the test worth it. */
static struct {
    unsigned copies;
    unsigned refused; /* copies, for want of memory */
    unsigned tables;  /* copies that share page tables */
    unsigned writes;
    unsigned collapses;
} count;

static uint64_t length_of(struct model_range range)
{
    return (range.end - range.first) * PAGE_SIZE;
}

static void do_map(struct model *model)
{
    struct model_range range = copy_random_range();
    const struct aspace_request request = {
        .address = model_address(range.first),
        .length = length_of(range),
        .area_flags = AREA_READ | AREA_WRITE | AREA_MAY_READ | AREA_MAY_WRITE |
                      AREA_MAY_EXEC | AREA_ACCOUNT,
        .placement = ASPACE_FIXED | (copy_random(2) == 0 ? ASPACE_POPULATE : 0),
    };
    int64_t address = aspace_map(model->aspace, &request);

    ASSERT_CMP((uint64_t)address, ==, request.address);
    model_map(model, range);
}

static void do_unmap(struct model *model)
{
    struct model_range range = copy_random_range();
    int error = aspace_unmap(model->aspace, model_address(range.first),
                             length_of(range));

    ASSERT_CMP(error, ==, 0);
    model_unmap(model, range);
}

static void do_protect(struct model *model)
{
    static const uint8_t rights[] = {0, AREA_READ, AREA_READ | AREA_WRITE,
                                     AREA_READ | AREA_WRITE};
    struct model_range range = copy_random_range();
    uint8_t wanted = rights[copy_random(ARRAY_COUNT(rights))];
    int error = aspace_protect(model->aspace, model_address(range.first),
                               length_of(range), wanted);
    bool is_whole = model_protect(model, range, wanted);

    ASSERT_CMP(error, ==, is_whole ? 0 : -ENOMEM);
}

static void do_discard(struct model *model)
{
    struct model_range range = copy_random_range();

    (void)!aspace_advise(model->aspace, model_address(range.first),
                         length_of(range), MADV_DONTNEED);
    model_discard(model, range);
}

static void do_advise(struct model *model)
{
    static const struct {
        int advice;
        uint32_t clear;
        uint32_t set;
    } advices[] = {
        {MADV_DONTFORK, 0, AREA_DONTFORK},
        {MADV_DOFORK, AREA_DONTFORK, 0},
        {MADV_WIPEONFORK, 0, AREA_WIPEONFORK},
        {MADV_KEEPONFORK, AREA_WIPEONFORK, 0},
        {MADV_NOHUGEPAGE, 0, 0},
        {MADV_HUGEPAGE, 0, 0},
    };
    struct model_range range = copy_random_range();
    size_t i = copy_random(ARRAY_COUNT(advices));

    if (model_has_file(model, range)) {
        return; /* some advice is refused there */
    }

    (void)!aspace_advise(model->aspace, model_address(range.first),
                         length_of(range), advices[i].advice);
    model_advise(model, range, advices[i].clear, advices[i].set);
}

/* Gives memory to what has none, which nobody sees. */
static void do_populate(struct model *model)
{
    struct model_range range = copy_random_range();
    int advice =
        model_has_file(model, range) ? MADV_POPULATE_READ : MADV_POPULATE_WRITE;

    (void)!aspace_advise(model->aspace, model_address(range.first),
                         length_of(range), advice);
}

static void do_collapse(struct model *model)
{
    size_t first = copy_random(BYTES_PAGES) * FRAMES_PER_LARGE_PAGE;
    int error = aspace_advise(model->aspace, model_address(first),
                              LARGE_PAGE_SIZE, MADV_COLLAPSE);

    count.collapses += error == 0;
}

static bool overlap(struct model_range a, struct model_range b)
{
    return a.first < b.end && b.first < a.end;
}

/* MREMAP_FIXED: the new place is emptied also where the old one turns out to be
 * more than one area. */
static void do_move(struct model *model)
{
    struct model_range from = copy_random_range();
    size_t length = from.end - from.first;
    size_t to = copy_random(MODEL_PAGES - length + 1);
    struct model_range target = {to, to + length};
    const struct aspace_remap remap = {
        .old_address = model_address(from.first),
        .old_length = length_of(from),
        .new_length = length_of(from),
        .flags = MREMAP_MAYMOVE | MREMAP_FIXED,
        .new_address = model_address(to),
    };
    bool is_there = model->pages[from.first].is_mapped;
    int64_t address = aspace_remap(model->aspace, &remap);

    if (overlap(from, target) || !is_there) {
        ASSERT_CMP(address, <, (int64_t)0);
        return;
    }
    model_unmap(model, target);
    if (address >= 0) {
        model_move(model, from, to);
    }
}

/* Writes up to the first page that can't be written. */
static void do_write(struct model *model)
{
    static uint8_t bytes[WRITE_MAX];
    size_t at = copy_random(MODEL_SIZE);
    size_t size = MIN(1 + copy_random(WRITE_MAX), MODEL_SIZE - at);
    size_t done = 0;

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)copy_random(256);
    }
    int error = aspace_write(model->aspace, MODEL_START + at, bytes, size);
    while (done < size) {
        size_t page = (at + done) / PAGE_SIZE;
        size_t part = MIN((page + 1) * PAGE_SIZE - at - done, size - done);
        if ((model->pages[page].rights & AREA_WRITE) == 0 ||
            model_bytes(model, page) == NULL) {
            break;
        }
        memcpy(model_bytes_to_write(model, page) + (at + done) % PAGE_SIZE,
               bytes + done, part);
        done += part;
    }
    ASSERT_CMP(error == 0, ==, done == size);
    count.writes += error == 0;
}

/* One byte, while some allocation fails: written or not, nothing else is. */
static void do_hard_write(struct model *model)
{
    size_t at = copy_random(MODEL_SIZE);
    uint8_t byte = (uint8_t)copy_random(256);

    fault_injection_set(1 + (uint32_t)copy_random(2));
    int error = aspace_write(model->aspace, MODEL_START + at, &byte, 1);
    fault_injection_set(0);
    if (error == 0) {
        model_bytes_to_write(model, at / PAGE_SIZE)[at % PAGE_SIZE] = byte;
    }
}

static void do_read(struct model *model)
{
    model_compare(model, copy_random(MODEL_PAGES));
}

static void end_space(struct model *model)
{
    if (model->aspace != NULL) {
        aspace_put(model->aspace);
        model->aspace = NULL;
    }
}

static void do_copy(struct model *model)
{
    struct model *child = &models[copy_random(SPACES)];
    uint32_t fail_nth =
        copy_random(3) == 0 ? 1 + (uint32_t)copy_random(FAIL_MAX) : 0;

    if (child == model) {
        return;
    }
    end_space(child);
    fault_injection_set(fail_nth);
    int error = aspace_copy(model->aspace, &child->aspace);
    bool has_failed = fail_nth != 0 && fault_injection_left == 0;
    fault_injection_set(0);
    ASSERT_CMP(error, ==, has_failed ? -ENOMEM : 0);
    count.copies += error == 0;
    count.refused += error != 0;
    if (error == 0) {
        count.tables += child->aspace->has_shared_tables;
        model_copy(child, model);
    }
}

static void check(const char *rule)
{
    if (rule != NULL) {
        panic("selftest: broken: %s", rule);
    }
}

static void for_all(const char *(*action)(const struct aspace *))
{
    for (size_t i = 0; i < SPACES; i++) {
        check(models[i].aspace == NULL ? NULL : action(models[i].aspace));
    }
}

static void check_all(void)
{
    for (size_t i = 0; i < SPACES; i++) {
        check(models[i].aspace == NULL ? NULL
                                       : aspace_validate(models[i].aspace));
    }
    for_all(aspace_claim);
    for_all(aspace_check_claims);
    for_all(aspace_unclaim);
    check(byte_map_validate());
    check(copy_file_validate());
}

/* Touches every page that can be read. */
static void compare_one(const struct model *model)
{
    for (size_t page = 0; page < MODEL_PAGES; page++) {
        model_compare(model, page);
    }
}

static void step(void)
{
    static void (*const steps[])(struct model *) = {
        do_map,
        do_map,
        do_map,
        do_unmap,
        do_protect,
        do_discard,
        do_advise,
        do_move,
        do_write,
        do_write,
        do_write,
        do_write,
        do_write,
        do_write,
        do_hard_write,
        do_populate,
        do_populate,
        do_read,
        do_read,
        do_copy,
        do_copy,
        do_collapse,
        copy_file_do_map,
        copy_file_do_map,
        copy_file_do_truncate,
        copy_file_do_punch,
    };
    struct model *model = &models[copy_random(SPACES)];

    if (model->aspace != NULL) {
        steps[copy_random(ARRAY_COUNT(steps))](model);
    }
}

static struct aspace *create(void)
{
    const struct aspace_limits limits = {UINT64_MAX, UINT64_MAX, UINT64_MAX,
                                         STACK_LIMIT, UINT64_MAX};
    const struct aspace_span span = {.end = USER_END_64};
    const struct aspace_plan plan = {span, span, false, limits};

    return aspace_create(&plan);
}

static void run(void)
{
    models[0].aspace = create();
    ASSERT(models[0].aspace != NULL);
    for (size_t i = 1; i <= STEPS; i++) {
        step();
        if (i % CHECK_STEPS == 0) {
            check_all();
            size_t chosen = copy_random(SPACES);
            if (models[chosen].aspace != NULL) {
                compare_one(&models[chosen]);
            }
        }
    }
    for (size_t i = 0; i < SPACES; i++) {
        if (models[i].aspace != NULL) {
            compare_one(&models[i]);
            end_space(&models[i]);
            check_all();
        }
    }
}

/* Large pages for the models, or 0. */
static paddr_t prepare(void)
{
    paddr_t pages = byte_map_alloc(ALL_PAGES, BYTE_MAP_KERNEL);

    if (pages == PADDR_NONE) {
        return PADDR_NONE;
    }
    models = direct_map(pages);
    memset(models, 0, LARGE_PAGE_SIZE);
    uint8_t *bytes = (uint8_t *)direct_map(pages) + LARGE_PAGE_SIZE;
    copy_file_begin(models, SPACES, bytes);
    for (size_t i = 0; i < SPACES; i++) {
        models[i].bytes = bytes + MODEL_FILE_SIZE + i * MODEL_SIZE;
    }
    return pages;
}

void copy_test_run(void)
{
    if (option_choice(OPTION_SELFTEST) != OPTION_SELFTEST_COPIES) {
        return;
    }
    copy_random_begin(option_number(OPTION_SEED, 1));
    byte_map_drain();
    uint64_t free = memory_free();
    size_t nodes = vma_pool_used();
    paddr_t pages = prepare();
    if (pages == PADDR_NONE) {
        log_warn("selftest: too little memory for the models");
        return;
    }
    run();
    copy_file_end();
    int error = byte_map_free(pages, ALL_PAGES);
    ASSERT_CMP(error, ==, 0);
    byte_map_drain();
    ASSERT_CMP(memory_free(), ==, free);
    ASSERT_CMP(vma_pool_used(), ==, nodes);
    log_info("selftest: %u steps, %u copies, %u refused, %u with tables, "
             "%u writes, %u collapses: all as the model has it",
             STEPS, count.copies, count.refused, count.tables, count.writes,
             count.collapses);
}
