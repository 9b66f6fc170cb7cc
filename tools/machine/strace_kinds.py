"""Arguments of system calls as strace prints them, by the kinds that
kernel/syscall/calls.tbl gives them. What is not known is shown as an address."""

from machine import strace_structures as structures
from machine.strace_ipc import Ipc
from machine.strace_files import Files
from machine.strace_memory import Pointed
from machine.strace_names import flags_in_order, flags_of, name_of, signal_name
from machine.strace_numbers import (LOCK_QUESTIONS, Numbers, SEALS, open_flags,
                                    signed)
from machine.strace_structures import pointer
from machine.strace_waiting import Waiting, in_order_of_strace

# Kinds of flags and of numbers with names.
FLAGS = {"prot": "PROT_", "mapflags": "MAP_", "remapflags": "MREMAP_",
         "syncflags": "MS_", "lockflags": "MLOCK_", "lockallflags": "MCL_",
         "atflags": "AT_",
         "timerflags": "TIMER_", "pipeflags": "O_"}
NAMES = {"advice": "MADV_", "clock": "CLOCK_", "resource": "RLIMIT_",
         "rusagewho": "RUSAGE_", "priowhich": "PRIO_", "prctlcode": "PR_",
         "schedpolicy": "SCHED_",
         "whence": "SEEK_", "itimer": "ITIMER_", "epollcode": "EPOLL_CTL_",
         "fcntl": "F_", "archcode": "ARCH_"}
SIGNED = {"fd", "pid", "count", "status", "timer"}
MAP_TYPES = {0: "MAP_FILE", 1: "MAP_SHARED", 2: "MAP_PRIVATE",
             3: "MAP_SHARED_VALIDATE"}
RESTARTED = -516
REQUESTS = ("T", "FIO")


class Kinds(Numbers, Pointed, Files, Waiting, Ipc):
    """The arguments of one call: WORDS as they came by DOOR, MEMORY as it was
    before, and KINDS of the table."""

    def __init__(self, door, words, memory, kinds):
        self.door = door
        self.bits = door
        self.before = memory
        self.after = None
        self.result = 0
        words = list(words)
        arguments = []
        for kind in kinds:
            value = words.pop(0)
            if kind in ("pair", "lengthpair"):
                value |= words.pop(0) << 32
            arguments.append((kind, value))
        self.arguments = in_order_of_strace(
            [(kind, value) for kind, value in arguments if kind != "unused"])
        # All before the first that the call itself writes.
        self.split = next((at for at in range(len(self.arguments))
                           if self.waits_for_end(at)), len(self.arguments))

    def is_out(self, place):
        return self.arguments[place][0].endswith("_out")

    def waits_for_end(self, place):
        """Does strace show the argument when the call has ended?"""
        kind, value = self.arguments[place]
        if kind == "siginfo_out" and not value:
            return False
        if kind == "fcntl_data":
            return name_of("F_", signed(self.arguments[place - 1][1])) in \
                LOCK_QUESTIONS
        return kind.endswith("_out") or kind in (
            "request_data", "archdata", "place", "place32") or place == 1 and self.makes_thread()

    def begin(self):
        """What is known when the call begins."""
        shown = self.shown(range(self.split))
        is_all = self.is_begun() or self.makes_thread()
        return shown + (", " if shown and not is_all else "")

    def is_begun(self):
        """Does begin() show all?"""
        return self.split == len(self.arguments)

    def end(self, result, memory):
        """The rest, when it has answered RESULT."""
        self.after, self.result = memory, result
        rest = self.shown(range(self.split, len(self.arguments)))
        return f"{self.made_thread()}, {rest}" if self.makes_thread() else rest

    def makes_thread(self):
        """By clone3, of whose structure the kernel writes a part?"""
        return self.arguments[:1] and self.arguments[0][0] == "clone_args"

    def shown(self, places):
        shown = [self.show(place) for place in places]
        return ", ".join(word for word in shown if word is not None)

    def show(self, place):
        kind, value = self.arguments[place]
        if kind in FLAGS:
            return self.show_flags(kind, value & 0xffffffff)
        if kind in NAMES:
            return name_of(NAMES[kind], signed(value))
        method = getattr(self, f"show_{kind}", None) or getattr(
            self, f"show_{kind.removesuffix('_out')}", None)
        is_out = kind.endswith("_out")
        has_answer = self.result >= 0
        if kind in ("rest_out", "rest32_out"):  # there when it is cut short
            has_answer = self.result == RESTARTED
        if is_out and not (value and has_answer) and \
                not kind.startswith("clone_"):
            return self.show_failed(kind, value, place)
        if method is None:
            return str(signed(value)) if kind in SIGNED else pointer(value)
        self.memory = self.after if is_out else self.before
        return method(value, place)

    def show_failed(self, kind, value, place):
        """What a call that failed was to write to."""
        if kind != "vectors_out" or not value:
            return pointer(value)
        self.memory = self.before
        return self.show_vectors(value, place)

    def show_flags(self, kind, value):
        if kind == "mapflags":
            first = MAP_TYPES.get(value & 15)
            return flags_of("MAP_", value & ~15 if first else value, first)
        if kind == "prot" and value == 0:
            return "PROT_NONE"
        return flags_of(FLAGS[kind], value)

    def show_request(self, value, _):
        names = [name_of(prefix, signed(value)) for prefix in REQUESTS]
        return next((name for name in names if "?" not in name), names[0])

    def next(self, place):
        return self.arguments[place + 1][1] if place + 1 < len(
            self.arguments) else 0

    # Results.
    def shown_result(self, kind, value):
        if kind == "none":
            return "?"
        if kind in ("address", "hex"):
            return f"{value & (1 << self.bits) - 1:#x}"
        method = getattr(self, f"result_{kind}", None)
        return str(value) if method is None else method(value)

    def result_handler(self, value):
        return structures.handler_name(value & 0xffffffff)

    def result_signal(self, value):
        return f"{value} ({signal_name(value)})" if value else "0"

    def result_personality(self, value):
        return f"{value:#x} ({structures.personality(value)})" if value \
            else f"0 ({structures.personality(value)})"

    def result_fcntl(self, value):
        command = name_of("F_", signed(self.arguments[1][1]))
        if command == "F_GET_SEALS" and value:
            return f"{value:#x} (seals {flags_in_order(SEALS, value, 'F_SEAL_')})"
        flags = open_flags(value) if command == "F_GETFL" else \
            flags_in_order(((1, "FD_CLOEXEC"),), value, "FD_") \
            if command == "F_GETFD" and value else None
        if flags is None:
            return str(value)
        return f"{value:#x} (flags {flags})" if value else f"0 (flags {flags})"

    def result_entry(self, value):
        """The kernel has chosen the entry, where the program said -1."""
        address = self.arguments[0][1]
        before, after = (int.from_bytes(memory.bytes(address, 4) or b"\0",
                                        "little")
                         for memory in (self.before, self.after))
        return f"{value} (entry_number={after})" if before == 0xffffffff \
            else str(value)
