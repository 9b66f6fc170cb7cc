"""Back traces from a `ret` of i386 code that has no lines: gdb takes it for one
of x86-64 there, which takes 8 bytes from the stack, whatever else it is told."""

import gdb
import gdb.unwinder

from brix import kernel, programs
from brix.unwind import FrameId, as_bytes, known_registers

RET = b"\xc3"
WORD = 4


class ReturnUnwinder(gdb.unwinder.Unwinder):
    def __init__(self):
        super().__init__("brix-ret32")

    def __call__(self, pending):
        pc = int(pending.read_register("rip")) & (1 << 64) - 1
        if not programs.is_32_bit(pc) or \
                gdb.find_pc_line(pc).symtab is not None or \
                bytes(kernel.read(pc, 1)) != RET:
            return None
        rsp = pending.read_register("rsp")
        caller = int.from_bytes(kernel.read(int(rsp), WORD), "little")
        saved = {"rip": caller, "rsp": int(rsp) + WORD}
        info = pending.create_unwind_info(FrameId(pending))
        for name, value in known_registers(pending):
            if str(name) in saved:
                value = gdb.Value(as_bytes(saved[str(name)]), value.type)
            info.add_saved_register(name, value)
        return info


gdb.unwinder.register_unwinder(None, ReturnUnwinder(), replace=True)
