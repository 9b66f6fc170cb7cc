/* Reads ELF files. Both classes are first read into ELF64's structures, so the
 * checks exist once. */
#include "kernel/exec/elf.h"
#include "kernel/abi/elf.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/mman.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/string.h"
#include "mm/layout.h"

/* Linux's limit of the program headers together, in bytes. */
#define PROGRAM_HEADERS_MAX PAGE_SIZE

struct elf_file {
    const uint8_t *bytes;
    size_t size;
    struct elf64_header header;
    const char *why; /* the rule that is broken, after a refusal */
};

static int refuse(struct elf_file *file, int error, const char *rule)
{
    file->why = rule;
    return -error;
}

/* Does the file have SIZE bytes at OFFSET? */
static bool has_bytes(const struct elf_file *file, uint64_t offset,
                      uint64_t size)
{
    return offset <= file->size && size <= file->size - offset;
}

static bool is_64(const struct elf_file *file)
{
    return file->header.ident[EI_CLASS] == ELFCLASS64;
}

static uint64_t user_end(const struct elf_file *file)
{
    return is_64(file) ? USER_END_64 : USER_END_32;
}

static size_t program_header_size(const struct elf_file *file)
{
    return is_64(file) ? sizeof(struct elf64_program_header)
                       : sizeof(struct elf32_program_header);
}

static struct elf64_header widen_header(const struct elf32_header *narrow)
{
    struct elf64_header header = {
        .type = narrow->type,
        .machine = narrow->machine,
        .entry = narrow->entry,
        .phoff = narrow->phoff,
        .phentsize = narrow->phentsize,
        .phnum = narrow->phnum,
    };

    memcpy(header.ident, narrow->ident, sizeof(header.ident));
    return header;
}

/* Reads the file header of either class. */
static int read_header(struct elf_file *file)
{
    struct elf32_header narrow;

    if (!has_bytes(file, 0, sizeof(narrow)) ||
        memcmp(file->bytes, ELF_MAGIC, ELF_MAGIC_SIZE) != 0) {
        return refuse(file, ENOEXEC, "not an ELF file");
    }
    memcpy(&narrow, file->bytes, sizeof(narrow));
    file->header = widen_header(&narrow);
    if (!is_64(file)) {
        return 0;
    }
    if (!has_bytes(file, 0, sizeof(file->header))) {
        return refuse(file, ENOEXEC, "the ELF header is cut off");
    }
    memcpy(&file->header, file->bytes, sizeof(file->header));
    return 0;
}

static int check_header(struct elf_file *file)
{
    const struct elf64_header *header = &file->header;
    uint8_t class = header->ident[EI_CLASS];
    size_t table_size = header->phnum * program_header_size(file);

    if (header->ident[EI_DATA] != ELFDATA2LSB ||
        !((class == ELFCLASS64 && header->machine == EM_X86_64) ||
          (class == ELFCLASS32 && header->machine == EM_386))) {
        return refuse(file, ENOEXEC, "neither ELF64 x86-64 nor ELF32 i386");
    }
    if (header->type != ET_EXEC && header->type != ET_DYN) {
        return refuse(file, ENOEXEC, "not a program (ET_EXEC or ET_DYN)");
    }
    if (header->phentsize != program_header_size(file)) {
        return refuse(file, ENOEXEC, "program headers of the wrong size");
    }
    if (table_size == 0 || table_size > PROGRAM_HEADERS_MAX) {
        return refuse(file, ENOEXEC, "no program headers, or too many");
    }
    if (!has_bytes(file, header->phoff, table_size)) {
        return refuse(file, ENOEXEC, "the program headers are cut off");
    }
    return 0;
}

/* Reads program header INDEX of either class; check_header has passed. */
static struct elf64_program_header
read_program_header(const struct elf_file *file, unsigned index)
{
    const uint8_t *at =
        file->bytes + file->header.phoff + index * program_header_size(file);
    struct elf64_program_header wide;
    struct elf32_program_header narrow;

    if (is_64(file)) {
        memcpy(&wide, at, sizeof(wide));
        return wide;
    }
    memcpy(&narrow, at, sizeof(narrow));
    return (struct elf64_program_header){
        .type = narrow.type,
        .flags = narrow.flags,
        .offset = narrow.offset,
        .vaddr = narrow.vaddr,
        .filesz = narrow.filesz,
        .memsz = narrow.memsz,
        .align = narrow.align,
    };
}

