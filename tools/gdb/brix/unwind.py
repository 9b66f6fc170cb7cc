"""Back traces through the entries of the kernel into the program, or into the
kernel's code that was interrupted, and an end of them where nobody called."""

import gdb
import gdb.FrameDecorator
import gdb.unwinder

from brix import entry_code, kernel

# Where the CPU keeps what it does not push, in `syscall` (SDM vol. 2B).
SYSCALL_RIP, SYSCALL_RFLAGS = "rcx", "r11"
GDB_NAMES = {"rflags": "eflags"}  # of the words of struct trap_frame
NO_REGISTERS = ("vector", "error")
USER_RING = 3
UNAVAILABLE = "<unavailable>"  # gdb 13 drops the whole frame for one of these


class FrameId:
    """gdb.unwinder has one of its own from gdb 14 on. Both are gdb.Value."""

    def __init__(self, pending):
        self.sp = pending.read_register("rsp")
        self.pc = pending.read_register("rip")


class Tables:
    """What the unwinder must know, looked up before it is first asked: gdb 13
    must not evaluate anything from within."""

    def __init__(self):
        self.depths = entry_code.find_depths()
        self.traps = [(kernel.symbol_address(f"{entry}_start"),
                       kernel.symbol_address(f"{entry}_end"))
                      for entry in ("trap_entry", "debug_entry")]
        trap_frame = gdb.lookup_type("struct trap_frame")
        self.size = trap_frame.sizeof
        self.words = {field.name: field.bitpos // 8
                      for field in trap_frame.fields()
                      if field.name not in NO_REGISTERS}
        self.user_rsp = next(
            field.bitpos // 8 for field
            in gdb.lookup_type("struct percpu").fields()
            if field.name == "user_rsp")


def as_bytes(value):
    return (value & (1 << 64) - 1).to_bytes(8, "little")


def read_word(address):
    return int.from_bytes(kernel.read(address, 8), "little")


def known_registers(frame):
    """The registers of the inner frame, which the outer one has too unless the
    kernel saved others: all must be handed on."""
    for descriptor in frame.architecture().registers():
        try:
            value = frame.read_register(descriptor.name)
        except (ValueError, gdb.error):
            continue
        if not value.is_optimized_out and UNAVAILABLE not in str(value):
            yield descriptor.name, value


class EntryUnwinder(gdb.unwinder.Unwinder):
    def __init__(self):
        super().__init__("brix-entries")
        self.tables = None

    def __call__(self, pending):
        if self.tables is None:
            return None
        pc = int(pending.read_register("rip")) & (1 << 64) - 1
        if pc not in self.tables.depths:
            return None
        rsp = int(pending.read_register("rsp")) & (1 << 64) - 1
        saved = self.find_saved(pending, rsp, self.tables.depths[pc])
        info = pending.create_unwind_info(FrameId(pending))
        for name, value in known_registers(pending):
            name = str(name)
            if name in saved:
                size = value.type.sizeof
                value = gdb.Value(as_bytes(saved[name])[:size], value.type)
            info.add_saved_register(name, value)
        return info

    def find_saved(self, pending, rsp, depth):
        """The registers of who was interrupted that differ from the CPU's."""
        register = {name: int(pending.read_register(name))
                    for name in (SYSCALL_RIP, SYSCALL_RFLAGS)}
        saved = {"rip": register[SYSCALL_RIP],
                 "eflags": register[SYSCALL_RFLAGS]}
        if depth is entry_code.ON_USER_STACK:
            return saved
        frame = rsp + depth - self.tables.size
        for word, offset in self.tables.words.items():
            if frame + offset >= rsp:
                saved[GDB_NAMES.get(word, word)] = read_word(frame + offset)
        if "rsp" not in saved:
            saved["rsp"] = self.user_stack(pending)
        return self.with_bases(pending, saved)

    def user_stack(self, pending):
        """Of syscall_entry, before rsp is pushed."""
        base = int(pending.read_register("gs_base")) & (1 << 64) - 1
        return read_word(base + self.tables.user_rsp)

    def with_bases(self, pending, saved):
        """The program's GS base is the one that swapgs has put aside."""
        if saved.get("cs", 0) & USER_RING != USER_RING:
            return saved
        try:
            bases = [int(pending.read_register(name))
                     for name in ("k_gs_base", "gs_base")]
        except (ValueError, gdb.error):
            return saved  # a core file has neither
        return {**saved, "gs_base": bases[0], "k_gs_base": bases[1]}


class FaultingFrame(gdb.FrameDecorator.FrameDecorator):
    """What an exception or an interrupt came into: its instruction is the one
    at the frame's address, not, as behind a call, the one before."""

    def function(self):
        block = gdb.block_for_pc(self.inferior_frame().pc())
        while block is not None and block.function is None:
            block = block.superblock
        return super().function() if block is None else str(block.function)

    def line(self):
        line = gdb.find_pc_line(self.inferior_frame().pc()).line
        return line or super().line()


class FrameFilter:
    """Corrects back traces: the instruction that faulted, and nobody at address
    0, where nobody has called the outermost function."""

    name = "brix"
    enabled = True
    priority = 100
    # Is frame 1 what a trap came into, without its entry before it?
    is_trap_hidden = False

    def __init__(self):
        gdb.frame_filters[self.name] = self

    def filter(self, frames):
        inner = None
        for frame in frames:
            pc = frame.inferior_frame().pc()
            if pc != 0:
                yield FaultingFrame(frame) if self.was_interrupted(
                    frame.inferior_frame(), inner) else frame
            inner = pc

    def was_interrupted(self, frame, inner):
        """Did no call lead from FRAME to the one at INNER, but a trap?"""
        return is_trap(inner) or self.is_trap_hidden and frame.level() == 1


def is_trap(pc):
    """Is PC in the entry of exceptions and interrupts?"""
    if pc is None or unwinder.tables is None:
        return False
    return any(start <= pc < end for start, end in unwinder.tables.traps)


frame_filter = FrameFilter()
unwinder = EntryUnwinder()
gdb.unwinder.register_unwinder(None, unwinder, replace=True)


def prepare(_=None):
    """Fills the tables as soon as the kernel's symbols are known."""
    if unwinder.tables is None:
        try:
            unwinder.tables = Tables()
        except gdb.error:
            pass  # another file than the kernel


prepare()
gdb.events.new_objfile.connect(prepare)
gdb.events.stop.connect(prepare)
