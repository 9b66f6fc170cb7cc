/* System calls: one implementation behind both doors.
 *
 * sys_* take decoded arguments and answer a result or -EXXX. The tables in
 * syscall_64.c and syscall_32.c alone know registers and numbers. Addresses are
 * the program's; structures that differ between the two have one function
 * each, with the suffix _32.
 */
#pragma once

#include "kernel/lib/types.h"
#include "kernel/x86/trap_frame.h"

/* How syscall_dispatch_64 wants to go back (kernel/x86/syscall_entry.asm). */
enum syscall_return {
    SYSCALL_RETURN_SYSRET,
    SYSCALL_RETURN_IRET, /* more of the frame changed than sysret restores */
};

int syscall_dispatch_64(struct trap_frame *frame);
int syscall_dispatch_32(struct trap_frame *frame);

/* Reads the option `trace=`. */
void syscall_trace_init(void);

/* Memory: kernel/syscall/sys_memory.c */
int64_t sys_brk(uaddr_t wanted);
int64_t sys_mmap(uaddr_t address, uint64_t length, int prot, int flags, int fd,
                 uint64_t offset);
int64_t sys_mmap2_32(uaddr_t address, uint64_t length, int prot, int flags,
                     int fd, uint32_t page_offset);
int64_t sys_old_mmap_32(uaddr_t arguments);
int64_t sys_munmap(uaddr_t address, uint64_t length);
int64_t sys_mprotect(uaddr_t address, uint64_t length, int prot);
int64_t sys_mremap(uaddr_t old_address, uint64_t old_length,
                   uint64_t new_length, int flags, uaddr_t new_address);
int64_t sys_mremap_32(uaddr_t old_address, uint64_t old_length,
                      uint64_t new_length, int flags, uaddr_t new_address);

int64_t sys_remap_file_pages(uaddr_t start, uint64_t size, int prot,
                             uint64_t page, int flags);

/* More memory: kernel/syscall/sys_memory_hints.c */
int64_t sys_madvise(uaddr_t address, uint64_t length, int advice);
int64_t sys_msync(uaddr_t address, uint64_t length, int flags);
int64_t sys_mlock(uaddr_t address, uint64_t length);
int64_t sys_mlock2(uaddr_t address, uint64_t length, int flags);
int64_t sys_munlock(uaddr_t address, uint64_t length);
int64_t sys_mlockall(int flags);
int64_t sys_munlockall(void);
int64_t sys_mincore(uaddr_t address, uint64_t length, uaddr_t to);

/* Who: kernel/syscall/sys_identity.c */
enum identity {
    IDENTITY_USER,
    IDENTITY_GROUP,
};

/* The caller's. */
struct ids *identity_ids(enum identity which);

int64_t sys_set_id(enum identity which, uint32_t id);
int64_t sys_set_re_id(enum identity which, uint32_t real, uint32_t effective);
int64_t sys_set_res_id(enum identity which, uint32_t real, uint32_t effective,
                       uint32_t saved);
int64_t sys_get_res_id(enum identity which, uaddr_t real, uaddr_t effective,
                       uaddr_t saved);
int64_t sys_set_fs_id(enum identity which, uint32_t id);
int64_t sys_getgroups(int size, uaddr_t to);
int64_t sys_setgroups(int count, uaddr_t from);

/* May the caller set COUNT groups? 0 or -EXXX. Then it sets them. */
int identity_check_groups(int count);
void identity_set_groups(const uint32_t *groups, unsigned count);

/* The same in 16 bits: kernel/syscall/sys_identity_16.c */
uint32_t identity_widen(uint32_t id);
uint16_t identity_narrow(uint32_t id);
int64_t sys_get_res_id_16(enum identity which, uaddr_t real, uaddr_t effective,
                          uaddr_t saved);
int64_t sys_getgroups_16(int size, uaddr_t to);
int64_t sys_setgroups_16(int count, uaddr_t from);

int64_t sys_personality(uint32_t wanted);

/* Groups and sessions: kernel/syscall/sys_group.c */
int64_t sys_getpgid(int pid);
int64_t sys_getsid(int pid);
int64_t sys_setsid(void);
int64_t sys_setpgid(int pid, int group);

/* Processes: kernel/syscall/sys_process.c */
int64_t sys_exit(int status);
int64_t sys_vfork(const struct trap_frame *frame);
int64_t sys_clone(const struct trap_frame *frame, uint64_t flags,
                  uaddr_t stack);
int64_t sys_execve(struct trap_frame *frame, uaddr_t path, uaddr_t argv,
                   uaddr_t envp);
int64_t sys_execve_32(struct trap_frame *frame, uaddr_t path, uaddr_t argv,
                      uaddr_t envp);
int64_t sys_wait4(int pid, uaddr_t status, int options, uaddr_t usage);
int64_t sys_wait4_32(int pid, uaddr_t status, int options, uaddr_t usage);
int64_t sys_getpid(void);
int64_t sys_getppid(void);
int64_t sys_set_tid_address(uaddr_t address);
int64_t sys_arch_prctl(int code, uaddr_t address);
int64_t sys_set_thread_area(uaddr_t descriptor);
int64_t sys_get_thread_area(uaddr_t descriptor);

/* Signals: kernel/syscall/sys_signal.c, sys_mask.c, sys_kill.c and
 * signal_frame_*.c */
