/* The x86-64 calls: numbers and registers to sys_*. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/syscalls_64.h"
#include "kernel/process/process.h"
#include "kernel/process/signal.h"
#include "kernel/process/signal_frame.h"
#include "kernel/syscall/syscall.h"
#include "kernel/syscall/syscall_priv.h"

// clang-format off
#define SYSCALL_NAME(number, name) [number] = #name,
static const char *const names[] = { SYSCALLS_64(SYSCALL_NAME) };
// clang-format on

/* Arguments are in RDI, RSI, RDX, R10, R8 and R9. */
static int64_t call(struct trap_frame *f)
{
    switch (f->error) {
    case SYS64_read:
        return sys_read((int)f->rdi, f->rsi, f->rdx);
    case SYS64_write:
        return sys_write((int)f->rdi, f->rsi, f->rdx);
    case SYS64_readv:
        return sys_readv((int)f->rdi, f->rsi, (int)f->rdx);
    case SYS64_writev:
        return sys_writev((int)f->rdi, f->rsi, (int)f->rdx);
    case SYS64_pread64:
        return sys_pread64((int)f->rdi, f->rsi, f->rdx, f->r10);
    case SYS64_pwrite64:
        return sys_pwrite64((int)f->rdi, f->rsi, f->rdx, f->r10);
    case SYS64_open:
        return sys_openat(AT_FDCWD, f->rdi, (int)f->rsi | O_LARGEFILE);
    case SYS64_openat:
        return sys_openat((int)f->rdi, f->rsi, (int)f->rdx | O_LARGEFILE);
    case SYS64_close:
        return sys_close((int)f->rdi);
    case SYS64_lseek:
        return sys_lseek((int)f->rdi, (int64_t)f->rsi, (int)f->rdx);
    case SYS64_dup:
        return sys_dup((int)f->rdi);
    case SYS64_dup2:
        return sys_dup2((int)f->rdi, (int)f->rsi);
    case SYS64_dup3:
        return sys_dup3((int)f->rdi, (int)f->rsi, (int)f->rdx);
    case SYS64_fcntl:
        return sys_fcntl((int)f->rdi, (int)f->rsi, f->rdx);
    case SYS64_ioctl:
        return sys_ioctl((int)f->rdi, (unsigned)f->rsi, f->rdx);
    case SYS64_stat:
        return sys_newfstatat(AT_FDCWD, f->rdi, f->rsi, 0);
    case SYS64_lstat:
        return sys_newfstatat(AT_FDCWD, f->rdi, f->rsi, AT_SYMLINK_NOFOLLOW);
    case SYS64_fstat:
        return sys_fstat((int)f->rdi, f->rsi);
    case SYS64_newfstatat:
        return sys_newfstatat((int)f->rdi, f->rsi, f->rdx, (int)f->r10);
    case SYS64_statx:
        return sys_statx((int)f->rdi, f->rsi, (int)f->rdx, (unsigned)f->r10,
                         f->r8);
    case SYS64_getdents64:
        return sys_getdents64((int)f->rdi, f->rsi, f->rdx);
    case SYS64_access:
        return sys_faccessat(AT_FDCWD, f->rdi, (int)f->rsi, 0);
    case SYS64_faccessat:
        return sys_faccessat((int)f->rdi, f->rsi, (int)f->rdx, 0);
    case SYS64_faccessat2:
        return sys_faccessat((int)f->rdi, f->rsi, (int)f->rdx, (int)f->r10);
    case SYS64_readlink:
        return sys_readlinkat(AT_FDCWD, f->rdi, f->rsi, f->rdx);
    case SYS64_readlinkat:
        return sys_readlinkat((int)f->rdi, f->rsi, f->rdx, f->r10);
    case SYS64_getcwd:
        return sys_getcwd(f->rdi, f->rsi);
    case SYS64_chdir:
        return sys_chdir(f->rdi);

    case SYS64_brk:
        return sys_brk(f->rdi);
    case SYS64_mmap:
        return sys_mmap(f->rdi, f->rsi, (int)f->rdx, (int)f->r10, (int)f->r8,
                        f->r9);
    case SYS64_munmap:
        return sys_munmap(f->rdi, f->rsi);
    case SYS64_mprotect:
        return sys_mprotect(f->rdi, f->rsi, (int)f->rdx);
    case SYS64_mremap:
        return sys_mremap(f->rdi, f->rsi, f->rdx, (int)f->r10, f->r8);
    case SYS64_remap_file_pages:
        return sys_remap_file_pages(f->rdi, f->rsi, (int)f->rdx, f->r10,
                                    (int)f->r8);
    case SYS64_msync:
        return sys_msync(f->rdi, f->rsi, (int)f->rdx);
    case SYS64_mincore:
        return sys_mincore(f->rdi, f->rsi, f->rdx);
    case SYS64_mlock:
        return sys_mlock(f->rdi, f->rsi);
    case SYS64_mlock2:
        return sys_mlock2(f->rdi, f->rsi, (int)f->rdx);
    case SYS64_munlock:
        return sys_munlock(f->rdi, f->rsi);
    case SYS64_mlockall:
        return sys_mlockall((int)f->rdi);
    case SYS64_munlockall:
        return sys_munlockall();
    case SYS64_madvise:
        return sys_madvise(f->rdi, f->rsi, (int)f->rdx);

    case SYS64_exit:
    case SYS64_exit_group:
        return sys_exit((int)f->rdi);
    case SYS64_vfork:
        return sys_vfork(f);
    case SYS64_clone:
        return sys_clone(f, f->rdi, f->rsi);
    case SYS64_execve:
        return sys_execve(f, f->rdi, f->rsi, f->rdx);
    case SYS64_wait4:
        return sys_wait4((int)f->rdi, f->rsi, (int)f->rdx, f->r10);
    case SYS64_getpid:
    case SYS64_gettid:
        return sys_getpid();
    case SYS64_getppid:
        return sys_getppid();
    case SYS64_getuid:
        return identity_ids(IDENTITY_USER)->real;
    case SYS64_geteuid:
        return identity_ids(IDENTITY_USER)->effective;
    case SYS64_setuid:
        return sys_set_id(IDENTITY_USER, (uint32_t)f->rdi);
    case SYS64_setreuid:
        return sys_set_re_id(IDENTITY_USER, (uint32_t)f->rdi, (uint32_t)f->rsi);
    case SYS64_setresuid:
        return sys_set_res_id(IDENTITY_USER, (uint32_t)f->rdi, (uint32_t)f->rsi,
                              (uint32_t)f->rdx);
    case SYS64_getresuid:
        return sys_get_res_id(IDENTITY_USER, f->rdi, f->rsi, f->rdx);
    case SYS64_setfsuid:
        return sys_set_fs_id(IDENTITY_USER, (uint32_t)f->rdi);
    case SYS64_getgid:
        return identity_ids(IDENTITY_GROUP)->real;
    case SYS64_getegid:
        return identity_ids(IDENTITY_GROUP)->effective;
    case SYS64_setgid:
        return sys_set_id(IDENTITY_GROUP, (uint32_t)f->rdi);
    case SYS64_setregid:
        return sys_set_re_id(IDENTITY_GROUP, (uint32_t)f->rdi,
                             (uint32_t)f->rsi);
    case SYS64_setresgid:
        return sys_set_res_id(IDENTITY_GROUP, (uint32_t)f->rdi,
                              (uint32_t)f->rsi, (uint32_t)f->rdx);
    case SYS64_getresgid:
        return sys_get_res_id(IDENTITY_GROUP, f->rdi, f->rsi, f->rdx);
    case SYS64_setfsgid:
        return sys_set_fs_id(IDENTITY_GROUP, (uint32_t)f->rdi);
    case SYS64_getgroups:
        return sys_getgroups((int)f->rdi, f->rsi);
    case SYS64_setgroups:
        return sys_setgroups((int)f->rdi, f->rsi);
    case SYS64_getpgrp:
        return sys_getpgid(0);
    case SYS64_getpgid:
        return sys_getpgid((int)f->rdi);
    case SYS64_setpgid:
        return sys_setpgid((int)f->rdi, (int)f->rsi);
    case SYS64_getsid:
        return sys_getsid((int)f->rdi);
    case SYS64_setsid:
        return sys_setsid();
    case SYS64_personality:
        return sys_personality((uint32_t)f->rdi);
    case SYS64_set_tid_address:
        return sys_set_tid_address(f->rdi);
    case SYS64_arch_prctl:
        return sys_arch_prctl((int)f->rdi, f->rsi);
    case SYS64_sched_yield:
        process_yield();
        return 0;

    case SYS64_rt_sigaction:
        return sys_rt_sigaction((int)f->rdi, f->rsi, f->rdx, f->r10);
    case SYS64_sigaltstack:
        return sys_sigaltstack(f, f->rdi, f->rsi);
    case SYS64_rt_sigreturn:
        return signal_frame_return_64(f);
    case SYS64_rt_sigprocmask:
        return sys_rt_sigprocmask((int)f->rdi, f->rsi, f->rdx, f->r10);
    case SYS64_rt_sigpending:
        return sys_rt_sigpending(f->rdi, f->rsi);
    case SYS64_rt_sigsuspend:
        return sys_rt_sigsuspend(f->rdi, f->rsi);
    case SYS64_pause:
        return sys_pause();
    case SYS64_kill:
        return sys_kill((int)f->rdi, (int)f->rsi);
    case SYS64_tkill:
        return sys_tkill((int)f->rdi, (int)f->rsi);
    case SYS64_tgkill:
        return sys_tgkill((int)f->rdi, (int)f->rsi, (int)f->rdx);

    case SYS64_uname:
        return sys_uname(f->rdi);
    case SYS64_sysinfo:
        return sys_sysinfo(f->rdi);
    case SYS64_getrandom:
        return sys_getrandom(f->rdi, f->rsi, (unsigned)f->rdx);
    case SYS64_clock_gettime:
        return sys_clock_gettime((int)f->rdi, f->rsi);
    case SYS64_clock_getres:
        return sys_clock_getres((int)f->rdi, f->rsi);
    case SYS64_gettimeofday:
        return sys_gettimeofday(f->rdi, f->rsi);
    case SYS64_time:
        return sys_time(f->rdi);
    case SYS64_nanosleep:
        return sys_nanosleep(f->rdi, f->rsi);
    case SYS64_clock_nanosleep:
        return sys_clock_nanosleep((int)f->rdi, (int)f->rsi, f->rdx, f->r10);
    case SYS64_getrlimit:
        return sys_getrlimit((int)f->rdi, f->rsi);
    case SYS64_setrlimit:
        return sys_setrlimit((int)f->rdi, f->rsi);
    case SYS64_prlimit64:
        return sys_prlimit64((int)f->rdi, (int)f->rsi, f->rdx, f->r10);
    case SYS64_sched_getaffinity:
        return sys_sched_getaffinity((int)f->rdi, (uint32_t)f->rsi, f->rdx);
    default:
        return syscall_unknown(SYSCALL_DOOR_64, f->error);
    }
}

const char *syscall_name_64(uint64_t number)
{
    return number < ARRAY_COUNT(names) ? names[number] : NULL;
}

int syscall_dispatch_64(struct trap_frame *frame)
{
    frame->error = (uint32_t)frame->error; /* as Linux: the low half counts */

    frame->rax = (uint64_t)call(frame);
    if (syscall_is_traced) {
        syscall_trace(SYSCALL_DOOR_64, frame);
    }
    if (process_current()->pending != 0) {
        signal_deliver(frame);
        return SYSCALL_RETURN_IRET;
    }
    return frame->vector == VECTOR_SYSCALL ? SYSCALL_RETURN_SYSRET
                                           : SYSCALL_RETURN_IRET;
}
