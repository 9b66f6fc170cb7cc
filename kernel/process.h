/* Who owns what: a process has an address space, files, threads, limits and
 * credentials, and belongs to a group and a session. Children, the end, and the
 * way of a signal to the program are here.
 *
 * The room owns all processes and groups. It uses kernel/file/,
 * kernel/thread/, kernel/signal/ and what lies below them. Read process.h
 * first, then signal.h.
 */
#pragma once

#include "kernel/process/badness.h"
#include "kernel/process/cpu_clock.h"
#include "kernel/process/fault_report.h"
#include "kernel/process/fork.h"
#include "kernel/process/group.h"
#include "kernel/process/ipc.h"
#include "kernel/process/ipc_memory.h"
#include "kernel/process/kmsg.h"
#include "kernel/process/limits.h"
#include "kernel/process/out_of_memory.h"
#include "kernel/process/process.h"
#include "kernel/process/process_record.h"
#include "kernel/process/semaphore.h"
#include "kernel/process/shm.h"
#include "kernel/process/signal.h"
#include "kernel/process/signal_frame.h"
#include "kernel/process/signalfd.h"
#include "kernel/process/usage.h"
#include "kernel/process/user.h"
#include "kernel/process/validate.h"
