/* What every room above needs and no program sees: the log, the record,
 * options of the command line, and random numbers.
 *
 * The room owns the ring of the log, the ring of the record and the stream of
 * random numbers. It uses mm/, drivers/ and what lies below them. What the
 * kernel asks of a debugger, and the end of the machine, are declared here and
 * defined above. Read option.h first: what Brix can be told.
 */
#pragma once

#include "kernel/base/debugger.h"
#include "kernel/base/errno_name.h"
#include "kernel/base/log.h"
#include "kernel/base/machine_end.h"
#include "kernel/base/option.h"
#include "kernel/base/random.h"
#include "kernel/base/record.h"
#include "kernel/base/version.h"
