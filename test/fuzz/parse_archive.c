/* libFuzzer: the reader of cpio archives, and the tree of names that is made of
 * them. */
#include <stdlib.h>
#include <string.h>

#include "kernel/file/cpio.h"
#include "kernel/file/file_validate.h"
#include "kernel/file/initrd.h"
#include "test/host/file_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *archive = memcpy(malloc(size == 0 ? 1 : size), data, size);
    struct cpio_reader reader;
    struct cpio_entry entry;

    cpio_open(&reader, archive, size);
    while (cpio_next(&reader, &entry) == 1) {
        if (strlen(entry.name) > size || entry.size > size) {
            abort();
        }
    }
    if (initrd_is_archive(archive, size)) {
        (void)!initrd_init(archive, size);
    }
    if (inode_validate() != NULL) {
        abort();
    }
    file_host_clear(); /* whose names are in the archive */
    free(archive);
    return 0;
}
