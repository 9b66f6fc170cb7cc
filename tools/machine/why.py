"""Why memory calls were refused and faults were deadly: sentences made of a
record. A rule is told by its address; its words are in the kernel's image."""

import pathlib
import signal
import struct

from machine import elf, record
from machine.strace import Lines
from machine.strace_names import signal_name

REFUSAL = struct.Struct("<7Q")  # struct record_refusal
FAULT = struct.Struct("<iii4xQ")  # the siginfo_t of a fault
UNLIMITED = (1 << 64) - 1
UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
FAULTS = {
    (signal.SIGSEGV, 1): "nothing is mapped there",
    (signal.SIGSEGV, 2): "the area there does not allow the access",
    (signal.SIGSEGV, 4): "a protection key forbids the access",
    (signal.SIGBUS, 1): "the address is not aligned as the CPU wants it",
    (signal.SIGBUS, 2): "the page lies behind the end of the file, or no "
                        "memory is left for it",
}


class Rules:
    """The strings of the kernel whose ELF file is at PATH."""

    def __init__(self, path):
        self.image = pathlib.Path(path).read_bytes()
        self.segments = elf.program_headers(self.image)

    def at(self, address):
        for segment in self.segments:
            start = address - segment.address
            if 0 <= start < segment.file_size:
                at = segment.offset + start
                return self.image[at:self.image.index(b"\0", at)].decode()
        return f"a rule at {address:#x}, where this kernel has none"


def amount(size):
    """SIZE with the largest unit that tells it exactly."""
    if size == UNLIMITED:
        return "no limit"
    for unit, name in UNITS:
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} bytes"


def numbers(rule, mapped, mapped_limit, data, data_limit, locked, locked_limit):
    """What the process had and may have, of the limits that RULE can
    mean."""
    found = [
        f"{name}: {amount(used)} {what} of {amount(limit)}, "
        f"{amount(max(limit - used, 0))} left"
        for name, what, used, limit in (
            ("RLIMIT_AS", "mapped", mapped, mapped_limit),
            ("RLIMIT_DATA", "of data", data, data_limit),
            ("RLIMIT_MEMLOCK", "locked", locked, locked_limit))
        if name in rule and limit != UNLIMITED]
    return f" ({'; '.join(found)})" if found else ""


class Why:
    """Takes events, and gives sentences to WRITE. The call in them is a line of
    strace's."""

    def __init__(self, write, kernel):
        self.write = write
        self.rules = Rules(kernel)
        self.lines = Lines()
        self.refusals = {}  # by thread: that of the call it is in
        self.faults = {}  # by thread: its last

    def go_on(self, before):
        self.lines.strace.go_on(before)

    def take(self, event):
        is_known = self.lines.thread(event.tid) is not None
        refusal = self.refusals.pop(event.tid, None)
        if is_known and event.type == record.REFUSAL:
            self.refusals[event.tid] = REFUSAL.unpack_from(event.body)
        elif is_known:
            self.watch_fault(event)
        line = self.lines.take(event)
        if line is not None and refusal is not None:
            rule = self.rules.at(refusal[0])
            self.tell(event.tid,
                      f"{line}: {rule}{numbers(rule, *refusal[1:])}")

    def watch_fault(self, event):
        if event.type == record.SIGNAL:
            number, _, code, address = FAULT.unpack_from(event.body)
            self.faults[event.tid] = number, code, address
        elif event.type == record.END:
            fault = self.faults.pop(event.tid, (0, 0, 0))
            if fault[0] == event.number & 0x7f and fault[:2] in FAULTS:
                self.tell(event.tid, f"killed by {signal_name(fault[0])} at "
                                     f"{fault[2]:#x}: {FAULTS[fault[:2]]}")

    def tell(self, tid, sentence):
        self.write(f"why: [pid {tid}] {sentence}\n")

    def finish(self):
        """Every sentence was whole when it was written."""
