/* Runs random operations: see random.h. */
#include "test/conformance/random.h"

#include "test/conformance/case.h"
#include "test/conformance/operation.h"

#define HASH_EVERY  100
#define RESET_EVERY 1000
#define TOUCHES_MAX 3

/* A static PIE lies right above what the kernel places, where an operation that
 * reaches too far would take the program away: a fence of that many bytes lies
 * between them. Other programs lie below STATIC_END, far from all. */
#define FENCE       (4ul << 20)
#define STATIC_END  0x10000000ul

/* Given by the linker: where the program begins. */
extern const char __executable_start[];

static void fence_program(void)
{
    uintptr_t start = (uintptr_t)__executable_start;
    if (start > STATIC_END) {
        mmap((void *)(start - FENCE), FENCE, PROT_NONE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    }
}

static void say_hash(unsigned long done)
{
    uint32_t hash = text_hash();
    text_mode(TEXT_SHOWN);
    text("hash ");
    text_decimal((long)done);
    text(" ");
    text_hex(hash);
    text_line();
}

static void say_operation(unsigned long number)
{
    text("# ");
    text_decimal((long)number);
    text_line();
}

void random_run(const struct random_run *run)
{
    draw_init(run->seed);
    fence_program();
    for (unsigned long i = 1; i <= run->count; i++) {
        bool is_shown = i >= run->show_from && i <= run->show_to;
        text_mode(is_shown ? TEXT_SHOWN : TEXT_COUNTED);
        say_operation(i);
        struct range range = run->operation();
        for (uint32_t touches = draw(TOUCHES_MAX); touches > 0; touches--) {
            operation_touch(range, (uint32_t)i);
        }
        if (is_shown) {
            text_mode(TEXT_ASIDE);
            maps_say_all();
            text_mode(TEXT_SHOWN);
        }
        if (i % HASH_EVERY == 0) {
            maps_say_all();
            say_hash(i);
        }
        if (i % RESET_EVERY == 0) {
            draw_forget();
            case_reset();
            fence_program();
        }
    }
}
