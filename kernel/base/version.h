/* What Brix calls itself. */
#pragma once

#define BRIX_VERSION       "0.1"

/* The Linux whose calls Brix answers as it does. */
#define BRIX_LINUX_RELEASE "6.1.0-brix"
