/* malloc_test: examples of malloc's family, and a long random run in which a
 * model knows what every byte must be.
 *
 * One learns: how to test an allocator. After every step the heap is walked
 * from end to end (malloc_validate), and every block that is given up or moved
 * is first compared with the pattern that was written into it: two blocks that
 * overlap would spoil each other's.
 *
 *     malloc_test                             all tests
 *     malloc_test twice | foreign | inside    a wrong free, which ends it */
#include "user/lib/linux.h"
#include "user/lib/malloc.h"
#include "user/lib/print.h"
#include "user/lib/string.h"

#define ALIGNMENT  16
#define STEPS      20000
#define SLOTS      100
#define SMALL_SIZE 300
#define LARGE_SIZE 40000
#define SEED       2463534242u /* any number but 0 */

static unsigned checks;

/* Ends the program when HOLDS is false; RULE says what it should have been. */
static void check(bool holds, const char *rule)
{
    checks++;
    if (!holds) {
        printf("wrong after %u checks: %s\n", checks, rule);
        exit(1);
    }
}

static struct malloc_state heap_state(void)
{
    struct malloc_state state;
    const char *broken = malloc_validate(&state);
    check(broken == NULL, broken);
    return state;
}

/* malloc, and the rules that hold for every block. */
static void *take(size_t size)
{
    void *memory = malloc(size);
    check(memory != NULL, "there is memory");
    check((uintptr_t)memory % ALIGNMENT == 0, "addresses are multiples of 16");
    heap_state();
    return memory;
}

static void give(void *memory)
{
    free(memory);
    heap_state();
}

static void example_first_fit(void)
{
    char *a = take(1000);
    char *b = take(1000);
    char *c = take(1000);
    give(b);
    check(take(500) == b, "first fit: the hole is used again");
    char *rest = take(400);
    check(rest > b && rest < c, "split: the rest of the hole too");
    give(b);
    give(rest);
    printf("first fit and split: the hole between two blocks is used\n");
    give(a);
    give(c);
}

static void example_coalesce(void)
{
    char *a = take(1000);
    char *b = take(1000);
    char *c = take(1000);
    char *d = take(1000);
    give(a);
    give(c);
    size_t apart = heap_state().free_blocks;
    give(b);
    check(heap_state().free_blocks == apart - 1, "three free blocks are one");
    check(take(3000) == a, "which serves what none of them could");
    give(a);
    give(d);
    printf("coalesce: three free neighbours become one block\n");
}

static void example_calloc(void)
{
    char *memory = take(100);
    memset(memory, 0xff, 100);
    give(memory);
    char *zeros = calloc(10, 10);
    check(zeros == memory, "the same bytes again");
    for (size_t i = 0; i < 100; i++) {
        check(zeros[i] == 0, "calloc gives zeros");
    }
    give(zeros);

    size_t quarter = SIZE_MAX / 4 + 1; /* four of them are 0, modulo 2^64 */
    check(calloc(quarter, 4) == NULL, "a product that overflows is NULL");
    char *nothing = calloc(0, 3);
    check(nothing != NULL, "none of something is a block");
    give(nothing);
    printf("calloc: zeros where others wrote, and no overflow\n");
}

static void example_realloc(void)
{
    char *memory = take(100);
    memcpy(memory, "keep me", sizeof("keep me"));
    check(realloc(memory, 2000) == memory, "grows into the free block behind");
    check(realloc(memory, 50) == memory, "shrinks in place");
    char *wall = take(10);
    char *moved = realloc(memory, 5000);
    check(moved != memory, "moves when something is in the way");
    check(strcmp(moved, "keep me") == 0, "and keeps the bytes");
    check(realloc(moved, SIZE_MAX / 2) == NULL, "too large: NULL");
    check(strcmp(moved, "keep me") == 0, "and the old block is as it was");
    give(moved);
    give(wall);
    printf("realloc: in place where possible, else moved\n");
}

static void example_limits(void)
{
    check(malloc(SIZE_MAX) == NULL, "no overflow in the size");
    check(malloc(SIZE_MAX / 2) == NULL, "more than there is");
    char *nothing = take(0);
    char *other = take(0);
    check(nothing != other, "blocks of no bytes differ");
    give(nothing);
    give(other);
    give(NULL);
    printf("limits: nothing, too much and NULL are in order\n");
}

