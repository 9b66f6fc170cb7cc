"""last-write, and the end of a recording: for a machine that is replayed (make
replay), where time can go backwards."""

import gdb

from brix import kernel


@kernel.register
class LastWrite(kernel.Command):
    """Go back to where a value was written last (make replay only).
Usage: last-write EXPRESSION
Afterwards it has just been written: reverse-stepi takes that back."""

    name = "last-write"
    category = gdb.COMMAND_RUNNING

    def run(self, arguments):
        if not arguments:
            raise gdb.GdbError("last-write EXPRESSION")
        gdb.execute(f"watch -l {' '.join(arguments)}")
        watch = gdb.breakpoints()[-1]
        try:
            gdb.execute("reverse-continue")
        finally:
            watch.delete()


class ReplayEnd(gdb.Parameter):
    """The instruction at which a replay stops, or nothing. At the very end of a
recording the machine is off and QEMU would not survive to go back from there."""

    set_doc = "Set the instruction at which a replay stops."
    show_doc = "Show the instruction at which a replay stops."

    def __init__(self):
        super().__init__("brix-replay-end", gdb.COMMAND_RUNNING,
                         gdb.PARAM_STRING_NOESCAPE)
        self.value = ""

    def get_set_string(self):
        tell_end()
        return ""


def tell_end(_=None):
    """QEMU forgets the place whenever it goes back: it is told at each stop."""
    if replay_end.value:
        try:
            gdb.execute(f"monitor replay_break {replay_end.value}",
                        to_string=True)
        except gdb.error:
            pass  # that is behind us


replay_end = ReplayEnd()
gdb.events.stop.connect(tell_end)
