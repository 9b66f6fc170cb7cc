"""bt-process: the back trace of a process that does not run now.

Its registers lie on its kernel stack, where context_switch() left them. The
unwinder says that they are those of the caller of the innermost frame, and gdb
goes on from there, on any target."""

import contextlib

import gdb
import gdb.FrameDecorator
import gdb.unwinder

from brix import kernel, processes, programs, unwind
from brix.constants import constant

# What context_switch has pushed: struct context of kernel/x86/context.c.
CONTEXT = ("r15", "r14", "r13", "r12", "rbp", "rbx", "rip")
FRAMES_MAX = 100  # a chain that runs in circles ends here


class Place:
    """An identity of the frame that is gone on from: deeper than any other."""

    def __init__(self, pending):
        self.sp = gdb.Value(0)
        self.pc = pending.read_register("rip")


class SavedUnwinder(gdb.unwinder.Unwinder):
    """Asked only while bt-process works."""

    def __init__(self):
        super().__init__("brix-saved")
        self.registers = None

    def __call__(self, pending):
        if self.registers is None or pending.level() != 0:
            return None
        info = pending.create_unwind_info(Place(pending))
        for name, value in unwind.known_registers(pending):
            name = str(name)
            if name in self.registers:
                size = value.type.sizeof
                word = unwind.as_bytes(self.registers[name])
                value = gdb.Value(word[:size], value.type)
            info.add_saved_register(name, value)
        return info


saved = SavedUnwinder()
gdb.unwinder.register_unwinder(None, saved, replace=True)


def saved_registers(process):
    start = int(process["leader"]["saved_rsp"])
    registers = dict(zip(CONTEXT, kernel.words(start, len(CONTEXT))))
    return {**registers, "rsp": start + len(CONTEXT) * 8}


def has_run(process):
    return saved_registers(process)["rip"] != \
        kernel.symbol_address("context_begin")


def first_frame(process):
    """The struct trap_frame at the top of the kernel stack."""
    size = gdb.lookup_type("struct trap_frame").sizeof
    return kernel.struct_at("struct trap_frame",
                            int(process["leader"]["stack_end"]) - size)


def arguments_of(frame):
    """Of a function of the kernel. A program's are in memory of its own."""
    pairs = []
    for argument in frame.frame_args() or []:
        value = argument.symbol().value(frame.inferior_frame())
        pairs.append(f"{argument.symbol().name}="
                     f"{value.format_string(max_elements=8)}")
    return f"({', '.join(pairs)})"


def tell(number, frame, is_program):
    pc = frame.inferior_frame().pc()
    function = frame.function()
    if not isinstance(function, str):
        function = frame.inferior_frame().name() or "??"
    arguments = "()" if is_program else arguments_of(frame)
    line = frame.line()
    place = f" at {frame.filename()}:{line}" if line else ""
    print(f"#{number:<3} 0x{pc:016x} in {function} {arguments}{place}")


def tell_frames():
    """To the frame of the program that has entered the kernel: what called it
    is in memory that gdb does not see now."""
    frame = gdb.newest_frame()
    for number in range(FRAMES_MAX):
        inner, frame = frame.pc(), frame.older()
        if frame is None or frame.pc() == 0:
            return
        is_program = frame.pc() < constant("USER_END_64")
        is_inlined = frame.type() == gdb.INLINE_FRAME
        look = unwind.FaultingFrame if unwind.is_trap(inner) \
            else gdb.FrameDecorator.FrameDecorator
        tell(number, look(frame), is_program)
        if is_program and not is_inlined:
            return


@contextlib.contextmanager
def program_of(process):
    """gdb knows the program of PROCESS alone. The stub tells of the one that
    runs as a library, which lies at the same addresses, and is forgotten for so
    long."""
    listed = gdb.execute("info sharedlibrary", to_string=True)
    has_libraries = not listed.startswith("No shared libraries")
    if has_libraries:
        gdb.execute("nosharedlibrary", to_string=True)
    programs.load(programs.find_symbols(process))
    try:
        yield
    finally:
        if has_libraries:
            gdb.execute("sharedlibrary", to_string=True)
        programs.check_at_stop()


def tell_waiting(process):
    # Where the machine has stopped may be somebody's main.
    with program_of(process), gdb.with_parameter("backtrace past-main", True):
        saved.registers = saved_registers(process)
        gdb.invalidate_cached_frames()
        try:
            tell_frames()
        finally:
            saved.registers = None
            gdb.invalidate_cached_frames()


@kernel.register
class BtProcess(kernel.Command):
    """Print the back trace of a process that does not run now.
Usage: bt-process PID
It ends where the program has entered the kernel."""

    name = "bt-process"
    category = gdb.COMMAND_STACK

    def run(self, arguments):
        if len(arguments) != 1:
            raise gdb.GdbError("bt-process PID")
        process = processes.find(kernel.number(arguments[0]))
        if process.address == processes.current():
            gdb.execute("bt")
        elif int(process["leader"]["saved_rsp"]) == 0:
            print("It has not been started yet.")
        elif not has_run(process):
            print("It has not run yet: it begins at "
                  f"0x{int(first_frame(process)['rip']):x}.")
        else:
            tell_waiting(process)
