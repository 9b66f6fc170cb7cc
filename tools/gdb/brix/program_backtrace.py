"""bt-program: the whole back trace of the program that a CPU is in the kernel for.

gdb's own ends at the program's first function that is not inlined: it takes the
program's stack, which lies below the kernel's, for a broken one. Here the
program is told of as the caller of the innermost frame, as bt-process does."""

import gdb

from brix import kernel, processes, unwind, waiting
from brix.constants import constant

# The entries that are instructions of the program's, which it goes on behind:
# kernel/x86/trap_frame.h.
CALLS = ("VECTOR_SYSCALL", "VECTOR_INT80")


def program_registers(process):
    frame = waiting.first_frame(process)
    return {unwind.GDB_NAMES.get(field.name, field.name):
            int(frame[field.name]) for field in frame.type.fields()
            if field.name not in unwind.NO_REGISTERS}


def was_interrupted(process):
    """Is the program's rip the instruction that a trap came at?"""
    vector = int(waiting.first_frame(process)["vector"])
    return vector not in [int(gdb.parse_and_eval(name)) for name in CALLS]


def tell_program(process):
    waiting.saved.registers = program_registers(process)
    unwind.frame_filter.is_trap_hidden = was_interrupted(process)
    gdb.invalidate_cached_frames()
    try:
        text = gdb.execute("backtrace", to_string=True)
    finally:
        waiting.saved.registers = None
        unwind.frame_filter.is_trap_hidden = False
        gdb.invalidate_cached_frames()
    _, begin, program = text.partition("\n#1 ")
    print(f"{begin}{program}".strip())


@kernel.register
class BtProgram(kernel.Command):
    """Print the back trace of the program that runs, also from the kernel.
Usage: bt-program
Frames are counted from 1: the kernel comes before."""

    name = "bt-program"
    category = gdb.COMMAND_STACK

    def run(self, arguments):
        if int(processes.current()) == 0:
            raise gdb.GdbError("No process runs.")
        if gdb.newest_frame().pc() < constant("USER_END_64"):
            gdb.execute("backtrace")
        else:
            tell_program(processes.current().dereference())
