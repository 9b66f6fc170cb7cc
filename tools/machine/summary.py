"""What each process asked for, what that cost, and what it had of it: made of a
record when the machine is off."""

import collections
import dataclasses
import struct

from machine import record
from machine.asked import LARGE_PAGE, PAGE, Asked, Memory
from machine.strace import MAX_ERRNO, WORDS, answer_of, read_table
from machine.strace_names import signal_name
from machine.why import amount

INIT = 1  # its own calls are not counted
CLONE_VM, CLONE_THREAD = 0x100, 0x10000
OLD_MMAP = (32, 90)  # its arguments lie in memory
OLD_WORDS = struct.Struct("<6I")
CLONE_FLAGS = struct.Struct("<Q")
FORKS = {"fork": 0, "vfork": CLONE_VM}
WORD_32 = (1 << 32) - 1


@dataclasses.dataclass
class Cost:
    count: int = 0
    refused: int = 0
    ticks: int = 0


class Program:
    """A process from its birth, or its execve, to its end or its next one."""

    def __init__(self, pid, name, asked, is_guest=False):
        self.pid = pid
        self.name = name
        self.asked = asked
        self.is_guest = is_guest  # in the memory of another: vfork
        self.threads = {pid}
        self.calls = collections.defaultdict(Cost)
        self.faults = Cost()
        self.frames = self.large_pages = 0
        self.end = "had not ended"

    def fault(self, event):
        address, ticks, *memory = record.TOUCH.unpack_from(event.body)
        new = self.asked.look(Memory(*memory))
        self.faults.count += 1
        self.faults.ticks += ticks
        self.large_pages += new.large > 0
        self.frames += new.large <= 0 < new.resident
        self.asked.touch(address, LARGE_PAGE if new.large > 0 else PAGE)


@dataclasses.dataclass
class Call:
    """That a thread is in, and who made it."""
    program: Program
    name: str
    words: tuple
    memory: record.Memory

    def clone_flags(self):
        if self.name == "clone3":
            found = self.memory.bytes(self.words[0], CLONE_FLAGS.size)
            return CLONE_FLAGS.unpack(found)[0] if found else 0
        return FORKS.get(self.name, self.words[0])

    def path(self):
        found = self.memory.string(self.words[self.name == "execveat"])
        return found[0].decode(errors="replace") if found else "?"

    def is_refused(self, answer):
        if self.name == "brk":
            return self.words[0] not in (0, answer)
        return -MAX_ERRNO <= answer < 0


