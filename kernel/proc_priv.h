/* What the files of /proc share. */
#pragma once

#include "kernel/process.h"
#include "kernel/window.h"

/* A file in /proc: a text, or bytes that are there already. */
struct proc_file {
    const char *name;
    void (*text)(struct window *window, const struct process *process);
    size_t (*bytes)(size_t offset, void *to, size_t size);
};

/* The files of /proc and of /proc/PID, each ending with a row without name. */
extern const struct proc_file proc_system_files[];
extern const struct proc_file proc_process_files[];

/* The kernel's command line. */
extern const char *proc_command_line;

/* /proc/PID/maps. */
void proc_maps(struct window *window, const struct process *process);
