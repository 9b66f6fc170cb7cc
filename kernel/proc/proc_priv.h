/* What the files of /proc share. */
#pragma once

#include "kernel/file.h"
#include "kernel/process.h"
#include "mm/aspace_usage.h"

/* A file in /proc: a text of one record, of many (seq_maker says how), or bytes
 * that are there already. PROCESS is NULL in files of the system. */
struct proc_file {
    const char *name;
    void (*text)(struct seq_text *text, const struct process *process);
    void (*thread_text)(struct seq_text *text, const struct thread *thread);
    bool (*record)(struct seq_text *text, const struct process *process,
                   uint64_t *key);
    size_t (*bytes)(const struct process *process, size_t offset, void *to,
                    size_t size);
    size_t unit;     /* bytes are read in such parts, not 0, or -EINVAL */
    bool is_private; /* its owner alone may read it */
};

/* The files of /proc, /proc/sysvipc, /proc/PID, /proc/PID/task/TID, and those
 * that both of the latter have, each ending with a row without name. */
extern const struct proc_file proc_system_files[];
extern const struct proc_file proc_sysvipc_files[];
extern const struct proc_file proc_process_files[];
extern const struct proc_file proc_thread_files[];
extern const struct proc_file proc_common_files[];

/* The kernel's command line. */
extern const char *proc_command_line;

/* The files of /proc that have a source file of their own. */
size_t proc_bytemap(const struct process *process, size_t offset, void *to,
                    size_t size);
size_t proc_framemap(const struct process *process, size_t offset, void *to,
                     size_t size);
void proc_freeruns(struct seq_text *text, const struct process *process);
void proc_meminfo(struct seq_text *text, const struct process *process);
void proc_vmstat(struct seq_text *text, const struct process *process);

/* The same for /proc/PID. */
bool proc_frames(struct seq_text *text, const struct process *process,
                 uint64_t *key);
void proc_limits(struct seq_text *text, const struct process *process);
bool proc_maps(struct seq_text *text, const struct process *process,
               uint64_t *key);
bool proc_smaps(struct seq_text *text, const struct process *process,
                uint64_t *key);
size_t proc_pagemap(const struct process *process, size_t offset, void *to,
                    size_t size);
size_t proc_pagewalk(const struct process *process, size_t offset, void *to,
                     size_t size);
void proc_smaps_rollup(struct seq_text *text, const struct process *process);
void proc_stat(struct seq_text *text, const struct process *process);
void proc_thread_stat(struct seq_text *text, const struct thread *thread);
bool proc_timers(struct seq_text *text, const struct process *process,
                 uint64_t *key);
void proc_statm(struct seq_text *text, const struct process *process);

/* Adds /proc/sys, and the same kind of files in /sys. */
void proc_add_settings(void);

/* Adds fd, a directory, to that of all processes or threads. */
void proc_add_fd(struct inode *directory);

/* Adds task, a directory, to that of all processes, and /proc/thread-self. */
void proc_add_tasks(struct inode *process_directory);

/* Adds to that of all processes or threads what both have. */
void proc_add_common(struct inode *directory);
void proc_add_files(struct inode *directory, const struct proc_file *file);
void proc_add_link(struct inode *directory, const char *name,
                   const struct inode_operations *operations);

/* Adds a file that can be written, or says that there is no memory for it. */
void proc_add_writable(struct inode *directory, const char *name,
                       const struct inode_operations *operations);

/* Adds oom_score_adj and oom_adj to the directory of all processes or threads.
 */
void proc_add_out_of_memory(struct inode *directory);
void proc_out_of_memory_score(struct seq_text *text,
                              const struct process *process);

/* Add comm and fail-nth to the directory of all processes; comm to that of all
 * threads, too. */
void proc_add_comm(struct inode *directory);
void proc_add_fail_nth(struct inode *process_directory);

/* Copies to a program what there is of TEXT, MADE bytes, from OFFSET on, SIZE
 * bytes at most. Returns how much it was, or -EFAULT. */
int64_t proc_copy_text(const char *text, size_t made, uint64_t offset,
                       uaddr_t to, size_t size);

/* The number that NAME is, or -1: it is none, or higher than any that means
 * something. */
int proc_number(const char *name, size_t size);

/* The lines of maps and smaps: proc_area_record has PRINT say what there is to
 * say of the first area that ends above *KEY, and is a seq_maker otherwise;
 * proc_print_area prints what maps shows of it. */
typedef void proc_area_printer(struct seq_text *text, const struct vma *area,
                               struct aspace *aspace);
bool proc_area_record(struct seq_text *text, const struct process *process,
                      uint64_t *key, proc_area_printer *print);
proc_area_printer proc_print_area;

/* May the process that runs see physical addresses? */
bool proc_may_see_frames(void);

/* Blanks to the column where names begin in a line that begins at START. */
void proc_pad_to_name(struct seq_text *text, size_t start);

/* "NAME      1234 kB", with as many blanks as meminfo and smaps have. */
void proc_print_kib(struct seq_text *text, const char *name, uint64_t bytes);
void proc_print_pages(struct seq_text *text, const char *name, uint64_t pages);

/* A thread's state as status says it; of a process: its parent's number or 0,
 * pages of areas that run and come from a file, and which signals it ignores
 * and handles. */
const char *proc_state(const struct thread *thread);
int proc_parent(const struct process *process);
uint64_t proc_text_pages(const struct aspace *aspace);

struct proc_signals {
    uint64_t ignored;
    uint64_t handled;
};
struct proc_signals proc_signals(const struct process *process);
