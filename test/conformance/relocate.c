/* The beginning of a static PIE: puts its own address into its data, which the
 * linker has left to do (System V ABI, chapter 5), then goes on as every
 * program does. The linker puts start_main's callers through here. */
#include <stdint.h>

#define DT_NULL   0
#define RELATIVE  8 /* the one type there is: R_X86_64_ or R_386_RELATIVE */
#define TYPE_MASK 0xff

#ifdef __x86_64__
#define DT_TABLE      7 /* DT_RELA */
#define DT_TABLE_SIZE 8 /* DT_RELASZ */
struct relocation {
    uintptr_t offset;
    uintptr_t info;
    uintptr_t addend;
};
#define ADDEND(relocation, word) ((relocation)->addend)
#else
#define DT_TABLE                 17 /* DT_REL */
#define DT_TABLE_SIZE            18 /* DT_RELSZ */
struct relocation {
    uintptr_t offset;
    uintptr_t info;
};
#define ADDEND(relocation, word) (*(word))
#endif

struct dynamic {
    uintptr_t tag;
    uintptr_t value;
};

/* The linker's: the ELF header, and the table of what else it made. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const struct dynamic _DYNAMIC[] __attribute__((visibility("hidden")));

_Noreturn void __real_start_main(uintptr_t *stack);
_Noreturn void __wrap_start_main(uintptr_t *stack);

static uintptr_t dynamic(uintptr_t tag)
{
    for (const struct dynamic *at = _DYNAMIC; at->tag != DT_NULL; at++) {
        if (at->tag == tag) {
            return at->value;
        }
    }
    return 0;
}

void __wrap_start_main(uintptr_t *stack)
{
    uintptr_t base = (uintptr_t)__ehdr_start;
    const struct relocation *table =
        (const struct relocation *)(base + dynamic(DT_TABLE));
    uintptr_t count = dynamic(DT_TABLE_SIZE) / sizeof(*table);

    for (uintptr_t i = 0; i < count; i++) {
        uintptr_t *word = (uintptr_t *)(base + table[i].offset);
        if ((table[i].info & TYPE_MASK) == RELATIVE) {
            *word = base + ADDEND(&table[i], word);
        }
    }
    __real_start_main(stack);
}
