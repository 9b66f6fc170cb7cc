/* execve: a new program for a process.
 *
 *   exec_begin        the file, its headers, a new address space with a stack
 *   exec_push         room for one string on that stack, from the last to the
 *                     first: environment, then arguments
 *   exec_push_scripts for a script, its interpreter's arguments before its own
 *   exec_finish       the segments, the table of pointers below the strings;
 * the process changes
 *
 * Until exec_finish the process is as it was, and exec_abort undoes all.
 */
#pragma once

#include "kernel/exec/elf.h"
#include "kernel/exec/exec_source.h"
#include "kernel/exec/script.h"
#include "kernel/process.h"

/* Linux's limits of one string, and of all: a quarter of the stack's. */
#define EXEC_STRING_MAX  (32 * PAGE_SIZE)
#define EXEC_STRINGS_MAX (STACK_LIMIT / 4)

/* Which program: the file at PATH, looked up from START, or START itself. */
struct exec_path {
    struct place start;
    const char *path;  /* or NULL */
    const char *shown; /* as the program itself knows it */
    int flags;         /* O_NOFOLLOW, or 0 */
    bool will_be_gone; /* the program could not open it by that name */
};

struct exec {
    struct file *file;
    struct exec_source source;
    struct aspace *aspace;
    struct elf_image image;
    struct file *interpreter; /* or NULL */
    struct exec_source interpreter_source;
    struct elf_image interpreter_image;
    uaddr_t base;       /* AT_BASE: by what the interpreter is moved */
    uaddr_t entry;      /* the first instruction */
    bool is_random;     /* addresses are: by setting and personality */
    bool has_page_zero; /* personality MMAP_PAGE_ZERO */
    struct credentials credentials; /* of who asks for it */
    uaddr_t stack;                  /* the lowest byte in use */
    uaddr_t strings;                /* where the strings end: the stack's top */
    uaddr_t path;                   /* AT_EXECFN */
    unsigned argc;
    unsigned envc;
    char name[THREAD_NAME_MAX];
    const char *script_path; /* of the first script, as it was named */
    unsigned script_count;
    struct script *scripts; /* a frame, or NULL */
};

/* Begins with the program at PATH, which is there up to exec_finish, for
 * PROCESS. Returns 0, or -EXXX as execve does. */
int exec_begin(struct exec *exec, const struct process *process,
               const struct exec_path *path) MUST_CHECK;

/* Makes room for SIZE bytes, to be filled by aspace_write at exec->stack.
 * Returns 0, or -E2BIG. */
int exec_push(struct exec *exec, size_t size) MUST_CHECK;

/* The same for a string of the kernel's, filled. */
int exec_push_string(struct exec *exec, const char *string) MUST_CHECK;

/* The arguments, which have been pushed, become those of the interpreter, if
 * the program is a script. Returns 0, or -E2BIG. */
int exec_push_scripts(struct exec *exec) MUST_CHECK;

/* Maps the program's segments, gives PROCESS the program, and *FRAME the
 * registers to begin it with. All other threads of the running process end, and
 * the calling one becomes its leader. Returns 0, or -EXXX with nothing else
 * changed; but Linux has given the old program up by then, so the caller ends
 * the process by SIGSEGV. */
int exec_finish(struct exec *exec, struct process *process,
                struct trap_frame *frame) MUST_CHECK;

void exec_abort(struct exec *exec);
