/* Reads ELF files. Both classes are first read into ELF64's structures, so the
 * checks exist once. */
#include "kernel/exec/elf.h"
#include "kernel/abi/elf.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/mman.h"
#include "kernel/lib.h"
#include "mm/layout.h"

/* Linux's limit of the program headers together, in bytes. */
#define PROGRAM_HEADERS_MAX PAGE_SIZE

struct elf_file {
    struct elf_source *source;
    const void *head; /* its first bytes, as many as a header has */
    size_t head_size; /* or less */
    struct elf64_header header;
    bool is_64;
    const char *why; /* the rule that is broken, after a refusal */
};

static int refuse(struct elf_file *file, int error, const char *rule)
{
    file->why = rule;
    return -error;
}

/* SIZE bytes at OFFSET, which the file has; or NULL without memory. */
static const void *bytes_at(const struct elf_file *file, uint64_t offset,
                            size_t size)
{
    struct elf_source *source = file->source;

    return source->bytes != NULL ? (const char *)source->bytes + offset
                                 : source->piece(source, offset, size);
}

/* Takes the first bytes of the file. Returns 0, -ENOEXEC or -ENOMEM. */
static int read_head(struct elf_file *file)
{
    file->head_size = MIN(file->source->size, sizeof(file->header));
    if (file->head_size == 0) {
        return refuse(file, ENOEXEC, "not an ELF file");
    }
    file->head = bytes_at(file, 0, file->head_size);
    return file->head != NULL
               ? 0
               : refuse(file, ENOMEM, "no memory for its header");
}

/* Does the file have SIZE bytes at OFFSET? */
static bool has_bytes(const struct elf_file *file, uint64_t offset,
                      uint64_t size)
{
    return offset <= file->source->size && size <= file->source->size - offset;
}

