/* Memory for objects in host tests. */
#pragma once

#include "mm/frame.h"

extern size_t host_frames;      /* that are handed out */
extern size_t host_frames_left; /* until there are none, and then */
extern size_t host_reclaims;    /* so many pages are reclaimed at once */
