/* What the files of exec share. */
#pragma once

#include "kernel/exec/exec.h"

bool exec_may_execute(const struct file *file);

/* Opens the file at PATH for EXEC. Returns 0 or -EXXX. */
int exec_open(struct exec *exec, const struct exec_path *path) MUST_CHECK;

/* Puts the interpreter into the place of the script that was opened at PATH, as
 * long as it is one. Returns 0 or -EXXX. */
int exec_open_interpreters(struct exec *exec, const struct process *process,
                           const struct exec_path *path) MUST_CHECK;

/* Sets the name of the thread that will run it. */
void exec_take_name(struct exec *exec, const struct exec_path *path);

void exec_free_scripts(struct exec *exec);

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