static size_t program_header_size(bool is_64)
{
    return is_64 ? sizeof(struct elf64_program_header)
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

/* Reads the file header of the file's class; what a short file lacks of it is
 * zero. */
static void read_header(struct elf_file *file)
{
    struct elf32_header narrow = {0};

    if (file->is_64) {
        memcpy(&file->header, file->head, file->head_size);
        return;
    }
    memcpy(&narrow, file->head, MIN(file->head_size, sizeof(narrow)));
    file->header = widen_header(&narrow);
}

/* The machine, which both classes have at the same place, decides the class. */
static bool is_for_64(const struct elf_file *file)
{
    struct elf32_header narrow = {0};

    memcpy(&narrow, file->head, MIN(file->head_size, sizeof(narrow)));
    return narrow.machine == EM_X86_64;
}

static bool has_type(const struct elf_file *file)
{
    return file->header.type == ET_EXEC || file->header.type == ET_DYN;
}

/* These and no others: Linux looks neither at class nor at version. */
static int check_machine(struct elf_file *file)
{
    const struct elf64_header *header = &file->header;
    bool is_ours = file->is_64
                       ? header->machine == EM_X86_64
                       : header->machine == EM_386 || header->machine == EM_486;

    if (memcmp(header->ident, ELF_MAGIC, ELF_MAGIC_SIZE) != 0) {
        return refuse(file, ENOEXEC, "not an ELF file");
    }
    return is_ours ? 0
                   : refuse(file, ENOEXEC, "neither for x86-64 nor for i386");
}

static int check_table(struct elf_file *file)
{
    const struct elf64_header *header = &file->header;
    size_t table_size = header->phnum * program_header_size(file->is_64);

    if (header->phentsize != program_header_size(file->is_64)) {
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

static struct elf64_program_header
read_program_header(const struct elf_image *image, unsigned index)
{
    const uint8_t *headers = image->headers;
    const uint8_t *at = headers + index * program_header_size(image->is_64);
    struct elf64_program_header wide;
    struct elf32_program_header narrow;

    if (image->is_64) {
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

static int read_interpreter(struct elf_file *file, struct elf_image *image,
                            const struct elf64_program_header *header)
{
    if (header->filesz < 2 || header->filesz > PATH_MAX) {
        return refuse(file, ENOEXEC, "an interpreter's name of a wrong length");
    }
    if (header->offset > INT64_MAX - header->filesz) {
        return refuse(file, EINVAL,
                      "the interpreter's name lies where no file reaches");
    }
    if (!has_bytes(file, header->offset, header->filesz)) {
        return refuse(file, EIO, "the interpreter's name is cut off");
    }
    const char *name = bytes_at(file, header->offset, header->filesz);
    if (name == NULL) {
        return refuse(file, ENOMEM, "no memory for the interpreter's name");
    }
    if (name[header->filesz - 1] != '\0') {
        return refuse(file, ENOEXEC, "the interpreter's name has no end");
    }
    image->interpreter = name;
    return 0;
}

/* All program headers but PT_LOAD. Of several that are alike, the first
 * PT_INTERP counts and the last PT_GNU_STACK. */
static int read_program_headers(struct elf_file *file, struct elf_image *image)
{
    int error = 0;

    for (unsigned i = 0; error == 0 && i < image->phnum; i++) {
        struct elf64_program_header header = read_program_header(image, i);
        if (header.type == PT_INTERP && image->interpreter == NULL) {
            error = read_interpreter(file, image, &header);
        } else if (header.type == PT_GNU_STACK) {
            image->exec_stack = (header.flags & PF_X) != 0;
            image->exec_all = false;
        }
    }
    return error;
}

static int prot_of(uint32_t flags)
{
    return ((flags & PF_R) != 0 ? PROT_READ : 0) |
           ((flags & PF_W) != 0 ? PROT_WRITE : 0) |
           ((flags & PF_X) != 0 ? PROT_EXEC : 0);
}

bool elf_next_segment(const struct elf_image *image, unsigned *index,
                      struct elf_segment *segment)
{
    while (*index < image->phnum) {
        struct elf64_program_header header = read_program_header(image, *index);
        (*index)++;
        if (header.type == PT_LOAD) {
            *segment = (struct elf_segment){
                .vaddr = header.vaddr,
                .file_offset = header.offset,
                .file_size = header.filesz,
                .memory_size = header.memsz,
                .alignment = header.align,
                .prot = prot_of(header.flags),
            };
            return true;
        }
    }
    return false;
}

/* Takes over what SEGMENT says about the image as a whole. */
static void widen_image(struct elf_image *image,
                        const struct elf_segment *segment, uint64_t phoff)
{
    uaddr_t page = align_down(segment->vaddr, PAGE_SIZE);

    image->start = image->segment_count == 0 ? page : MIN(image->start, page);
    image->segment_count++;
    image->end = MAX(image->end, segment->vaddr + segment->memory_size);
    image->data_start = MAX(image->data_start, segment->vaddr);
    image->data_end = MAX(image->data_end, segment->vaddr + segment->file_size);
    if (is_power_of_two(segment->alignment)) {
        image->alignment = MAX(image->alignment, segment->alignment);
    }
    if (phoff >= segment->file_offset &&
        phoff - segment->file_offset < segment->file_size) {
        image->phdr = segment->vaddr + (phoff - segment->file_offset);
    }
}

static int read_image(struct elf_file *file, struct elf_image *image)
{
    const struct elf64_header *header = &file->header;
    size_t table_size = header->phnum * program_header_size(file->is_64);
    const void *headers = bytes_at(file, header->phoff, table_size);
    struct elf_segment segment;
    unsigned index = 0;

    if (headers == NULL) {
        return refuse(file, ENOMEM, "no memory for the program headers");
    }
    *image = (struct elf_image){
        .is_64 = file->is_64,
        .is_pie = file->header.type == ET_DYN,
        .has_wrong_type = !has_type(file),
        .exec_stack = !file->is_64,
        .exec_all = !file->is_64,
        .entry = header->entry,
        .phnum = header->phnum,
        .phentsize = header->phentsize,
        .headers = headers,
        .alignment = PAGE_SIZE,
    };
    while (elf_next_segment(image, &index, &segment)) {
        widen_image(image, &segment, header->phoff);
    }
    return 0;
}

static int parse(struct elf_file *file, struct elf_image *image)
{
    int error = read_head(file);
    if (error != 0) {
        return error;
    }
    file->is_64 = is_for_64(file);
    read_header(file);
    error = check_machine(file);
    if (error == 0 && !has_type(file)) {
        error = refuse(file, ENOEXEC, "not a program (ET_EXEC or ET_DYN)");
    }
    if (error == 0) {
        error = check_table(file);
    }
    if (error == 0) {
        error = read_image(file, image);
    }
    return error != 0 ? error : read_program_headers(file, image);
}

int elf_parse(struct elf_source *source, struct elf_image *image,
              const char **why)
{
    struct elf_file file = {.source = source};
    int error = parse(&file, image);

    *why = file.why;
    return error;
}

int elf_parse_interpreter(struct elf_source *source, bool is_64,
                          struct elf_image *image, const char **why)
{
    struct elf_file file = {.source = source, .is_64 = is_64};
    size_t header_size =
        is_64 ? sizeof(struct elf64_header) : sizeof(struct elf32_header);

    if (source->size < header_size) {
        *why = "shorter than an ELF header";
        return -EIO;
    }
    int error = read_head(&file);
    if (error == 0) {
        read_header(&file);
        error = check_machine(&file) != 0 || check_table(&file) != 0
                    ? -ELIBBAD
                    : read_image(&file, image);
    }
    *why = file.why;
    return error;
}

bool elf_segment_fits(const struct elf_segment *segment, uaddr_t bias,
                      uaddr_t end)
{
    uaddr_t start = bias + segment->vaddr;

    return start < end && segment->memory_size <= end - start;
}

/* The rules that do not ask where SEGMENT will lie; HAS_FILE says whether pages
 * of the file are mapped for it. */
static const char *broken_file_rule(const struct elf_segment *segment,
                                    bool has_file)
{
    if (segment->file_size > segment->memory_size) {
        return "a segment's file size is above its size";
    }
    if (has_file &&
        !is_aligned(segment->file_offset - segment->vaddr, PAGE_SIZE)) {
        return "a segment's offset and address differ in their page";
    }
    return NULL;
}

const char *elf_broken_rule(const struct elf_image *image, uaddr_t end)
{
    const char *rule = NULL;
    struct elf_segment segment;
    unsigned index = 0;

    while (rule == NULL && elf_next_segment(image, &index, &segment)) {
        rule = elf_segment_fits(&segment, 0, end)
                   ? broken_file_rule(&segment, segment.file_size > 0)
                   : "a segment ends past a program's memory";
    }
    return rule;
}

const char *elf_broken_interpreter_rule(const struct elf_image *image,
                                        uaddr_t end)
{
    const char *rule = NULL;
    struct elf_segment segment;
    unsigned index = 0;

    if (image->has_wrong_type) {
        return "the interpreter is neither a program nor a library";
    }
    if (image->end == image->start || image->end - image->start > end) {
        return "the interpreter is empty or has no room";
    }
    while (rule == NULL && elf_next_segment(image, &index, &segment)) {
        bool has_file =
            segment.file_size > 0 || !is_aligned(segment.vaddr, PAGE_SIZE);
        rule = broken_file_rule(&segment, has_file);
        if (rule == NULL && segment.memory_size > end) {
            rule = "a segment of the interpreter has no room";
        }
    }
    return rule;
}
