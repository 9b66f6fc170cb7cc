/* libFuzzer: the reader of ELF files, and of their symbols. */
#include <stdlib.h>
#include <string.h>

#include "kernel/exec/elf.h"
#include "kernel/exec/elf_symbol.h"
#include "mm/layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *file = memcpy(malloc(size + 1), data, size); /* for ASan */
    struct elf_image image;
    struct elf_segment segment;
    const char *why = NULL;
    uint64_t offset;

    file = realloc(file, size == 0 ? 1 : size);
    struct elf_source source = {.size = size, .bytes = file};
    if (elf_parse(&source, &image, &why) == 0) {
        for (unsigned i = 0; elf_next_segment(&image, &i, &segment);) {
            (void)elf_symbol_find(file, size, segment.vaddr, &offset);
        }
        (void)elf_broken_rule(&image, image.is_64 ? USER_END_64 : USER_END_32);
        (void)elf_symbol_find(file, size, image.entry, &offset);
    }
    for (int is_64 = 0; is_64 <= 1; is_64++) {
        uaddr_t end = is_64 != 0 ? USER_END_64 : USER_END_32;
        if (elf_parse_interpreter(&source, is_64 != 0, &image, &why) == 0) {
            (void)elf_broken_interpreter_rule(&image, end);
        }
    }
    free(file);
    return 0;
}
