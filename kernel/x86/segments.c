/* Data segment registers. */
#include "kernel/x86/segments.h"

#include "kernel/lib/bits.h"
#include "kernel/x86/gdt.h"

/* SDM vol. 3A, 3.4.5: the upper half of a descriptor, as LAR gives it. */
#define ACCESS_READ_WRITE BIT(9) /* of data writable, of code readable */
#define ACCESS_CODE       BIT(11)
#define ACCESS_USER       BIT(12) /* code or data */
#define ACCESS_PRESENT    BIT(15)

/* The access rights of what SELECTOR names, or 0 when ring 3 may not have it
 * (SDM vol. 2A, LAR). */
static uint32_t access_rights(uint16_t selector)
{
    uint32_t rights = 0;
    uint32_t user = selector | SELECTOR_RPL;

    __asm__ volatile("larl %[user], %[rights]\n"
                     "jz 1f\n"
                     "xorl %[rights], %[rights]\n"
                     "1:\n"
                     : [rights] "+r"(rights)
                     : [user] "r"(user)
                     : "cc");
    return rights;
}

static bool is_present(uint32_t rights)
{
    return (rights & ACCESS_PRESENT) != 0 && (rights & ACCESS_USER) != 0;
}

bool segment_is_stack(uint16_t selector)
{
    uint32_t rights = access_rights(selector);

    return is_present(rights) && (rights & ACCESS_CODE) == 0 &&
           (rights & ACCESS_READ_WRITE) != 0;
}

/* SELECTOR, or 0 when ring 3 may not have what it names. */
static uint16_t make_loadable(uint16_t selector)
{
    uint32_t rights = access_rights(selector);
    bool is_readable =
        (rights & ACCESS_CODE) == 0 || (rights & ACCESS_READ_WRITE) != 0;

    bool is_null = selector <= SELECTOR_RPL;

    return is_null || (is_present(rights) && is_readable) ? selector : 0;
}

struct segments segments_read(void)
{
    struct segments now;

    __asm__ volatile("movw %%ds, %0" : "=m"(now.ds));
    __asm__ volatile("movw %%es, %0" : "=m"(now.es));
    __asm__ volatile("movw %%fs, %0" : "=m"(now.fs));
    __asm__ volatile("movw %%gs, %0" : "=m"(now.gs));
    return now;
}

/* Changes the program's base too, which lies where swapgs finds it. */
static void load_gs(uint16_t selector)
{
    __asm__ volatile("swapgs\n"
                     "movl %0, %%gs\n"
                     "swapgs\n"
                     :
                     : "r"((uint32_t)selector)
                     : "memory");
}

static void load_ds(uint16_t selector)
{
    __asm__ volatile("movl %0, %%ds"
                     :
                     : "r"((uint32_t)make_loadable(selector)));
}

static void load_es(uint16_t selector)
{
    __asm__ volatile("movl %0, %%es"
                     :
                     : "r"((uint32_t)make_loadable(selector)));
}

static void load_fs(uint16_t selector)
{
    __asm__ volatile("movl %0, %%fs"
                     :
                     : "r"((uint32_t)make_loadable(selector)));
}

/* Does the register that holds NOW stand for WANTED? Each program has its own
 * descriptors for TLS, and the register keeps what it was loaded from. */
static bool is_loaded(uint16_t now, uint16_t wanted)
{
    unsigned entry = wanted / SELECTOR_ENTRY;
    bool is_tls =
        entry >= GDT_TLS_FIRST && entry < GDT_TLS_FIRST + GDT_TLS_COUNT;

    return now == wanted && !is_tls;
}

void segments_load(const struct segments *wanted)
{
    struct segments now = segments_read();

    if (!is_loaded(now.ds, wanted->ds)) {
        load_ds(wanted->ds);
    }
    if (!is_loaded(now.es, wanted->es)) {
        load_es(wanted->es);
    }
    if (!is_loaded(now.fs, wanted->fs)) {
        load_fs(wanted->fs);
    }
    if (!is_loaded(now.gs, wanted->gs)) {
        load_gs(make_loadable(wanted->gs));
    }
}

void segments_refresh(uint16_t selector)
{
    struct segments now = segments_read();

    if (now.ds == selector) {
        load_ds(selector);
    }
    if (now.es == selector) {
        load_es(selector);
    }
    if (now.fs == selector) {
        load_fs(selector);
    }
    if (now.gs == selector) {
        load_gs(make_loadable(selector));
    }
}
