"""Arguments of calls that wait, that make threads and that ask terminals, as
strace prints them: what they mean depends on each other."""

import struct

from machine import strace_structures as structures
from machine.strace_memory import LIST_MAX
from machine.strace_names import flags_of, name_of, signal_name
from machine.strace_numbers import signed
from machine.strace_structures import fields, pointer

POLL_FLAGS = ("IN", "PRI", "OUT", "ERR", "HUP", "NVAL", "RDNORM", "RDBAND",
              "WRNORM", "WRBAND", "MSG")
MORE_POLL_FLAGS = {0x1000: "POLLREMOVE", 0x2000: "POLLRDHUP",
                   0x8000: "POLL_BUSY_LOOP"}
MORE_EPOLL_FLAGS = {0x2000: "EPOLLRDHUP", 1 << 28: "EPOLLEXCLUSIVE",
                    1 << 29: "EPOLLWAKEUP", 1 << 30: "EPOLLONESHOT",
                    1 << 31: "EPOLLET"}
POLLFD = struct.Struct("<ihH")
EPOLL_EVENT = struct.Struct("<IQ")
CTL_DEL = 2
CLONE_ARGS_MIN = 64
# Of clone and clone3, by the flags that make it count.
SETTLS, PARENT_SETTID = 0x80000, 0x100000
CHILD_TID = 0x1200000
CLONE_NEEDS = {"clone_parent_out": PARENT_SETTID, "clone_tls_out": SETTLS,
               "clone_child_out": CHILD_TID}
CLONE_ORDER = ["clone_stack", "cloneflags", "clone_parent_out", "clone_tls_out",
               "clone_child_out"]
# What a futex operation has behind its number.
FUTEX_PARTS = {
    0: ("value", "timeout"), 1: ("value",), 2: ("value",),
    3: ("value", "count", "other"), 4: ("value", "count", "other", "expected"),
    5: ("value", "count", "other", "change"), 6: ("timeout",), 7: (), 8: (),
    9: ("value", "timeout", "mask"), 10: ("value", "mask"),
    11: ("value", "timeout", "other"),
    12: ("value", "count", "other", "expected"), 13: ("timeout",)}
FUTEX_WORDS = {"value": 2, "timeout": 3, "count": 3, "other": 4, "mask": 5,
               "expected": 5, "change": 5}


def poll_flags(value, prefix="POLL", more=MORE_POLL_FLAGS):
    names = {1 << bit: prefix + name for bit, name in enumerate(POLL_FLAGS)}
    shown = []
    for bit, name in (names | more).items():
        if value & bit:
            shown.append(name)
            value &= ~bit
    if value or not shown:
        shown.append(f"{value:#x}" if value else "0")
    return "|".join(shown)


def in_order_of_strace(arguments):
    """ARGUMENTS, pairs of kind and word, of clone and futex: what does not count
    is left out."""
    kinds = [kind for kind, _ in arguments]
    if "cloneflags" in kinds:
        flags = dict(arguments)["cloneflags"]
        counting = [(kind, word) for kind, word in arguments
                    if flags & CLONE_NEEDS.get(kind, -1)
                    or kind not in CLONE_NEEDS]
        return sorted(counting, key=lambda pair: CLONE_ORDER.index(pair[0]))
    if "futexop" in kinds:
        return futex_arguments(arguments)
    return arguments


def futex_arguments(arguments):
    parts = FUTEX_PARTS.get(arguments[1][1] & 0x7f)
    if parts is None:
        parts = ("value", "other", "other", "expected")
    is_32 = arguments[3][0].endswith("32")
    return arguments[:2] + [
        (f"futex_{part}" + ("32" if part == "timeout" and is_32 else ""),
         arguments[FUTEX_WORDS[part]][1]) for part in parts]


