/* Data segment registers. */
#include "kernel/x86/segments.h"

#include "kernel/lib/bits.h"

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

/* SELECTOR with ring 3's privilege, or 0. */
static uint16_t make_loadable(uint16_t selector)
{
    uint32_t rights = access_rights(selector);
    bool is_readable =
        (rights & ACCESS_CODE) == 0 || (rights & ACCESS_READ_WRITE) != 0;

    return is_present(rights) && is_readable
               ? (uint16_t)(selector | SELECTOR_RPL)
               : 0;
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

void segments_load(const struct segments *wanted)
{
    struct segments now = segments_read();

    if (wanted->ds != now.ds) {
        __asm__ volatile("movl %0, %%ds"
                         :
                         : "r"((uint32_t)make_loadable(wanted->ds)));
    }
    if (wanted->es != now.es) {
        __asm__ volatile("movl %0, %%es"
                         :
                         : "r"((uint32_t)make_loadable(wanted->es)));
    }
    if (wanted->fs != now.fs) {
        __asm__ volatile("movl %0, %%fs"
                         :
                         : "r"((uint32_t)make_loadable(wanted->fs)));
    }
    if (wanted->gs != now.gs) {
        load_gs(make_loadable(wanted->gs));
    }
}
