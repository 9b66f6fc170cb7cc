/* What Brix calls itself. */
#pragma once

#define BRIX_VERSION       "0.1"

/* The Linux whose calls Brix answers as it does. */
#define BRIX_LINUX_RELEASE "6.1.0-brix"

/* The room for version_build, with the zero at its end. */
#define VERSION_BUILD_SIZE 17

/* Writes to TEXT which build this is: the first digits of what `file
 * build/brix` calls BuildID. Two kernels that differ in a byte differ in it. */
void version_build(char text[VERSION_BUILD_SIZE]);
