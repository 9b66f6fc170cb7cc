/* See kernel/exec/exec_source.h. */
#include "kernel/exec/exec_source.h"

#include "kernel/abi/errno.h"
#include "kernel/lib.h"
#include "mm/frame.h"
#include "mm/layout.h"

static const void *copy_piece(struct elf_source *elf, uint64_t offset,
                              size_t size)
{
    struct exec_source *source = list_entry(elf, struct exec_source, elf);

    ASSERT_CMP(source->piece_count, <, (unsigned)EXEC_SOURCE_PIECES);
    ASSERT_CMP(size, <=, (size_t)FRAME_SIZE);
    paddr_t frame = frame_alloc(BYTE_MAP_KERNEL);
    if (frame == PADDR_NONE) {
        return NULL;
    }
    void *piece = direct_map(frame);
    source->pieces[source->piece_count++] = piece;
    return regular_copy(source->inode, offset, piece, size) == 0 ? piece : NULL;
}

void exec_source_open(struct exec_source *source, const struct inode *inode)
{
    *source = (struct exec_source){
        .elf = {.size = inode->size, .bytes = inode->data, .piece = copy_piece},
        .inode = inode,
    };
}

void exec_source_close(struct exec_source *source)
{
    for (; source->piece_count > 0; source->piece_count--) {
        void *piece = source->pieces[source->piece_count - 1];
        int error = frame_free(direct_map_address(piece));
        ASSERT_CMP(error, ==, 0);
    }
}

int64_t exec_source_head(struct exec_source *source, size_t max,
                         const void **bytes)
{
    size_t size = MIN(source->elf.size, max);

    *bytes = source->elf.bytes;
    if (*bytes == NULL && size > 0) {
        *bytes = copy_piece(&source->elf, 0, size);
    }
    return *bytes != NULL || size == 0 ? (int64_t)size : -ENOMEM;
}