class Waiting:
    """A method for each kind of argument, and `result_KIND` for results that
    strace explains in brackets."""

    # poll
    def show_pollfds(self, value, place):
        def show(data):
            fd, events, _ = POLLFD.unpack(data)
            return f"{{fd={fd}}}" if fd < 0 else \
                f"{{fd={fd}, events={poll_flags(events & 0xffff)}}}"
        return self.elements(self.before, value, self.next(place), POLLFD.size,
                             show) if value else "NULL"

    def polled(self):
        """What poll has found, of those where there is something."""
        value, count = self.arguments[0][1], self.next(0)
        data = self.after.bytes(value, min(count, LIST_MAX) * POLLFD.size)
        if data is None:
            return pointer(value)
        shown = [f"{{fd={fd}, revents={poll_flags(found)}}}"
                 for fd, _, found in POLLFD.iter_unpack(data) if found]
        return "[" + ", ".join(shown) + "]"

    # select
    def bits_of(self, memory, value):
        count, word = max(signed(self.arguments[0][1]), 0), self.bits
        data = memory.bytes(value, (count + word - 1) // word * word // 8)
        if data is None:
            return None
        return structures.numbers_of_bits(data, count)

    def show_fdset(self, value, _):
        if not value:
            return "NULL"
        if signed(self.arguments[0][1]) <= 0:
            return "[]" if signed(self.arguments[0][1]) == 0 else pointer(value)
        return self.bits_of(self.before, value) or pointer(value)

    def show_sigset_box(self, value, _):
        width = self.bits // 8
        data = self.memory.bytes(value, 2 * width)
        if data is None:
            return pointer(value)
        start, size = struct.unpack("<QQ" if width == 8 else "<II", data)
        return (f"{{sigmask={self.show_sigset(start, None)}, "
                f"sigsetsize={size}}}")

    def result_ready(self, value):
        if value == 0:
            return "0 (Timeout)"
        kinds = [kind for kind, _ in self.arguments]
        said = [self.polled()] if kinds[0] == "pollfds" \
            else []
        names = iter(("in", "out", "except"))
        for kind, word in self.arguments:
            if kind == "fdset":
                name = next(names)
                if word:
                    said.append(f"{name} {self.bits_of(self.after, word)}")
            elif kind.startswith("left_") and word:
                self.memory = self.after
                shown = getattr(self, f"show_{kind}")(word, None)
                said.append(f"left {shown}")
        said = [word for word in said if not word.endswith((" []", " None"))]
        return f"{value} ({', '.join(said)})"

    # epoll
    def show_epoll_event(self, value, place):
        if self.arguments[place - 2][1] == CTL_DEL:
            return pointer(value)
        return self.structure(value, EPOLL_EVENT.size, epoll_event)

    def show_epoll_events(self, value, _):
        count = min(self.result, LIST_MAX)
        data = self.memory.bytes(value, count * EPOLL_EVENT.size) \
            if count else b""
        if data is None:
            return pointer(value)
        shown = [epoll_event(data[at:at + EPOLL_EVENT.size])
                 for at in range(0, len(data), EPOLL_EVENT.size)]
        return "[" + ", ".join(shown) + \
            (", ...]" if self.result > LIST_MAX else "]")

    def show_waitset_out(self, value, place):
        self.memory = self.before
        return self.show_sigset(value, place)

    # futex
    def show_futex_timeout(self, value, place):
        return self.show_timespec(value, place)

    def show_futex_timeout32(self, value, place):
        return self.show_timespec32(value, place)

    def show_futex_count(self, value, _):
        return str(value & 0xffffffff)

    # clone
    def show_cloneflags(self, value, _):
        names = flags_of("CLONE_", value & ~0xff) if value & ~0xff else ""
        child = signal_name(value & 0xff) if value & 0xff else ""
        return "flags=" + ("|".join(word for word in (names, child) if word)
                           or "0")

    def show_clone_stack(self, value, _):
        return f"child_stack={pointer(value)}"

    def show_clone_parent_out(self, value, _):
        shown = pointer(value) if self.result < 0 else self.listed(value, "<i")
        return f"parent_tid={shown}"

    def show_clone_child_out(self, value, _):
        return f"child_tidptr={pointer(value)}"

    def show_clone_tls_out(self, value, _):
        self.memory = self.before
        shown = pointer(value) if self.door == 64 \
            else self.show_user_desc(value, None)
        return f"tls={shown}"

    def show_clone_args(self, value, place):
        size = min(self.next(place), 88)
        data = self.before.bytes(value, size)
        if data is None or size < CLONE_ARGS_MIN:
            return pointer(value)
        flags, pidfd, child, parent, code, stack, stack_size, tls = \
            struct.unpack_from("<8Q", data)
        shown = [f"flags={flags_of('CLONE_', flags) if flags else '0'}"]
        if flags & 0x1000:
            shown.append(f"pidfd={pointer(pidfd)}")
        if flags & CHILD_TID:
            shown.append(f"child_tid={pointer(child)}")
        if flags & PARENT_SETTID:
            shown.append(f"parent_tid={pointer(parent)}")
        shown.append(f"exit_signal={signal_name(code) if code else 0}")
        shown.append(f"stack={pointer(stack)}")
        shown.append(f"stack_size={stack_size:#x}" if stack_size
                     else "stack_size=0")
        if flags & SETTLS:
            shown.append(f"tls={pointer(tls)}")
        return "{" + ", ".join(shown) + "}"

    def made_thread(self):
        """What clone3 has written."""
        flags, _, _, parent = struct.unpack(
            "<4Q", self.before.bytes(self.arguments[0][1], 32) or bytes(32))
        is_told = self.result >= 0 and flags & PARENT_SETTID
        return f" => {{parent_tid=[{self.result}]}}" if is_told else ""

    # sigreturn
    def show_stackmask(self, *_):
        return "{mask=" + structures.signal_set(self.on_stack(0)) + "}"

    def show_stackmask_low(self, *_):
        mask = self.on_stack(0) & 0xffffffff | (self.on_stack(1) &
                                                0xffffffff) << 32
        return "{mask=" + structures.signal_set(mask) + "}"

    def show_stackmask_high(self, *_):
        return None

    def on_stack(self, index):
        pieces = self.before.pieces
        data = pieces[index][1] if index < len(pieces) else b""
        return int.from_bytes(data, "little")

    # wait
    def show_wstatus(self, value, _):
        if self.result <= 0:
            return pointer(value)
        return self.structure(value, 4, structures.wait_status)

    # ioctl
    def show_request_data(self, value, place):
        name = name_of("T", signed(self.arguments[place - 1][1]))
        name = name if name.startswith("T") else name_of(
            "FIO", signed(self.arguments[place - 1][1]))
        is_asked = name in ("TCGETS", "TIOCGPGRP", "TIOCGWINSZ", "TIOCGSID",
                            "FIONREAD", "TIOCOUTQ")
        if is_asked and self.result < 0:
            return pointer(value)
        self.memory = self.after if is_asked else self.before
        if name.startswith(("TCGETS", "TCSETS")):
            return self.structure(value, 36, structures.termios)
        if name in ("TIOCGPGRP", "TIOCSPGRP", "TIOCGSID", "FIONREAD",
                    "FIONBIO", "TIOCOUTQ"):
            return self.listed(value, "<i")
        if name == "TIOCGWINSZ":
            return self.structure(value, 8, lambda data: fields(zip(
                ("ws_row", "ws_col", "ws_xpixel", "ws_ypixel"),
                struct.unpack("<4H", data))))
        if name in ("TCFLSH",):
            return name_of("TC", value)
        if name in ("TIOCNOTTY", "FIOCLEX", "FIONCLEX"):
            return None
        return str(signed(value)) if name == "TIOCSCTTY" else \
            f"{value:#x}" if value else "0"


def epoll_event(data):
    events, number = EPOLL_EVENT.unpack(data)
    flags = poll_flags(events, "EPOLL", MORE_EPOLL_FLAGS)
    return (f"{{events={flags}, data={{u32={number & 0xffffffff}, "
            f"u64={number}}}}}")
