"""What a record says of system calls and signals, as strace prints it. Numbers,
names and arguments of calls are those of kernel/syscall/calls.tbl."""

import dataclasses
import errno
import os
import re
import signal
import struct

from machine import ROOT, record
from machine.strace_kinds import Kinds
from machine.strace_names import signal_name
from machine.strace_structures import siginfo

TABLE = ROOT / "kernel/syscall/calls.tbl"
INIT = 1  # its own calls are not shown
MAX_ERRNO = 4095
COLUMN = 39  # where results begin
WORDS = struct.Struct("<6Q")
RESULT = struct.Struct("<q")
# Linux's own, between a call and the signal that interrupts it.
RESTARTS = {
    512: "? ERESTARTSYS (To be restarted if SA_RESTART is set)",
    514: "? ERESTARTNOHAND (To be restarted if no handler)",
    516: "? ERESTART_RESTARTBLOCK (Interrupted by signal)",
}


@dataclasses.dataclass
class Call:
    name: str
    kinds: list
    result: str


def read_table():
    """Call by (door, number)."""
    calls = {}
    for line in TABLE.read_text().splitlines():
        words = line.split()
        if not words or words[0] in ("#", "kind"):
            continue
        numbers, name, arguments = words[:2], words[2], words[4:]
        result = "number"
        if "->" in arguments:
            at = arguments.index("->")
            arguments, result = arguments[:at], arguments[at + 1]
        kinds = [re.sub("[()]", "", word) for word in arguments
                 if "=" not in word and word != "frame"]
        for door, number in zip((64, 32), numbers):
            if number != "-":
                calls[door, int(number)] = Call(name, kinds, result)
    return calls


@dataclasses.dataclass
class Process:
    """OPEN is what was printed of the call that it is in, and that call."""
    pid: int
    open: tuple = None
    signals: list = dataclasses.field(default_factory=list)


class Strace:
    """Takes events, and gives the lines to WRITE."""

    def __init__(self, write):
        self.write = write
        self.calls = read_table()
        self.processes = {}
        self.was_shown = False  # the program has been executed
        self.unfinished = None  # whose call's beginning ends the output

    def take(self, event):
        if event.type == record.BIRTH:
            if event.number in self.processes:
                self.processes[event.pid] = Process(event.pid)
            return
        process = self.processes.get(event.pid)
        if process is None and self.is_first(event):
            process = self.processes[event.pid] = Process(event.pid)
        if process is not None:
            (self.call, self.result, self.signal, None, self.end)[
                event.type - record.CALL](process, event)

    def is_first(self, event):
        """Is EVENT the program's beginning: what init's child executes?"""
        if self.was_shown or event.type != record.CALL or event.pid == INIT:
            return False
        call = self.calls.get((event.door, event.number))
        self.was_shown = call is not None and call.name == "execve"
        return self.was_shown

    def finish(self):
        """The machine is off: what was begun ends here."""
        if self.unfinished is not None:
            self.write(" <unfinished ...>\n")
            self.unfinished = None

    def begin_line(self, process):
        """Whose line it is, behind another's that is not finished."""
        self.finish()
        if len(self.processes) > 1:
            self.write(f"[pid {process.pid:5}] ")

    def call(self, process, event):
        call = self.calls.get((event.door, event.number)) or Call(
            f"syscall_{event.number:#x}", ["hexlong"] * 6, "number")
        kinds = Kinds(event.door, WORDS.unpack_from(event.body),
                      record.Memory(event.body[WORDS.size:]), call.kinds)
        text = f"{call.name}({kinds.begin()}"
        self.begin_line(process)
        self.write(text)
        process.open = call, kinds, text
        self.unfinished = process

    def result(self, process, event):
        if process.open is None:
            return
        call, kinds, text = process.open
        process.open = None
        value, = RESULT.unpack_from(event.body)
        if event.door == 32:
            value = struct.unpack("<i", struct.pack("<I", value & 0xffffffff))[0]
        if self.unfinished is not process:
            self.begin_line(process)
            text = f"<... {call.name} resumed>"
            self.write(text)
        self.unfinished = None
        rest = kinds.end(value, record.Memory(event.body[RESULT.size:]))
        self.write(f"{rest})".ljust(COLUMN - len(text)) +
                   f" = {self.answer(call, kinds, value)}\n")
        for waiting in process.signals:
            self.show_signal(process, waiting)
        process.signals = []

    def answer(self, call, kinds, value):
        if -value in RESTARTS:
            return RESTARTS[-value]
        if -MAX_ERRNO <= value < 0:
            name = errno.errorcode.get(-value, str(-value))
            name = {"ENOTSUP": "EOPNOTSUPP"}.get(name, name)
            return f"-1 {name} ({os.strerror(-value)})"
        return kinds.shown_result(call.result, value)

    def signal(self, process, event):
        if process.open is None:
            self.show_signal(process, event)
        else:
            process.signals.append(event)

    def show_signal(self, process, event):
        number, = struct.unpack_from("<i", event.body)
        if number == signal.SIGKILL:
            return
        self.begin_line(process)
        self.write(f"--- {signal_name(number)} {siginfo(event.body)} ---\n")

    def end(self, process, event):
        if process.open is not None:  # exit, or killed in a call
            call, kinds, text = process.open
            if self.unfinished is not process:
                self.begin_line(process)
                text = f"<... {call.name} resumed>"
                self.write(text)
            rest = "" if kinds.is_begun() else " <unfinished ...>"
            self.write(f"{rest})".ljust(COLUMN - len(text)) + " = ?\n")
            self.unfinished = None
        status = event.number
        if status & 0x7f != signal.SIGKILL:  # which is before all others
            for waiting in process.signals:
                self.show_signal(process, waiting)
        self.begin_line(process)
        if status & 0x7f:
            self.write(f"+++ killed by {signal_name(status & 0x7f)} +++\n")
        else:
            self.write(f"+++ exited with {status >> 8 & 0xff} +++\n")
        del self.processes[process.pid]
