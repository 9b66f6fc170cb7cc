/* The i386 calls: numbers and registers to sys_*. */
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/abi/syscalls_32.h"
#include "kernel/process/process.h"
#include "kernel/process/signal.h"
#include "kernel/process/signal_frame.h"
#include "kernel/syscall/syscall.h"
#include "kernel/syscall/syscall_priv.h"
#include "kernel/x86/cpu.h"

// clang-format off
#define SYSCALL_NAME(number, name) [number] = #name,
static const char *const names[] = { SYSCALLS_32(SYSCALL_NAME) };
// clang-format on

/* Arguments are the low halves of RBX, RCX, RDX, RSI, RDI and RBP, whatever
 * the program is. */
static int64_t call(struct trap_frame *f)
{
    const uint32_t a = (uint32_t)f->rbx, b = (uint32_t)f->rcx,
                   c = (uint32_t)f->rdx, d = (uint32_t)f->rsi,
                   e = (uint32_t)f->rdi, g = (uint32_t)f->rbp;

    switch (f->error) {
    case SYS32_read:
        return sys_read((int)a, b, c);
    case SYS32_write:
        return sys_write((int)a, b, c);
    case SYS32_readv:
        return sys_readv_32((int)a, b, (int)c);
    case SYS32_writev:
        return sys_writev_32((int)a, b, (int)c);
    case SYS32_pread64:
        return sys_pread64((int)a, b, c, d | (uint64_t)e << 32);
    case SYS32_pwrite64:
        return sys_pwrite64((int)a, b, c, d | (uint64_t)e << 32);
    case SYS32_open:
        return sys_openat(AT_FDCWD, a, (int)b);
    case SYS32_openat:
        return sys_openat((int)a, b, (int)c);
    case SYS32_close:
        return sys_close((int)a);
    case SYS32_lseek:
        return sys_lseek((int)a, (int32_t)b, (int)c);
    case SYS32__llseek:
        return sys_llseek_32((int)a, b, c, d, (int)e);
    case SYS32_dup:
        return sys_dup((int)a);
    case SYS32_dup2:
        return sys_dup2((int)a, (int)b);
    case SYS32_dup3:
        return sys_dup3((int)a, (int)b, (int)c);
    case SYS32_fcntl:
    case SYS32_fcntl64:
        return sys_fcntl((int)a, (int)b, c);
    case SYS32_ioctl:
        return sys_ioctl((int)a, b, c);
    case SYS32_stat64:
        return sys_fstatat64_32(AT_FDCWD, a, b, 0);
    case SYS32_lstat64:
        return sys_fstatat64_32(AT_FDCWD, a, b, AT_SYMLINK_NOFOLLOW);
    case SYS32_fstat64:
        return sys_fstat64_32((int)a, b);
    case SYS32_fstatat64:
        return sys_fstatat64_32((int)a, b, c, (int)d);
    case SYS32_statx:
        return sys_statx((int)a, b, (int)c, d, e);
    case SYS32_getdents64:
        return sys_getdents64((int)a, b, c);
    case SYS32_access:
        return sys_faccessat(AT_FDCWD, a, (int)b, 0);
    case SYS32_faccessat:
        return sys_faccessat((int)a, b, (int)c, 0);
    case SYS32_faccessat2:
        return sys_faccessat((int)a, b, (int)c, (int)d);
    case SYS32_readlink:
        return sys_readlinkat(AT_FDCWD, a, b, c);
    case SYS32_readlinkat:
        return sys_readlinkat((int)a, b, c, d);
    case SYS32_getcwd:
        return sys_getcwd(a, b);
    case SYS32_chdir:
        return sys_chdir(a);

    case SYS32_brk:
        return sys_brk(a);
    case SYS32_mmap:
        return sys_old_mmap_32(a);
    case SYS32_mmap2:
        return sys_mmap2_32(a, b, (int)c, (int)d, (int)e, g);
    case SYS32_munmap:
        return sys_munmap(a, b);
    case SYS32_mprotect:
        return sys_mprotect(a, b, (int)c);
    case SYS32_mremap:
        return sys_mremap_32(a, b, c, (int)d, e);
    case SYS32_remap_file_pages:
        return sys_remap_file_pages(a, b, (int)c, d, (int)e);
    case SYS32_msync:
        return sys_msync(a, b, (int)c);
    case SYS32_mincore:
        return sys_mincore(a, b, c);
    case SYS32_mlock:
        return sys_mlock(a, b);
    case SYS32_mlock2:
        return sys_mlock2(a, b, (int)c);
    case SYS32_munlock:
        return sys_munlock(a, b);
    case SYS32_mlockall:
        return sys_mlockall((int)a);
    case SYS32_munlockall:
        return sys_munlockall();
    case SYS32_madvise:
        return sys_madvise(a, b, (int)c);

    case SYS32_exit:
    case SYS32_exit_group:
        return sys_exit((int)a);
    case SYS32_vfork:
        return sys_vfork(f);
    case SYS32_clone:
        return sys_clone(f, a, b);
    case SYS32_execve:
        return sys_execve_32(f, a, b, c);
    case SYS32_waitpid:
        return sys_wait4((int)a, b, (int)c, 0);
    case SYS32_wait4:
        return sys_wait4_32((int)a, b, (int)c, d);
    case SYS32_getpid:
    case SYS32_gettid:
        return sys_getpid();
    case SYS32_getppid:
        return sys_getppid();
    case SYS32_getuid32:
        return identity_ids(IDENTITY_USER)->real;
    case SYS32_geteuid32:
        return identity_ids(IDENTITY_USER)->effective;
    case SYS32_setuid32:
        return sys_set_id(IDENTITY_USER, a);
    case SYS32_setreuid32:
        return sys_set_re_id(IDENTITY_USER, a, b);
    case SYS32_setresuid32:
        return sys_set_res_id(IDENTITY_USER, a, b, c);
    case SYS32_getresuid32:
        return sys_get_res_id(IDENTITY_USER, a, b, c);
    case SYS32_setfsuid32:
        return sys_set_fs_id(IDENTITY_USER, a);
    case SYS32_getuid:
        return identity_narrow(identity_ids(IDENTITY_USER)->real);
    case SYS32_geteuid:
        return identity_narrow(identity_ids(IDENTITY_USER)->effective);
    case SYS32_setuid:
        return sys_set_id(IDENTITY_USER, identity_widen(a));
    case SYS32_setreuid:
        return sys_set_re_id(IDENTITY_USER, identity_widen(a),
                             identity_widen(b));
    case SYS32_setresuid:
        return sys_set_res_id(IDENTITY_USER, identity_widen(a),
                              identity_widen(b), identity_widen(c));
    case SYS32_getresuid:
        return sys_get_res_id_16(IDENTITY_USER, a, b, c);
    case SYS32_setfsuid:
        return sys_set_fs_id(IDENTITY_USER, identity_widen(a));
    case SYS32_getgid32:
        return identity_ids(IDENTITY_GROUP)->real;
    case SYS32_getegid32:
        return identity_ids(IDENTITY_GROUP)->effective;
    case SYS32_setgid32:
        return sys_set_id(IDENTITY_GROUP, a);
    case SYS32_setregid32:
        return sys_set_re_id(IDENTITY_GROUP, a, b);
    case SYS32_setresgid32:
        return sys_set_res_id(IDENTITY_GROUP, a, b, c);
    case SYS32_getresgid32:
        return sys_get_res_id(IDENTITY_GROUP, a, b, c);
    case SYS32_setfsgid32:
        return sys_set_fs_id(IDENTITY_GROUP, a);
    case SYS32_getgid:
        return identity_narrow(identity_ids(IDENTITY_GROUP)->real);
    case SYS32_getegid:
        return identity_narrow(identity_ids(IDENTITY_GROUP)->effective);
    case SYS32_setgid:
        return sys_set_id(IDENTITY_GROUP, identity_widen(a));
    case SYS32_setregid:
        return sys_set_re_id(IDENTITY_GROUP, identity_widen(a),
                             identity_widen(b));
    case SYS32_setresgid:
        return sys_set_res_id(IDENTITY_GROUP, identity_widen(a),
                              identity_widen(b), identity_widen(c));
    case SYS32_getresgid:
        return sys_get_res_id_16(IDENTITY_GROUP, a, b, c);
    case SYS32_setfsgid:
        return sys_set_fs_id(IDENTITY_GROUP, identity_widen(a));
    case SYS32_getgroups32:
        return sys_getgroups((int)a, b);
    case SYS32_setgroups32:
        return sys_setgroups((int)a, b);
    case SYS32_getgroups:
        return sys_getgroups_16((int)a, b);
    case SYS32_setgroups:
        return sys_setgroups_16((int)a, b);
    case SYS32_getpgrp:
        return sys_getpgid(0);
    case SYS32_getpgid:
        return sys_getpgid((int)a);
    case SYS32_setpgid:
        return sys_setpgid((int)a, (int)b);
    case SYS32_getsid:
        return sys_getsid((int)a);
    case SYS32_setsid:
        return sys_setsid();
    case SYS32_personality:
        return sys_personality(a);
    case SYS32_set_tid_address:
        return sys_set_tid_address(a);
    case SYS32_set_thread_area:
        return sys_set_thread_area(a);
    case SYS32_get_thread_area:
        return sys_get_thread_area(a);
    case SYS32_sched_yield:
        process_yield();
        return 0;

    case SYS32_sigaction:
        return sys_sigaction_32((int)a, b, c);
    case SYS32_rt_sigaction:
        return sys_rt_sigaction_32((int)a, b, c, d);
    case SYS32_signal:
        return sys_signal_32((int)a, b);
    case SYS32_sigaltstack:
        return sys_sigaltstack_32(f, a, b);
    case SYS32_sigreturn:
        return signal_frame_return_32(f);
    case SYS32_rt_sigreturn:
        return signal_frame_return_rt_32(f);
    case SYS32_sigprocmask:
        return sys_sigprocmask_32((int)a, b, c);
    case SYS32_rt_sigprocmask:
        return sys_rt_sigprocmask((int)a, b, c, d);
    case SYS32_sigpending:
        return sys_rt_sigpending(a, sizeof(uint32_t));
    case SYS32_rt_sigpending:
        return sys_rt_sigpending(a, b);
    case SYS32_sigsuspend:
        return sys_sigsuspend_32(c);
    case SYS32_rt_sigsuspend:
        return sys_rt_sigsuspend(a, b);
    case SYS32_pause:
        return sys_pause();
    case SYS32_kill:
        return sys_kill((int)a, (int)b);
    case SYS32_tkill:
        return sys_tkill((int)a, (int)b);
    case SYS32_tgkill:
        return sys_tgkill((int)a, (int)b, (int)c);

    case SYS32_uname:
        return sys_uname(a);
    case SYS32_sysinfo:
        return sys_sysinfo_32(a);
    case SYS32_getrandom:
        return sys_getrandom(a, b, c);
    case SYS32_clock_gettime:
        return sys_clock_gettime_32((int)a, b);
    case SYS32_clock_gettime64:
        return sys_clock_gettime((int)a, b);
    case SYS32_clock_getres:
        return sys_clock_getres_32((int)a, b);
    case SYS32_clock_getres_time64:
        return sys_clock_getres((int)a, b);
    case SYS32_gettimeofday:
        return sys_gettimeofday_32(a, b);
    case SYS32_time:
        return sys_time_32(a);
    case SYS32_nanosleep:
        return sys_nanosleep_32(a, b);
    case SYS32_clock_nanosleep:
        return sys_clock_nanosleep_32((int)a, (int)b, c, d);
    case SYS32_clock_nanosleep_time64:
        return sys_clock_nanosleep_time64_32((int)a, (int)b, c, d);
    case SYS32_ugetrlimit:
        return sys_getrlimit_32((int)a, b);
    case SYS32_getrlimit:
        return sys_old_getrlimit_32((int)a, b);
    case SYS32_setrlimit:
        return sys_setrlimit_32((int)a, b);
    case SYS32_prlimit64:
        return sys_prlimit64((int)a, (int)b, c, d);
    case SYS32_sched_getaffinity:
        return sys_sched_getaffinity_32((int)a, b, c);
    default:
        return syscall_unknown(SYSCALL_DOOR_32, f->error);
    }
}

const char *syscall_name_32(uint64_t number)
{
    return number < ARRAY_COUNT(names) ? names[number] : NULL;
}

int syscall_dispatch_32(struct trap_frame *frame)
{
    if (cpu_features.smap) {
        __asm__ volatile("clac" : : : "memory");
    }
    frame->error = (uint32_t)frame->error;

    int64_t result = call(frame);
    /* A 32-bit program has no upper half; a 64-bit one gets the sign too. */
    frame->rax = process_current()->is_32 ? (uint32_t)result : (uint64_t)result;
    if (syscall_is_traced) {
        syscall_trace(SYSCALL_DOOR_32, frame);
    }
    if (process_current()->pending != 0) {
        signal_deliver(frame);
    }
    return SYSCALL_RETURN_IRET;
}
