"""break-on-call: stop when a program makes a system call.

What `catch syscall` is where Linux runs: a breakpoint at each door of the
kernel, which looks at the call's number."""

import re

import gdb

from brix import kernel, processes
from brix.constants import ROOT

USAGE = "break-on-call NAME|NUMBER [PID] [if CONDITION]"
TABLE = "kernel/syscall/calls.tbl"
ROW = re.compile(r"^ *(\d+|-) +(\d+|-) +(\w+)", re.MULTILINE)
# What 32-bit programs make of a call that has become too narrow for them.
SUFFIXES_32 = ("2", "32", "64", "_time64")


def calls():
    """The names of calls by their numbers: of `syscall`, of `int 0x80`."""
    rows = ROW.findall((ROOT / TABLE).read_text())
    return tuple({int(row[door]): row[2] for row in rows if row[door] != "-"}
                 for door in (0, 1))


class Door:
    """A way into the kernel: the function that it leads to, and its calls."""

    def __init__(self, function, name, calls, more_names):
        self.function = function
        self.name = name
        self.calls = calls
        self.more_names = more_names

    def numbers_of(self, word):
        """The numbers that WORD, a name or a number, stands for."""
        if word[0].isdigit():
            number = kernel.number(word)
            return [number] if number in self.calls else []
        names = {word, *self.more_names(word)}
        return [number for number, name in self.calls.items()
                if name in names]


def doors():
    calls_64, calls_32 = calls()
    names_64 = set(calls_64.values())

    def wider(name):
        """mmap is mmap2 too, but dup is not dup2, which both doors have."""
        if name not in names_64:
            return set()
        return {name + suffix for suffix in SUFFIXES_32} - names_64

    return (Door("syscall_dispatch_64", "64-bit", calls_64, lambda name: ()),
            Door("syscall_dispatch_32", "32-bit", calls_32, wider))


class CallBreakpoint(gdb.Breakpoint):
    """At one door, for some numbers. There `frame` is the program's registers,
    whose `error` is the number."""

    def __init__(self, door, numbers, pid, condition):
        super().__init__(door.function)
        self.door = door
        self.numbers = numbers
        self.pid = pid
        self.test = condition

    def is_wanted(self, number):
        return number in self.numbers \
            and self.pid in (None, int(processes.current()["pid"])) \
            and (not self.test or bool(gdb.parse_and_eval(self.test)))

    def stop(self):
        number = int(gdb.parse_and_eval("(unsigned)frame->error"))
        if not self.is_wanted(number):
            return False
        print(f"system call {self.door.calls[number]} ({number}) by the "
              f"{self.door.name} door")
        return True


def split(text):
    """(words, condition) of the command's text."""
    words, _, condition = text.partition(" if ")
    return words.split(), condition.strip()


@kernel.register
class BreakOnCall(kernel.Command):
    """Stop when a program makes a system call.
Usage: break-on-call NAME|NUMBER [PID] [if CONDITION]
Sets a breakpoint at each door that has the call; `delete` them. In CONDITION
`frame` is the program's registers, as `frame->rdi == 1`."""

    name = "break-on-call"
    category = gdb.COMMAND_BREAKPOINTS

    def invoke(self, text, from_tty):
        self.dont_repeat()
        words, condition = split(text)
        if not 1 <= len(words) <= 2:
            raise gdb.GdbError(USAGE)
        pid = kernel.number(words[1]) if len(words) == 2 else None
        self.set(words[0], pid, condition)

    def set(self, word, pid, condition):
        found = [(door, door.numbers_of(word)) for door in doors()]
        if not any(numbers for _, numbers in found):
            raise gdb.GdbError(f"There is no system call {word}.")
        for door, numbers in found:
            if numbers:
                CallBreakpoint(door, numbers, pid, condition)
