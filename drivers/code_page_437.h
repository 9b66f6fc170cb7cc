/* Code page 437: the characters of VGA text, and so of all our screens. */
#pragma once

#include "kernel/lib.h"

/* The code of the Unicode character CODE_POINT, or that of '?'. */
uint8_t code_page_437(uint32_t code_point);
