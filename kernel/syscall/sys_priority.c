/* Nice values: getpriority, setpriority and i386's nice. */
#include "kernel/abi/errno.h"
#include "kernel/abi/resource.h"
#include "kernel/lib.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/syscall/sys_schedule.h"
#include "kernel/thread.h"

/* getpriority and RLIMIT_NICE count from 1, the nicest, to 40. */
#define RANK_OF_NICE(nice) (NICE_MAX + 1 - (nice))

/* Whom getpriority and setpriority mean, and what becomes of them. */
struct request {
    int which; /* PRIO_* */
    int who;
    int nice;
    int64_t result; /* the best rank so far, or how it went */
};

bool priority_may_be(const struct thread *thread, int nice)
{
    const struct process *asking = process_current();
    uint64_t limit = thread->process->limits[RLIMIT_NICE].current;

    return (uint64_t)RANK_OF_NICE(nice) <= limit ||
           credentials_are_privileged(&asking->credentials);
}

static int clamp_nice(int64_t nice)
{
    return (int)MIN(MAX(nice, (int64_t)NICE_MIN), (int64_t)NICE_MAX);
}

static void get_one(struct thread *thread, struct request *request)
{
    request->result =
        MAX(request->result, (int64_t)RANK_OF_NICE(thread->priority.nice));
}

static void set_one(struct thread *thread, struct request *request)
{
    if (!priority_is_own(thread)) {
        request->result = -EPERM;
    } else if (request->nice < thread->priority.nice &&
               !priority_may_be(thread, request->nice)) {
        request->result = -EACCES;
    } else {
        thread->priority.nice = request->nice;
        request->result = request->result == -ESRCH ? 0 : request->result;
    }
}

typedef void one(struct thread *thread, struct request *request);

static bool is_meant(const struct process *process,
                     const struct request *request)
{
    const struct process *own = process_current();

    if (request->which == PRIO_PGRP) {
        int group = request->who != 0 ? request->who : own->group;
        return !process->is_zombie && process->group == group;
    }
    uint32_t user =
        request->who != 0 ? (uint32_t)request->who : own->credentials.user.real;
    return !process->is_zombie && process->credentials.user.real == user;
}

static void for_threads(struct process *process, one *act,
                        struct request *request)
{
    list_for_each(node, &process->threads)
    {
        act(list_entry(node, struct thread, siblings), request);
    }
}

/* Has ACT see each thread that REQUEST means. */
static void for_meant(one *act, struct request *request)
{
    if (request->which == PRIO_PROCESS) {
        struct thread *thread =
            request->who != 0 ? thread_find(request->who) : thread_current();
        if (thread != NULL) {
            act(thread, request);
        }
        return;
    }
    for (struct process *p = process_first(); p != NULL; p = process_next(p)) {
        if (is_meant(p, request)) {
            for_threads(p, act, request);
        }
    }
}

static bool is_which(int which)
{
    return which >= PRIO_PROCESS && which <= PRIO_USER;
}

int64_t sys_getpriority(int which, int who)
{
    struct request request = {which, who, 0, -ESRCH};

    if (!is_which(which)) {
        return -EINVAL;
    }
    for_meant(get_one, &request);
    return request.result;
}

int64_t sys_setpriority(int which, int who, int nice)
{
    struct request request = {which, who, clamp_nice(nice), -ESRCH};

    if (!is_which(which)) {
        return -EINVAL;
    }
    for_meant(set_one, &request);
    return request.result;
}

int64_t sys_nice(int increment)
{
    struct thread *thread = thread_current();
    const int most = NICE_MAX - NICE_MIN + 1;
    int64_t step = MIN(MAX(increment, -most), most);
    int nice = clamp_nice(thread->priority.nice + step);

    if (increment < 0 && !priority_may_be(thread, nice)) {
        return -EPERM;
    }
    thread->priority.nice = nice;
    return 0;
}
