/* What a signal is: sets, queues, actions, stacks for handlers, and the forms
 * in which a program reads of it. Whom a signal reaches, and what becomes of
 * him, is kernel/process/'s business.
 *
 * The room owns nothing: threads and processes keep its structures. It uses
 * kernel/base/ for memory, and is otherwise pure. Read signal_state.h first.
 */
#pragma once

#include "kernel/signal/signal_fsave.h"
#include "kernel/signal/signal_info.h"
#include "kernel/signal/signal_queue.h"
#include "kernel/signal/signal_stack.h"
#include "kernel/signal/signal_state.h"
