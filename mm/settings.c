/* What the settings of memory are at boot. */
#include "mm/settings.h"

#include "mm/layout.h"

struct memory_settings memory_settings = {
    .randomize = RANDOMIZE_ALL,
    .map_min = USER_MAP_MIN,
};
