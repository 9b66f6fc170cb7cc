/* __sbrk__: memory by moving the break, on brk. (user/sbrk.asm is the same in
 * nasm, step by step.)
 *
 *     | text | data | bss |........| heap ------>          | stack |
 *                                  ^ start    ^ the break
 */
#include "user/lib/linux.h"

void *__sbrk__(intptr_t change)
{
    char *old = brk(NULL); /* ask: 0 can't be set */
    char *wanted = (char *)((uintptr_t)old + (uintptr_t)change);
    bool wraps = (change > 0) ? wanted < old : wanted > old;
    if (wraps || brk(wanted) != wanted) {
        return SBRK_FAILED;
    }
    return old;
}