static int check_segment(struct elf_file *file,
                         const struct elf64_program_header *header)
{
    uint64_t limit = user_end(file);

    if (header->filesz > header->memsz) {
        return refuse(file, EINVAL, "a segment's file size is above its size");
    }
    if (header->vaddr >= limit || header->memsz > limit - header->vaddr) {
        return refuse(file, EINVAL, "a segment ends past a program's memory");
    }
    if (header->filesz == 0) {
        return 0;
    }
    if (!is_aligned(header->offset - header->vaddr, PAGE_SIZE)) {
        return refuse(file, EINVAL,
                      "a segment's offset and address differ in their page");
    }
    if (!has_bytes(file, header->offset, header->filesz)) {
        return refuse(file, ENOEXEC, "a segment's data are cut off");
    }
    return 0;
}

static bool shares_bytes(const struct elf_image *image,
                         const struct elf64_program_header *header)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        if (ranges_overlap(segment->vaddr,
                           segment->vaddr + segment->memory_size, header->vaddr,
                           header->vaddr + header->memsz)) {
            return true;
        }
    }
    return false;
}

static int prot_of(uint32_t flags)
{
    return ((flags & PF_R) != 0 ? PROT_READ : 0) |
           ((flags & PF_W) != 0 ? PROT_WRITE : 0) |
           ((flags & PF_X) != 0 ? PROT_EXEC : 0);
}

/* Takes over what one checked segment says about the image as a whole. */
static void widen_image(const struct elf_file *file, struct elf_image *image,
                        const struct elf_segment *segment, uint64_t align)
{
    uint64_t phoff = file->header.phoff;

    if (image->segment_count == 0 || segment->start < image->start) {
        image->start = segment->start;
    }
    image->end = MAX(image->end, segment->end);
    image->brk_start = image->end;
    if (is_power_of_two(align)) {
        image->alignment = MAX(image->alignment, align);
    }
    if (phoff >= segment->file_offset &&
        phoff - segment->file_offset < segment->file_size) {
        image->phdr = segment->vaddr + (phoff - segment->file_offset);
    }
}

static int add_segment(struct elf_file *file, struct elf_image *image,
                       const struct elf64_program_header *header)
{
    int error = check_segment(file, header);

    if (error != 0 || header->memsz == 0) {
        return error;
    }
    if (shares_bytes(image, header)) {
        return refuse(file, EINVAL, "segments overlap");
    }
    if (image->segment_count == ELF_SEGMENTS_MAX) {
        return refuse(file, ENOEXEC, "more segments than Brix takes");
    }
    struct elf_segment segment = {
        .start = align_down(header->vaddr, PAGE_SIZE),
        .end = align_up(header->vaddr + header->memsz, PAGE_SIZE),
        .vaddr = header->vaddr,
        .file_offset = header->offset,
        .file_size = header->filesz,
        .memory_size = header->memsz,
        .prot = prot_of(header->flags),
    };
    widen_image(file, image, &segment, header->align);
    image->segments[image->segment_count] = segment;
    image->segment_count++;
    return 0;
}

static int take_program_header(struct elf_file *file, struct elf_image *image,
                               const struct elf64_program_header *header)
{
    switch (header->type) {
    case PT_LOAD:
        return add_segment(file, image, header);
    case PT_INTERP:
        return refuse(file, ENOENT,
                      "a dynamic program: link it with -static or -static-pie");
    case PT_GNU_STACK:
        image->exec_stack = (header->flags & PF_X) != 0;
        image->exec_all = false;
        return 0;
    default:
        return 0;
    }
}

static int parse(struct elf_file *file, struct elf_image *image)
{
    int error = read_header(file);

    if (error == 0) {
        error = check_header(file);
    }
    if (error != 0) {
        return error;
    }
    *image = (struct elf_image){
        .is_64 = is_64(file),
        .is_pie = file->header.type == ET_DYN,
        .exec_stack = !is_64(file),
        .exec_all = !is_64(file),
        .entry = file->header.entry,
        .phnum = file->header.phnum,
        .phentsize = file->header.phentsize,
        .alignment = PAGE_SIZE,
    };
    for (unsigned i = 0; i < file->header.phnum && error == 0; i++) {
        struct elf64_program_header header = read_program_header(file, i);
        error = take_program_header(file, image, &header);
    }
    return error;
}

int elf_parse(const void *bytes, size_t size, struct elf_image *image,
              const char **why)
{
    struct elf_file file = {.bytes = bytes, .size = size};
    int error = parse(&file, image);

    if (error == 0 && image->segment_count == 0) {
        error = refuse(&file, EINVAL, "no segments to load");
    }
    if (error == 0 && image->entry >= user_end(&file)) {
        error = refuse(&file, EINVAL, "the entry is past a program's memory");
    }
    *why = file.why;
    return error;
}
