"""last-write: who wrote this last? For a machine that is replayed (make
replay), where time can go backwards."""

import gdb

from brix import kernel


@kernel.register
class LastWrite(kernel.Command):
    """Go back to where a value was written last (make replay only).
Usage: last-write EXPRESSION
Afterwards the instruction that wrote it is the next one; `stepi` does it
again."""

    name = "last-write"
    category = gdb.COMMAND_RUNNING

    def run(self, arguments):
        if not arguments:
            raise gdb.GdbError("last-write EXPRESSION")
        watch = gdb.Breakpoint(f"-l {' '.join(arguments)}",
                               gdb.BP_WATCHPOINT, gdb.WP_WRITE)
        try:
            gdb.execute("reverse-continue")
        finally:
            watch.delete()
