/* What the remote protocol needs of the machine. The kernel defines it in
 * kernel/gdb/machine*.c, a host test in its own way.
 *
 * A thread is a CPU, 1 to GDB_CPUS_MAX, or a process, GDB_PROCESS_BASE + pid.
 */
#pragma once

#include "kernel/gdb/text.h"

#define GDB_CPUS_MAX     8
#define GDB_PROCESS_BASE 1000

/* Errors as the protocol's replies name them. */
enum gdb_error {
    GDB_OK = 0,
    GDB_REFUSED = 0x01,
    GDB_NO_THREAD = 0x03,
    GDB_FAULT = 0x0e,
    GDB_INVALID = 0x16,
    GDB_NO_ROOM = 0x1c,
    GDB_UNSUPPORTED = 0xff, /* answered with an empty packet */
};

/* The thread that stopped, and the one after THREAD in the list of all (the
 * first after 0), 0 at its end. */
int target_thread_current(void);
int target_thread_next(int thread);

/* What THREAD is called, and what it does, each in SIZE bytes at TO. */
void target_thread_name(int thread, char *to, size_t size);
void target_thread_state(int thread, char *to, size_t size);

/* Can THREAD be stepped and resumed, as only CPUs can? */
bool target_thread_is_cpu(int thread);

/* Registers by gdb's number, gdb_register_size() bytes, lowest first
 * (kernel/gdb/registers.h). False, or an error, when there is no such value, or
 * it can't be written. */
bool target_register_read(int thread, unsigned number, void *bytes);
enum gdb_error target_register_write(int thread, unsigned number,
                                     const void *bytes);

/* Memory as THREAD sees it, without the breakpoints in it. Returns how many
 * bytes could be moved before the first that could not. */
size_t target_memory_read(int thread, uint64_t address, void *to, size_t size);
size_t target_memory_write(int thread, uint64_t address, const void *from,
                           size_t size);

/* The same of the kernel's image where it was loaded, at physical addresses. */
size_t target_image_read(int thread, uint64_t address, void *to, size_t size);

/* Does the line keep what is sent, so that acknowledgements may stop? */
bool target_line_is_reliable(void);

/* Breakpoints, with the numbers of the packets Z0 to Z4. */
enum gdb_break {
    GDB_BREAK_SOFTWARE,
    GDB_BREAK_HARDWARE,
    GDB_BREAK_WRITE,
    GDB_BREAK_READ,
    GDB_BREAK_ACCESS,
    GDB_BREAK_KINDS,
};
enum gdb_error target_break_insert(int thread, enum gdb_break kind,
                                   uint64_t address, uint64_t size);
enum gdb_error target_break_remove(int thread, enum gdb_break kind,
                                   uint64_t address, uint64_t size);
void target_break_remove_all(void);

/* A text that is sent in parts: it is made from its beginning each time, and
 * what lies in [offset, offset + out->room) is kept. */
struct gdb_document {
    struct gdb_writer *out;
    uint64_t offset;
    uint64_t made; /* bytes of the text so far */
};
void gdb_document_print(struct gdb_document *document, const char *format, ...)
    PRINTF_LIKE(2, 3);
/* NAME, which a program or an archive has chosen, as XML can have it: what is
 * no character of UTF-8 becomes '?'. */
void gdb_document_name(struct gdb_document *document, const char *name);

void target_memory_map(struct gdb_document *document);
void target_libraries(struct gdb_document *document);

/* A file of the initrd, read only. False when there is none called NAME. */
struct gdb_file {
    const uint8_t *data;
    uint64_t size;
    uint32_t mode;
};
bool target_file_open(const char *name, struct gdb_file *file);

/* Runs the monitor command LINE, which it may change; its output goes to
 * gdb_print. */
void target_monitor(char *line);
void gdb_print(const char *format, ...) PRINTF_LIKE(1, 2);
