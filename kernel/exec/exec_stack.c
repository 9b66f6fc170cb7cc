/* What a new program finds on its stack (System V ABI, AMD64 3.4 and i386
 * 3.4, as Linux's create_elf_tables lays it out):
 *
 *   top     8 bytes of zero
 *           the program's path, environment strings, argument strings
 *           up to 8 KiB unused when addresses are random
 *           the platform's name, 16 random bytes
 *           auxiliary vector, ended by AT_NULL
 *           envp[], 0
 *           argv[], 0
 *   rsp     argc
 */
#include "kernel/abi/auxv.h"
#include "kernel/abi/errno.h"
#include "kernel/base.h"
#include "kernel/exec/exec_priv.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/thread.h"
#include "kernel/x86.h"

#define STACK_ALIGN      16
#define STACK_RANDOM     8192
#define RANDOM_BYTES     16
#define CLOCK_TICKS      100
#define FEATURES_LEAF    1
#define AUXV_MAX         24
#define TABLE_PIECE      512 /* a multiple of both sizes of words */

/* Pointers to write before interrupts are let in. */
#define POINTERS_AT_ONCE 256

/* Bytes below what is used that belong to the stack's area at once. */
#define STACK_EXPAND     (128 * KIB)

int exec_push(struct exec *exec, size_t size)
{
    ASSERT_CMP(exec->stack, <=, exec->strings);
    if (size > EXEC_STRINGS_MAX ||
        exec->strings - exec->stack + size > EXEC_STRINGS_MAX) {
        return -E2BIG;
    }
    exec->stack -= size;
    return 0;
}

int exec_push_string(struct exec *exec, const char *string)
{
    size_t size = strlen(string) + 1;
    int error = size > EXEC_STRING_MAX ? -E2BIG : exec_push(exec, size);
    if (error != 0) {
        return error;
    }
    return aspace_write(exec->aspace, exec->stack, string, size);
}

/* Writes words of the program's size upwards, several at a time: to look for
 * the page of each would take longer than all else. */
struct table {
    struct exec *exec;
    uaddr_t at; /* of the first byte that waits */
    int error;  /* the first one stays */
    size_t waiting;
    uint8_t bytes[TABLE_PIECE];
};

static size_t word_size(const struct exec *exec)
{
    return exec->image.is_64 ? sizeof(uint64_t) : sizeof(uint32_t);
}

static void flush(struct table *table)
{
    if (table->error == 0) {
        table->error = aspace_write(table->exec->aspace, table->at,
                                    table->bytes, table->waiting);
    }
    table->at += table->waiting;
    table->waiting = 0;
}

static void put(struct table *table, uint64_t word)
{
    const size_t size = word_size(table->exec);
    uint8_t *to = &table->bytes[table->waiting];

    ASSERT_CMP(table->waiting + size, <=, sizeof(table->bytes));
    /* Sizes that the compiler knows need no call for each word. */
    if (size == sizeof(word)) {
        memcpy(to, &word, sizeof(word));
    } else {
        memcpy(to, &word, sizeof(uint32_t));
    }
    table->waiting += size;
    if (table->waiting == sizeof(table->bytes)) {
        flush(table);
    }
}

/* Pointers to COUNT strings from AT, and a zero. Returns where they end. The
 * old program is gone, so that nothing can stop it. */
static uaddr_t put_pointers(struct table *table, unsigned count, uaddr_t at)
{
    struct aspace *aspace = table->exec->aspace;

    for (unsigned i = 0; i < count; i++) {
        if (i % POINTERS_AT_ONCE == POINTERS_AT_ONCE - 1) {
            (void)thread_is_killed(); /* lets interrupts in */
        }
        put(table, at);
        int64_t length = aspace_string_length(aspace, at, EXEC_STRING_MAX);
        if (length < 0) {
            table->error = (int)length;
            break;
        }
        at += (uint64_t)length + 1;
    }
    put(table, 0);
    return at;
}

struct aux {
    uint64_t type;
    uint64_t value;
};