int64_t sys_rt_sigaction(int signal, uaddr_t action, uaddr_t old,
                         uint64_t mask_size);
int64_t sys_rt_sigaction_32(int signal, uaddr_t action, uaddr_t old,
                            uint64_t mask_size);
int64_t sys_sigaction_32(int signal, uaddr_t action, uaddr_t old);
int64_t sys_signal_32(int signal, uaddr_t handler);
int64_t sys_sigaltstack(const struct trap_frame *frame, uaddr_t wanted,
                        uaddr_t old);
int64_t sys_sigaltstack_32(const struct trap_frame *frame, uaddr_t wanted,
                           uaddr_t old);
int64_t sys_rt_sigprocmask(int how, uaddr_t set, uaddr_t old,
                           uint64_t mask_size);
int64_t sys_sigprocmask_32(int how, uaddr_t set, uaddr_t old);
int64_t sys_rt_sigpending(uaddr_t to, uint64_t size);
int64_t sys_rt_sigsuspend(uaddr_t mask, uint64_t mask_size);
int64_t sys_sigsuspend_32(uint32_t mask);
int64_t sys_pause(void);
int64_t sys_kill(int pid, int signal);
int64_t sys_tkill(int tid, int signal);
int64_t sys_tgkill(int pid, int tid, int signal);

/* Files: kernel/syscall/sys_file.c, sys_stat.c and sys_directory.c */
int64_t sys_read(int fd, uaddr_t to, uint64_t size);
int64_t sys_write(int fd, uaddr_t from, uint64_t size);
int64_t sys_pread64(int fd, uaddr_t to, uint64_t size, uint64_t offset);
int64_t sys_pwrite64(int fd, uaddr_t from, uint64_t size, uint64_t offset);
int64_t sys_readv(int fd, uaddr_t vectors, int count);
int64_t sys_writev(int fd, uaddr_t vectors, int count);
int64_t sys_readv_32(int fd, uaddr_t vectors, int count);
int64_t sys_writev_32(int fd, uaddr_t vectors, int count);
int64_t sys_openat(int directory, uaddr_t path, int flags);
int64_t sys_close(int fd);
int64_t sys_lseek(int fd, int64_t offset, int whence);
int64_t sys_llseek_32(int fd, uint32_t high, uint32_t low, uaddr_t result,
                      int whence);
int64_t sys_dup(int fd);
int64_t sys_dup2(int fd, int wanted);
int64_t sys_dup3(int fd, int wanted, int flags);
int64_t sys_fcntl(int fd, int command, uint64_t argument);
int64_t sys_ioctl(int fd, unsigned command, uaddr_t argument);
int64_t sys_fstat(int fd, uaddr_t to);
int64_t sys_newfstatat(int directory, uaddr_t path, uaddr_t to, int flags);
int64_t sys_fstat64_32(int fd, uaddr_t to);
int64_t sys_fstatat64_32(int directory, uaddr_t path, uaddr_t to, int flags);
int64_t sys_statx(int directory, uaddr_t path, int flags, unsigned mask,
                  uaddr_t to);
int64_t sys_getdents64(int fd, uaddr_t to, uint64_t size);
int64_t sys_faccessat(int directory, uaddr_t path, int mode, int flags);
int64_t sys_readlinkat(int directory, uaddr_t path, uaddr_t to, uint64_t size);
int64_t sys_getcwd(uaddr_t to, uint64_t size);
int64_t sys_chdir(uaddr_t path);

/* Who and when: kernel/syscall/sys_info.c */
int64_t sys_uname(uaddr_t to);
int64_t sys_sysinfo(uaddr_t to);
int64_t sys_sysinfo_32(uaddr_t to);
int64_t sys_getrandom(uaddr_t to, uint64_t size, unsigned flags);
int64_t sys_clock_gettime(int clock, uaddr_t to);
int64_t sys_clock_gettime_32(int clock, uaddr_t to);
int64_t sys_clock_getres(int clock, uaddr_t to);
int64_t sys_clock_getres_32(int clock, uaddr_t to);
int64_t sys_gettimeofday(uaddr_t to, uaddr_t zone);
int64_t sys_gettimeofday_32(uaddr_t to, uaddr_t zone);
int64_t sys_time(uaddr_t to);
int64_t sys_time_32(uaddr_t to);
int64_t sys_nanosleep(uaddr_t wanted, uaddr_t left);
int64_t sys_nanosleep_32(uaddr_t wanted, uaddr_t left);
int64_t sys_clock_nanosleep(int clock, int flags, uaddr_t wanted, uaddr_t left);
int64_t sys_clock_nanosleep_time64_32(int clock, int flags, uaddr_t wanted,
                                      uaddr_t left);
int64_t sys_clock_nanosleep_32(int clock, int flags, uaddr_t wanted,
                               uaddr_t left);
int64_t sys_getrlimit(int resource, uaddr_t to);
int64_t sys_getrlimit_32(int resource, uaddr_t to);
int64_t sys_old_getrlimit_32(int resource, uaddr_t to);
int64_t sys_setrlimit(int resource, uaddr_t from);
int64_t sys_setrlimit_32(int resource, uaddr_t from);
int64_t sys_prlimit64(int pid, int resource, uaddr_t wanted, uaddr_t old);
int64_t sys_sched_getaffinity(int pid, uint32_t size, uaddr_t to);
int64_t sys_sched_getaffinity_32(int pid, uint32_t size, uaddr_t to);
