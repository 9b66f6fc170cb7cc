/* The report on a program that is ended for what it did. Defined by the room
 * that reports. */
#pragma once

#include "kernel/process/signal.h"

/* Logs what the running program did: signal, address, why, registers and the
 * areas around the address. */
void fault_report(const struct trap_frame *frame,
                  const struct signal_info *info);
