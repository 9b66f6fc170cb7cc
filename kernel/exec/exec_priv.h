/* What the files of exec share. */
#pragma once

#include "kernel/exec/exec.h"

/* May the program of EXEC be FILE, or its interpreter? */
bool exec_may_execute(const struct exec *exec, const struct file *file);

/* Opens the file at PATH for EXEC. Returns 0 or -EXXX. */
int exec_open(struct exec *exec, const struct exec_path *path) MUST_CHECK;

/* Puts the interpreter into the place of the script that was opened at PATH, as
 * long as it is one. Returns 0 or -EXXX. */
int exec_open_interpreters(struct exec *exec, const struct process *process,
                           const struct exec_path *path) MUST_CHECK;

/* Sets the name of the thread that will run it. */
void exec_take_name(struct exec *exec, const struct exec_path *path);

void exec_free_scripts(struct exec *exec);

/* Pages by which mappings may begin lower, and a PIE with an interpreter
 * higher: Linux's mmap_rnd_bits. */
#define MMAP_RANDOM_PAGES_64 BIT(28)
#define MMAP_RANDOM_PAGES_32 BIT(8)

/* What the segments of programs and interpreters may be, all of them. */
#define EXEC_ALL_MAY         (AREA_MAY_READ | AREA_MAY_WRITE | AREA_MAY_EXEC)

/* Opens the interpreter that the image names, if it does, and reads its
 * headers. Returns 0 or -EXXX. */
int exec_open_interpreter(struct exec *exec, const struct process *process,
                          const char *path) MUST_CHECK;

/* How one segment is mapped. */
struct loading {
    struct file *file;
    const struct elf_segment *segment;
    uaddr_t address;    /* of its first byte, where it is ASPACE_FIXED */
    unsigned placement; /* ASPACE_* */
    uint64_t room;      /* what must be free from its page on, or 0 */
};

/* Maps the pages that the file holds, or would if it were longer: Linux's
 * elf_map. Returns their address or -EXXX. */
int64_t exec_map_file_part(struct exec *exec,
                           const struct loading *loading) MUST_CHECK;

/* Maps zeroes that can be written, and executed if PROT says so, in [start,
 * end), which may be empty. Returns 0 or -EXXX. */
int exec_map_zeroes(struct exec *exec, int prot, uaddr_t start,
                    uaddr_t end) MUST_CHECK;

/* Maps the interpreter's segments, where there is one. Returns 0 or -EXXX. */
int exec_map_interpreter(struct exec *exec) MUST_CHECK;

/* The stack's area becomes as long as Linux makes it at once; nothing else is
 * mapped yet. */
void exec_grow_stack(struct exec *exec);

/* Maps the segments of the image. Returns 0 or -EXXX. */
int exec_map_image(struct exec *exec) MUST_CHECK;

/* Writes what stands below the strings: argc, argv, envp and the auxiliary
 * vector. exec->stack is the program's rsp then. */
int exec_push_tables(struct exec *exec) MUST_CHECK;

/* A multiple of PAGE_SIZE in [0, PAGES * PAGE_SIZE), PAGES a power of two; 0
 * when addresses are not random. */
uint64_t exec_random_pages(const struct exec *exec, uint64_t pages);
