/* Allocations that fail on purpose: see mm/fault_injection.h. */
#include "mm/byte_map_priv.h"
#include "mm/fault_injection.h"

uint32_t fault_injection_left;

void fault_injection_set(uint32_t nth)
{
    static uint32_t usual_size; /* of magazines */
    bool was_on = fault_injection_left != 0;
    bool is_on = nth != 0;

    fault_injection_left = nth;
    if (is_on && !was_on) {
        usual_size = byte_map_limit_magazines(0);
    } else if (was_on && !is_on) {
        byte_map_limit_magazines(usual_size);
    }
}

bool fault_injection_strikes(void)
{
    if (fault_injection_left == 0) {
        return false;
    }
    fault_injection_set(fault_injection_left - 1);
    return fault_injection_left == 0;
}