static size_t fill_auxv(const struct exec *exec, uaddr_t platform,
                        uaddr_t random, struct aux auxv[AUXV_MAX])
{
    const struct elf_image *image = &exec->image;
    const struct aux values[] = {
        {AT_MINSIGSTKSZ, signal_frame_size_max()},
        {AT_HWCAP, cpuid(FEATURES_LEAF, 0).edx},
        {AT_PAGESZ, PAGE_SIZE},
        {AT_CLKTCK, CLOCK_TICKS},
        {AT_PHDR, exec->aspace->bias + image->phdr},
        {AT_PHENT, image->phentsize},
        {AT_PHNUM, image->phnum},
        {AT_BASE, exec->base},
        {AT_FLAGS, 0},
        {AT_ENTRY, exec->aspace->bias + image->entry},
        {AT_UID, exec->credentials.user.real},
        {AT_EUID, exec->credentials.user.effective},
        {AT_GID, exec->credentials.group.real},
        {AT_EGID, exec->credentials.group.effective},
        {AT_SECURE, 0},
        {AT_RANDOM, random},
        {AT_HWCAP2, cpu_features.fsgsbase ? HWCAP2_FSGSBASE : 0},
        {AT_EXECFN, exec->path},
        {AT_PLATFORM, platform},
        {AT_NULL, 0},
    };
    static_assert(ARRAY_COUNT(values) <= AUXV_MAX, "room for all");

    memcpy(auxv, values, sizeof(values));
    return ARRAY_COUNT(values);
}

/* Takes SIZE bytes of the stack for DATA. */
static int push_data(struct exec *exec, const void *data, size_t size)
{
    exec->stack -= size;
    return aspace_write(exec->aspace, exec->stack, data, size);
}

void exec_grow_stack(struct exec *exec)
{
    struct area_tree *areas = &exec->aspace->areas;
    struct vma *area = area_find(areas, exec->stack);
    ASSERT(area != NULL && (area->flags & AREA_GROWSDOWN) != 0);
    uint64_t limit = align_down(exec->aspace->limits.stack, PAGE_SIZE);
    uint64_t size = MIN(area->end - area->start + STACK_EXPAND, limit);

    uaddr_t start = area->end - size;
    if (start >= area->start) {
        return;
    }
    area_grow_down(areas, area, start);
}

int exec_push_tables(struct exec *exec)
{
    uaddr_t strings = exec->stack;
    const char *platform_name = exec->image.is_64 ? "x86_64" : "i686";
    uint8_t random[RANDOM_BYTES];
    struct aux auxv[AUXV_MAX];

    exec->stack -= exec->is_random ? random_below(STACK_RANDOM) : 0;
    exec->stack = align_down(exec->stack, STACK_ALIGN);
    int error = push_data(exec, platform_name, strlen(platform_name) + 1);
    uaddr_t platform = exec->stack;
    if (error != 0) {
        return error;
    }
    random_bytes(random, sizeof(random));
    error = push_data(exec, random, sizeof(random));
    if (error != 0) {
        return error;
    }
    size_t aux_count = fill_auxv(exec, platform, exec->stack, auxv);
    size_t words = 1 + exec->argc + 1 + exec->envc + 1 + 2 * aux_count;
    exec->stack -= words * word_size(exec);
    exec->stack = align_down(exec->stack, STACK_ALIGN);

    struct table table;
    table.exec = exec;
    table.at = exec->stack;
    table.error = 0;
    table.waiting = 0;
    put(&table, exec->argc);
    exec->aspace->arg_start = strings;
    exec->aspace->arg_end = put_pointers(&table, exec->argc, strings);
    exec->aspace->env_end =
        put_pointers(&table, exec->envc, exec->aspace->arg_end);
    for (size_t i = 0; i < aux_count; i++) {
        put(&table, auxv[i].type);
        put(&table, auxv[i].value);
    }
    flush(&table);
    exec->aspace->stack_start = exec->stack;
    return table.error;
}
