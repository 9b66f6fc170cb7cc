/* What is said when something ends: panic, traces of calls, names for
 * addresses, what the log says of a trap or of a program's fault.
 *
 * The room owns nothing but the option `panic=`. It may look into all rooms but
 * those that ask, and calls what is as simple as possible: nothing here may
 * fail in its turn. Read panic.h first.
 */
#pragma once

#include "kernel/report/panic.h"
#include "kernel/report/symbol.h"
#include "kernel/report/trap_report.h"
