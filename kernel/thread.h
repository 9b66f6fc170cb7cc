/* What runs: threads, whose turn it is, waiting, futexes and timers.
 *
 * The room owns all threads, the queue for the CPU and the deadlines. It uses
 * kernel/signal/, kernel/base/, mm/ and what lies below them, and knows neither
 * files nor what a process is. Read thread.h first: it says when the kernel
 * gives the CPU away.
 */
#pragma once

#include "kernel/thread/futex.h"
#include "kernel/thread/load_average.h"
#include "kernel/thread/schedule.h"
#include "kernel/thread/thread.h"
#include "kernel/thread/timer.h"
#include "kernel/thread/wait.h"
