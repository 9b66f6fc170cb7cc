/* Birth and end of processes. */
#include "kernel/abi/wait.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"

int64_t sys_exit(int status)
{
    process_exit_thread((status & 0xff) << WAIT_EXIT_SHIFT);
}

int64_t sys_exit_group(int status)
{
    process_exit((status & 0xff) << WAIT_EXIT_SHIFT);
}

int64_t sys_getpid(void)
{
    return thread_current()->pid;
}

int64_t sys_gettid(void)
{
    return thread_current()->tid;
}

int64_t sys_sched_yield(void)
{
    thread_yield();
    return 0;
}

int64_t sys_getppid(void)
{
    const struct process *parent = process_current()->parent;
    return parent != NULL ? parent->pid : 0;
}

int64_t sys_set_tid_address(uaddr_t address)
{
    thread_current()->clear_child_tid = address;
    return thread_current()->tid;
}
