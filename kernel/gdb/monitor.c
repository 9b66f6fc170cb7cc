/* The commands of `monitor`. */
#include "kernel/gdb/machine.h"

bool monitor_catches_user;

void target_monitor(const char *line)
{
    gdb_print("no command %s; try help\n", line);
}
