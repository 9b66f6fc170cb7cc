/* Which build of Brix this is. */
#include "kernel/base/version.h"

#include "kernel/lib.h"

/* A note of ELF (System V ABI, "Note Section"), which the linker writes. */
struct build_note {
    uint32_t name_size;
    uint32_t size;
    uint32_t type;
    char name[4]; /* GNU */
    uint8_t id[20];
};

extern const struct build_note build_id_note; /* linker.ld */

void version_build(char text[VERSION_BUILD_SIZE])
{
    for (size_t i = 0; i < (VERSION_BUILD_SIZE - 1) / 2; i++) {
        snprintf(text + 2 * i, 3, "%02x", build_id_note.id[i]);
    }
}
