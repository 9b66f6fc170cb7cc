/* libFuzzer: what loaders say, by all protocols. The first byte says which, the
 * others are the machine's memory. */
#include "test/host/boot_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t magics[] = {BOOT_MAGIC_MULTIBOOT1,
                                      BOOT_MAGIC_MULTIBOOT2, BOOT_MAGIC_PVH};

    if (size == 0 || size - 1 > MEMORY_SIZE) {
        return 0;
    }
    memset(memory, 0, sizeof(memory));
    memset(&info, 0, sizeof(info));
    log_text[0] = '\0';
    memcpy(memory, data + 1, size - 1);
    if (boot_info_init(magics[data[0] % ARRAY_COUNT(magics)], MEMORY_BASE,
                       &info) == 0) {
        boot_info_describe(&info);
        for (size_t i = 0; i < info.range_count; i++) {
            if (info.ranges[i].start >= info.ranges[i].end) {
                abort();
            }
        }
    }
    return 0;
}
