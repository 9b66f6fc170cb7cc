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
# What strace has nothing to say of: tools/machine/why.py and summary.py have.
NOT_SHOWN = {record.REFUSAL, record.FAULT, record.PAGES}
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


def answer_of(event):
    """What the call answered whose result is EVENT."""
    value, *_ = record.ANSWER.unpack_from(event.body)
    if event.door == 32:
        value = struct.unpack("<i", struct.pack("<I", value & 0xffffffff))[0]
    return value


@dataclasses.dataclass
class Thread:
    """OPEN is what was printed of the call that it is in, and that call; DOOR
    and LAST are those of the call before it."""
    tid: int
    door: int = 64
    open: tuple = None
    last: str = "system call"
    signals: list = dataclasses.field(default_factory=list)


class Strace:
    """Takes events, and gives the lines to WRITE. IS_QUIET, as strace is when it
    writes to a file: without a line when a process goes on at the other door."""

    def __init__(self, write, is_quiet):
        self.write = write
        self.is_quiet = is_quiet
        self.calls = read_table()
        self.threads = {}
        self.was_shown = False  # the program has been executed
        self.unfinished = None  # whose call's beginning ends the output

    def go_on(self, before):
        """In the middle of a run, with the threads of BEFORE: record_file.py."""
        for tid, *_ in before:
            self.was_shown = True
            self.threads[tid] = Thread(tid)

    def take(self, event):
        if event.type in NOT_SHOWN:
            return
        if event.type == record.BIRTH:
            maker = self.threads.get(event.number)
            if maker is not None:
                self.threads[event.tid] = Thread(event.tid, maker.door)
            return
        thread = self.threads.get(event.tid)
        if thread is None and self.is_first(event):
            thread = self.threads[event.tid] = Thread(event.tid)
        if thread is not None:
            {record.CALL: self.call, record.RESULT: self.result,
             record.SIGNAL: self.signal, record.END: self.end,
             record.TAKE_OVER: self.take_over}[event.type](thread, event)

    def is_first(self, event):
        """Is EVENT the program's beginning: what init's child executes?"""
        if self.was_shown or event.type != record.CALL or event.tid == INIT:
            return False
        call = self.calls.get((event.door, event.number))
        self.was_shown = call is not None and call.name == "execve"
        return self.was_shown

    def finish(self):
        """The machine is off: what was begun ends here."""
        if self.unfinished is not None:
            self.write(" <unfinished ...>\n")
            self.unfinished = None

    def begin_line(self, thread):
        """Whose line it is, behind another's that is not finished."""
        self.finish()
        if len(self.threads) > 1:
            self.write(f"[pid {thread.tid:5}] ")

    def show_door(self, thread, door):
        if thread.door != door and not self.is_quiet:
            thread.door = door
            self.begin_line(thread)
            self.write(f"[ Process PID={thread.tid} runs in {door} bit mode. ]\n")

    def call(self, thread, event):
        self.show_door(thread, event.door)
        call = self.calls.get((event.door, event.number)) or Call(
            f"syscall_{event.number:#x}", ["hexlong"] * 6, "number")
        kinds = Kinds(event.door, WORDS.unpack_from(event.body),
                      record.Memory(event.body[WORDS.size:]), call.kinds)
        before = kinds.begin()
        if call.name == "restart_syscall":
            before = f"<... resuming interrupted {thread.last} ...>"
        thread.last = call.name
        text = f"{call.name}({before}"
        self.begin_line(thread)
        self.write(text)
        thread.open = call, kinds, text
        self.unfinished = thread

    def result(self, thread, event):
        if thread.open is None:
            return
        call, kinds, _ = thread.open
        value = answer_of(event)
        text = self.resume(thread)
        thread.open = None
        rest = kinds.end(value, record.Memory(event.body[record.ANSWER.size:]))
        self.write(f"{rest})".ljust(COLUMN - len(text)) +
                   f" = {self.answer(call, kinds, value)}\n")
        for waiting in thread.signals:
            self.show_signal(thread, waiting)
        thread.signals = []

    def answer(self, call, kinds, value):
        if call.result == "ldt" and value > 1 << 31:  # its sign is lost
            error = (1 << 32) - value
            return f"{value} {errno.errorcode[error]} ({os.strerror(error)})"
        if -value in RESTARTS:
            return RESTARTS[-value]
        if -MAX_ERRNO <= value < 0:
            name = errno.errorcode.get(-value, str(-value))
            name = {"ENOTSUP": "EOPNOTSUPP"}.get(name, name)
            return f"-1 {name} ({os.strerror(-value)})"
        return kinds.shown_result(call.result, value)

    def signal(self, thread, event):
        if thread.open is None:
            self.show_signal(thread, event)
        else:
            thread.signals.append(event)

    def show_signal(self, thread, event):
        number, = struct.unpack_from("<i", event.body)
        if number == signal.SIGKILL:
            return
        self.begin_line(thread)
        self.write(f"--- {signal_name(number)} {siginfo(event.body)} ---\n")

    def resume(self, thread):
        """Goes on with the call that THREAD is in. Returns what the line has of
        it."""
        call, _, text = thread.open
        if self.unfinished is not thread:
            self.begin_line(thread)
            text = f"<... {call.name} resumed>"
            self.write(text)
        self.unfinished = None
        return text

    def end(self, thread, event):
        if thread.open is not None:  # exit, or killed in a call
            kinds = thread.open[1]
            text = self.resume(thread)
            rest = "" if kinds.is_begun() else " <unfinished ...>"
            self.write(f"{rest})".ljust(COLUMN - len(text)) + " = ?\n")
        status = event.number
        if status & 0x7f != signal.SIGKILL:  # which is before all others
            for waiting in thread.signals:
                self.show_signal(thread, waiting)
        self.begin_line(thread)
        if status & 0x7f:
            self.write(f"+++ killed by {signal_name(status & 0x7f)} +++\n")
        else:
            self.write(f"+++ exited with {status >> 8 & 0xff} +++\n")
        del self.threads[thread.tid]

    def take_over(self, thread, event):
        """By execve THREAD has become the leader, with its number."""
        leader = self.threads.pop(event.number, None)
        if leader is not None:
            self.begin_line(leader)
            self.write(f"+++ superseded by execve in pid {thread.tid} +++\n")
        del self.threads[thread.tid]
        thread.tid = event.number
        self.threads[thread.tid] = thread


class Lines:
    """Strace's lines of calls that have ended, each whole."""

    def __init__(self):
        self.pieces = []
        self.strace = Strace(self.pieces.append, True)

    def thread(self, tid):
        return self.strace.threads.get(tid)

    def take(self, event):
        """The line that ends with EVENT, or None."""
        thread = self.thread(event.tid)
        is_end = event.type == record.RESULT and thread and thread.open
        if is_end:
            beginning = thread.open[2]
            self.strace.unfinished = thread
        self.pieces.clear()
        self.strace.take(event)
        if not is_end:
            return None
        line = (beginning + "".join(self.pieces)).partition("\n")[0]
        call, _, answer = line.rpartition(" = ")
        return f"{call.rstrip()} = {answer}"
