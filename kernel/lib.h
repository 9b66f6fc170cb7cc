/* The basics: types, bits, strings, lists and formatted text, which C without
 * its library lacks; ASSERT, and the two words that every file may say, log_*
 * and panic.
 *
 * The room owns no state and uses no other. Its files are pure, and run in host
 * tests and in the kernel alike. Read types.h first, then assert.h.
 */
#pragma once

#include "kernel/lib/assert.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/format.h"
#include "kernel/lib/list.h"
#include "kernel/lib/log.h"
#include "kernel/lib/panic.h"
#include "kernel/lib/spinlock.h"
#include "kernel/lib/string.h"
#include "kernel/lib/types.h"