static void example_trim(void)
{
    char *before = __sbrk__(0);
    char *large = take(1000000);
    check((char *)__sbrk__(0) >= before + 900000, "the break moved up");
    large[999999] = 1;
    give(large);
    check((char *)__sbrk__(0) <= before, "and down again");
    printf("trim: a large free end goes back to the kernel\n");
}

/* Someone else takes memory by __sbrk__: the heap jumps over it. */
static void example_foreign(void)
{
    char *foreign = __sbrk__(101);
    memset(foreign, 0x77, 101);
    char *above = take(500000);
    check(above > foreign, "the heap goes on above");
    memset(above, 0x11, 500000);
    for (size_t i = 0; i < 101; i++) {
        check(foreign[i] == 0x77, "what is not malloc's is left alone");
    }
    give(above);
    printf("foreign: the break may be moved by others too\n");
}

/* The model: what is allocated, and the byte that fills it. */
struct slot {
    unsigned char *memory; /* NULL when the slot is empty */
    size_t size;
    unsigned char pattern;
};

static struct slot slots[SLOTS];

/* Marsaglia's xorshift: random enough, and the same everywhere. */
static unsigned random_number(void)
{
    static unsigned state = SEED;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static size_t random_size(void)
{
    unsigned limit = random_number() % 8 == 0 ? LARGE_SIZE : SMALL_SIZE;
    return random_number() % limit;
}

/* The first SIZE bytes of a slot are as they were filled. */
static void check_bytes(const struct slot *slot, size_t size)
{
    bool is_same = true;
    for (size_t i = 0; i < size; i++) {
        is_same = is_same && slot->memory[i] == slot->pattern;
    }
    check(is_same, "nobody else wrote into the block");
}

static void fill(struct slot *slot, size_t size)
{
    slot->size = size;
    slot->pattern = (unsigned char)random_number();
    memset(slot->memory, slot->pattern, size);
}

static void step_take(struct slot *slot)
{
    size_t size = random_size();
    if (random_number() % 4 == 0) {
        slot->memory = calloc(1, size);
        slot->pattern = 0;
        check(slot->memory != NULL, "there is memory");
        check_bytes(slot, size);
    } else {
        slot->memory = take(size);
    }
    fill(slot, size);
}

static void step_resize(struct slot *slot)
{
    size_t size = random_size();
    slot->memory = realloc(slot->memory, size);
    check(slot->memory != NULL, "there is memory");
    check_bytes(slot, size < slot->size ? size : slot->size);
    fill(slot, size);
}

static void step_give(struct slot *slot)
{
    check_bytes(slot, slot->size);
    free(slot->memory);
    slot->memory = NULL;
}

static void random_run(void)
{
    for (int step = 0; step < STEPS; step++) {
        struct slot *slot = &slots[random_number() % SLOTS];
        if (slot->memory == NULL) {
            step_take(slot);
        } else if (random_number() % 3 == 0) {
            step_resize(slot);
        } else {
            step_give(slot);
        }
        heap_state();
    }
    struct malloc_state state = heap_state();
    printf("random: %d steps, %zu blocks in use, %zu free, %zu bytes\n", STEPS,
           state.used_blocks, state.free_blocks, state.heap_bytes);
}

static void release_all(size_t used_before)
{
    for (size_t i = 0; i < SLOTS; i++) {
        if (slots[i].memory != NULL) {
            step_give(&slots[i]);
        }
    }
    check(heap_state().used_blocks == used_before, "no block is left over");
    printf("all released: as many blocks in use as before\n");
}

/* What malloc refuses: it ends the program. */
static void misuse(const char *how)
{
    char on_stack[ALIGNMENT];
    char *memory = take(100);
    if (strcmp(how, "twice") == 0) {
        free(memory);
        free(memory);
    } else if (strcmp(how, "foreign") == 0) {
        free(on_stack);
    } else if (strcmp(how, "inside") == 0) {
        free(memory + 1);
    }
    printf("malloc_test [twice | foreign | inside]\n");
    exit(2);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        misuse(argv[1]);
    }
    example_first_fit();
    example_coalesce();
    example_calloc();
    example_realloc();
    example_limits();
    example_trim();
    example_foreign();

    size_t used = heap_state().used_blocks;
    random_run();
    release_all(used);
    printf("%u checks\n", checks);
    return 0;
}
