/* See test/host/area_host.h. */
#include "test/host/area_host.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mm/fault_injection.h"
#include "mm/vma_pool.h"

#define PICTURE_MAX 256

size_t area_host_frames = SIZE_MAX;
struct area_tree area_host_tree;

void area_file_get(struct file *file)
{
    file->references++;
}

void area_file_put(struct file *file)
{
    assert_int_not_equal(file->references, 0);
    file->references--;
}

/* No area here has an object. */
void object_put(struct memory_object *object)
{
    (void)object;
    abort();
}

/* Here it is frames that are refused. */
bool fault_injection_strikes(void)
{
    return false;
}

void *vma_pool_frame_alloc(void)
{
    if (area_host_frames == 0) {
        return NULL;
    }
    area_host_frames--;
    return aligned_alloc(FRAME_SIZE, FRAME_SIZE);
}

void vma_pool_frame_free(void *frame)
{
    free(frame);
}

uint32_t area_host_flags(char letter)
{
    switch (tolower(letter)) {
    case 'r':
        return AREA_READ;
    case 'w':
        return AREA_READ | AREA_WRITE;
    case 'x':
        return AREA_READ | AREA_EXEC;
    default:
        return 0;
    }
}

static char letter_of(uint32_t flags)
{
    if ((flags & AREA_WRITE) != 0) {
        return 'w';
    }
    if ((flags & AREA_EXEC) != 0) {
        return 'x';
    }
    return (flags & AREA_READ) != 0 ? 'r' : 'n';
}

struct vma area_host_piece(size_t page, size_t pages, char letter)
{
    return (struct vma){
        .start = PAGE_AT(page),
        .end = PAGE_AT(page + pages),
        .flags = area_host_flags(letter),
        .page_offset = PAGE_AT(page) >> PAGE_SHIFT,
    };
}

void area_host_draw(struct area_tree *tree, const char *picture,
                    const char *numbers)
{
    for (size_t page = 0; picture[page] != '\0'; page++) {
        if (!isupper(picture[page])) {
            continue;
        }
        size_t end = page + 1;
        while (islower(picture[end])) {
            end++;
        }
        struct vma piece = area_host_piece(page, end - page, picture[page]);
        piece.anon = (uint64_t)(numbers[page] - '0');
        tree->last_anon = MAX(tree->last_anon, piece.anon);
        assert_int_equal(area_reserve(tree), 0);
        area_insert(tree, &piece, AREA_JOIN_NONE);
    }
    area_host_expect(tree, picture);
}

static size_t page_of(uaddr_t address)
{
    return (address - PAGE_AT(0)) / PAGE_SIZE;
}

void area_host_expect(const struct area_tree *tree, const char *picture)
{
    char drawn[PICTURE_MAX + 1];
    size_t length = strlen(picture);

    assert_null(area_validate(tree));
    assert_true(length <= PICTURE_MAX);
    memset(drawn, '.', length);
    drawn[length] = '\0';
    for (const struct vma *area = tree->first; area != NULL;
         area = area->next) {
        size_t start = page_of(area->start);
        size_t end = page_of(area->end);

        assert_true(end <= length);
        memset(drawn + start, letter_of(area->flags), end - start);
        drawn[start] = (char)toupper(drawn[start]);
    }
    assert_string_equal(drawn, picture);
}

int area_host_set_up(void **state)
{
    (void)state;
    area_init(&area_host_tree);
    return 0;
}

int area_host_tear_down(void **state)
{
    (void)state;
    area_host_frames = SIZE_MAX;
    area_clear(&area_host_tree);
    assert_int_equal(vma_pool_used(), 0);
    assert_int_equal(vma_pool_frames(), 0);
    return 0;
}

struct vma *area_host_insert(const struct vma *piece, enum area_join join)
{
    assert_int_equal(area_reserve(&area_host_tree), 0);
    struct vma *area = area_insert(&area_host_tree, piece, join);
    assert_true(area->start <= piece->start && piece->end <= area->end);
    return area;
}

void area_host_remove(size_t page, size_t pages)
{
    uaddr_t start = PAGE_AT(page);
    uaddr_t end = PAGE_AT(page + pages);

    assert_int_equal(area_reserve(&area_host_tree), 0);
    assert_int_equal(area_remove_check(&area_host_tree, start, end), 0);
    area_remove(&area_host_tree, start, end);
}

struct vma *area_host_change(size_t page, size_t pages, uint32_t flags)
{
    struct vma *area = area_find(&area_host_tree, PAGE_AT(page));
    struct vma *result;

    assert_int_equal(area_reserve(&area_host_tree), 0);
    assert_int_equal(area_change(&area_host_tree, area, PAGE_AT(page),
                                 PAGE_AT(page + pages), flags, &result),
                     0);
    assert_int_equal(result->flags, flags);
    assert_true(result->start <= PAGE_AT(page));
    assert_true(result->end >= PAGE_AT(page + pages));
    return result;
}