class Summary:
    """Takes events, and gives the summary to WRITE at the end. TICKS says what
    times are counted in."""

    def __init__(self, write, ticks):
        self.write = write
        self.ticks = ticks
        self.names = {key: call.name for key, call in read_table().items()}
        self.programs = []  # as they began
        self.threads = {}  # Program by thread
        self.open = {}  # Call by thread

    def go_on(self, before):
        """In the middle of a run, with the threads of BEFORE: record_file.py."""
        programs = {}
        for tid, pid, name, *memory in before:
            program = programs.setdefault(pid, Program(pid, name, Asked()))
            program.asked.look(Memory(*memory))
            program.threads.add(tid)
        for program in programs.values():
            program.threads &= {tid for tid, *_ in before}
            self.begin(program)

    def take(self, event):
        {record.CALL: self.call, record.RESULT: self.result,
         record.FAULT: self.fault, record.BIRTH: self.birth,
         record.END: self.end, record.TAKE_OVER: self.take_over}.get(
             event.type, lambda event: None)(event)

    def call(self, event):
        name = self.names.get((event.door, event.number),
                              f"syscall_{event.number:#x}")
        if event.tid not in self.threads:
            if self.programs or event.tid == INIT or name != "execve":
                return
            self.begin(Program(event.tid, "?", Asked()))
        words = WORDS.unpack_from(event.body)
        memory = record.Memory(event.body[WORDS.size:])
        if (event.door, event.number) == OLD_MMAP:
            found = memory.bytes(words[0], OLD_WORDS.size)
            words = OLD_WORDS.unpack(found) if found else words
        program = self.threads[event.tid]
        self.open[event.tid] = Call(program, name, words, memory)
        program.calls[name].count += 1

    def begin(self, program):
        self.programs.append(program)
        for tid in program.threads:
            self.threads[tid] = program

    def result(self, event):
        call = self.open.pop(event.tid, None)
        if call is None:
            return
        answer = answer_of(event)
        _, ticks, *memory = record.ANSWER.unpack_from(event.body)
        program = call.program
        cost = program.calls[call.name]
        cost.ticks += ticks
        if event.door == 32 and answer < -MAX_ERRNO:
            answer &= WORD_32
        if call.is_refused(answer):
            cost.refused += 1
        elif call.name in ("execve", "execveat"):
            program = self.execute(program, event.tid, call)
        else:
            program.asked.call(call.name, call.words, answer)
        program.asked.look(Memory(*memory))

    def execute(self, old, tid, call):
        """The first execve is the beginning of all that is shown."""
        program = Program(tid, call.path(), Asked())
        if old.name == "?" and old in self.programs:
            self.programs.remove(old)
        old.end = f"executed {program.name}"
        self.begin(program)
        return program

    def fault(self, event):
        program = self.threads.get(event.tid)
        if program is not None:
            program.fault(event)

    def birth(self, event):
        parent = self.threads.get(event.number)
        if parent is None:
            return
        call = self.open.get(event.number)
        flags = call.clone_flags() if call else 0
        if flags & CLONE_THREAD:
            parent.threads.add(event.tid)
            self.threads[event.tid] = parent
            return
        is_guest = flags & CLONE_VM != 0
        asked = parent.asked if is_guest else Asked(parent.asked)
        self.begin(Program(event.tid, parent.name, asked, is_guest))

    def end(self, event):
        program = self.threads.pop(event.tid, None)
        self.open.pop(event.tid, None)
        if program is None:
            return
        program.threads.discard(event.tid)
        if not program.threads:
            status = event.number
            number = status & 0x7f
            program.end = f"was killed by {signal_name(number)}" if number \
                else f"exited with {status >> 8 & 0xff}"

    def take_over(self, event):
        """By execve the thread has become the leader, with its number."""
        program = self.threads.pop(event.tid, None)
        if program is not None:
            program.threads = {event.number}
            self.threads[event.number] = program
            self.open[event.number] = self.open.pop(event.tid, None)

    def finish(self):
        for program in self.programs:
            self.write("".join(f"summary: {line}\n"
                               for line in self.lines(program)))

    def lines(self, program):
        yield f"[pid {program.pid}] {program.name} {program.end}"
        yield from self.table(program)
        faults = program.faults
        others = faults.count - program.frames - program.large_pages
        yield (f"faults: {faults.count}, {program.frames} gave a frame, "
               f"{program.large_pages} a large page, {others} neither; "
               f"{faults.ticks:,} {self.ticks}")
        if program.is_guest:
            yield "memory: that of the process that made it"
        else:
            yield from memory_lines(program.asked)

    def table(self, program):
        yield (f"{'calls':>8} {'refused':>8} {self.ticks:>16} {'each':>12}  "
               "call")
        for name, cost in sorted(program.calls.items(),
                                 key=lambda item: (-item[1].ticks, item[0])):
            yield (f"{cost.count:8,} {cost.refused:8,} {cost.ticks:16,} "
                   f"{cost.ticks // cost.count:12,}  {name}")


def memory_lines(asked):
    peak = asked.peak
    left, untouched = asked.left()
    yield (f"at most: {amount(asked.asked_peak)} asked for by calls, "
           f"{amount(peak.mapped * PAGE)} mapped, {amount(peak.resident * PAGE)} "
           f"resident, large pages: {peak.large}")
    yield (f"never touched: {amount(asked.untouched)} of what was unmapped, "
           f"{amount(untouched)} of what was not")
    yield (f"never unmapped: {amount(left)} of the program's own, "
           f"{amount(asked.mapped.total - left)} of files")
    yield (f"lost to rounding: at most {amount(asked.rounded_peak)}, and "
           f"{amount(asked.rounding())} at the end")
