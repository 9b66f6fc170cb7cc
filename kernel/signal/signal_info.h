/* What is known of a signal, as a program reads it. */
#pragma once

#include "kernel/abi/siginfo.h"
#include "kernel/signal/signal_queue.h"

struct siginfo_64 signal_info_to_64(const struct signal_info *info);
struct siginfo_32 signal_info_to_32(const struct signal_info *info);
