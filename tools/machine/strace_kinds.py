"""Arguments of system calls as strace prints them, by the kinds that
kernel/syscall/calls.tbl gives them. What is not known is shown as an address."""

import struct

from machine import strace_structures as structures
from machine.strace_names import flags_of, name_of, signal_name
from machine.strace_structures import pointer, text

TEXT_MAX = 32  # bytes of what is read and written
LIST_MAX = 32
AT_FDCWD = -100
# Kinds of flags and of numbers with names.
FLAGS = {"prot": "PROT_", "mapflags": "MAP_", "remapflags": "MREMAP_",
         "syncflags": "MS_", "lockflags": "MLOCK_", "lockallflags": "MCL_",
         "waitflags": "W", "atflags": "AT_",
         "timerflags": "TIMER_", "pipeflags": "O_"}
NAMES = {"advice": "MADV_", "clock": "CLOCK_", "resource": "RLIMIT_",
         "rusagewho": "RUSAGE_", "priowhich": "PRIO_", "prctlcode": "PR_",
         "schedpolicy": "SCHED_",
         "whence": "SEEK_", "itimer": "ITIMER_", "epollcode": "EPOLL_CTL_",
         "fcntl": "F_", "archcode": "ARCH_", "request": "T"}
SIGNED = {"fd", "pid", "count", "status", "timer"}


STATX_SYNC = {0: "AT_STATX_SYNC_AS_STAT", 0x2000: "AT_STATX_FORCE_SYNC",
              0x4000: "AT_STATX_DONT_SYNC"}
MAP_TYPES = {0: "MAP_FILE", 1: "MAP_SHARED", 2: "MAP_PRIVATE",
             3: "MAP_SHARED_VALIDATE"}


class Kinds:
    """The arguments of one call: WORDS as they came by DOOR, MEMORY as it was
    before, and KINDS of the table."""

    def __init__(self, door, words, memory, kinds):
        self.door = door
        self.before = memory
        self.after = None
        self.arguments = []
        words = list(words)
        for kind in kinds:
            value = words.pop(0)
            if kind == "pair":
                value |= words.pop(0) << 32
            self.arguments.append((kind, value))
        self.arguments = [(kind, value) for kind, value in self.arguments
                          if kind != "unused"]
        # All before the first that the call itself writes.
        self.split = next((at for at, (kind, _) in enumerate(self.arguments)
                           if kind.endswith("_out")), len(self.arguments))

    def begin(self):
        """What is known when the call begins."""
        shown = self.shown(range(self.split))
        return shown + (", " if shown and self.split < len(self.arguments)
                        else "")

    def is_begun(self):
        """Does begin() show all?"""
        return self.split == len(self.arguments)

    def end(self, result, memory):
        """The rest, when it has answered RESULT."""
        self.after, self.result = memory, result
        return self.shown(range(self.split, len(self.arguments)))

    def shown(self, places):
        shown = [self.show(place) for place in places]
        return ", ".join(word for word in shown if word is not None)

    def signed(self, value):
        value &= 0xffffffff
        return value - (1 << 32) if value >> 31 else value

    def show(self, place):
        kind, value = self.arguments[place]
        if kind in FLAGS:
            return self.show_flags(kind, value & 0xffffffff)
        if kind in NAMES:
            return name_of(NAMES[kind], self.signed(value))
        method = getattr(self, f"show_{kind}", None) or getattr(
            self, f"show_{kind.removesuffix('_out')}", None)
        if kind.endswith("_out") and self.result < 0:
            return pointer(value)
        if method is None:
            return str(self.signed(value)) if kind in SIGNED else pointer(value)
        self.memory = self.after if kind.endswith("_out") else self.before
        return method(value, place)

    def show_flags(self, kind, value):
        if kind == "mapflags":
            first = MAP_TYPES.get(value & 15)
            return flags_of("MAP_", value & ~15 if first else value, first)
        if kind == "prot" and value == 0:
            return "PROT_NONE"
        return flags_of(FLAGS[kind], value)

    def next(self, place):
        return self.arguments[place + 1][1] if place + 1 < len(
            self.arguments) else 0

    # Numbers.
    def show_size(self, value, _):
        return str(value)

    show_position = show_word = show_size32 = show_size

    def show_dirfd(self, value, _):
        number = self.signed(value)
        return "AT_FDCWD" if number == AT_FDCWD else str(number)

    def show_id(self, value, _):
        return str(self.signed(value)) if value == 0xffffffff else str(value)

    show_id16 = show_id

    def show_maskhow(self, value, _):
        names = ("SIG_BLOCK", "SIG_UNBLOCK", "SIG_SETMASK")
        return names[value] if value < len(names) else f"{value:#x} /* SIG_??? */"

    def show_randomflags(self, value, _):
        names = [name for bit, name in ((1, "GRND_NONBLOCK"), (2, "GRND_RANDOM"))
                 if value & bit]
        return "|".join(names) or "0"

    def show_hexword(self, value, _):
        return f"{value & 0xffffffff:#x}" if value else "0"

    def show_hexlong(self, value, _):
        return f"{value:#x}" if value else "0"

    def show_offset(self, value, _):
        bits = 64 if self.door == 64 else 32
        return str(value - (1 << bits) if value >> (bits - 1) else value)

    def show_hexoffset(self, value, _):
        return f"{value:#x}" if value else "0"

    def show_page(self, value, _):
        return f"{value << 12:#x}" if value else "0"

    def show_signal(self, value, _):
        return signal_name(self.signed(value)) if value else "0"

    def show_handler(self, value, _):
        return structures.handler_name(value)

    def show_oflags(self, value, _):
        value &= 0xffffffff
        first = {0: "O_RDONLY", 1: "O_WRONLY", 2: "O_RDWR"}.get(value & 3,
                                                              "O_ACCMODE")
        self.creates = value & 0x40
        return flags_of("O_", value & ~3, first) if value & ~3 else first

    def show_mode(self, value, _):
        return f"{value & 0o7777:#03o}".replace("0o", "0") if self.creates \
            else None

    def show_access(self, value, _):
        names = [name for bit, name in ((4, "R_OK"), (2, "W_OK"), (1, "X_OK"))
                 if value & bit]
        return "|".join(names) or "F_OK"

    def show_futexop(self, value, _):
        names = ("WAIT", "WAKE", "FD", "REQUEUE", "CMP_REQUEUE", "WAKE_OP",
                 "LOCK_PI", "UNLOCK_PI", "TRYLOCK_PI", "WAIT_BITSET",
                 "WAKE_BITSET", "WAIT_REQUEUE_PI", "CMP_REQUEUE_PI", "LOCK_PI2")
        command = value & 0xfffffe7f
        name = f"FUTEX_{names[command]}" if command < len(names) \
            else f"{command:#x}"
        return name + ("_PRIVATE" if value & 0x80 else "") + \
            ("|FUTEX_CLOCK_REALTIME" if value & 0x100 else "")

    def show_cloneflags(self, value, _):
        names = flags_of("CLONE_", value & ~0xff) if value & ~0xff else ""
        child = signal_name(value & 0xff) if value & 0xff else ""
        return "|".join(word for word in (names, child) if word) or "0"

    # Memory.
    def show_path(self, value, place):
        if self.arguments[place][0] == "path_out":
            return self.show_text(value, place)
        found = self.memory.string(value)
        return pointer(value) if found is None else text(*found)

    def show_bytes(self, value, place):
        size = self.result if self.arguments[place][0].endswith("_out") \
            else self.next(place)
        return self.quoted(value, size)

    show_text = show_bytes

    def show_random(self, value, _):
        data = self.memory.some(value, min(self.result, TEXT_MAX)) or b""
        dots = "..." if self.result > TEXT_MAX else ""
        return '"' + "".join(f"\\x{byte:02x}" for byte in data) + f'"{dots}'

    def quoted(self, address, size):
        data = self.memory.some(address, min(size, TEXT_MAX))
        if size == 0:
            return '""'
        if data is None:
            return pointer(address)
        return text(data, size <= TEXT_MAX)

    def show_vectors(self, value, place):
        width = 8 if self.door == 64 else 4
        left = self.result if self.arguments[place][0].endswith("_out") \
            else 1 << 62
        shown = []
        if not value:
            return "NULL"
        for at in range(min(self.next(place), LIST_MAX)):
            data = self.memory.bytes(value + at * 2 * width, 2 * width)
            if data is None:
                return pointer(value)
            start, size = struct.unpack("<QQ" if width == 8 else "<II", data)
            shown.append(f"{{iov_base={self.quoted(start, min(size, left))}, "
                         f"iov_len={size}}}")
            left -= min(size, left)
        return "[" + ", ".join(shown) + "]"

    def show_strings(self, value, place):
        width = 8 if self.door == 64 else 4
        shown, at, is_argv = [], value, self.arguments[place - 1][0] == "path"
        while (data := self.memory.bytes(at, width)) is not None:
            start = int.from_bytes(data, "little")
            if start == 0:
                break
            found = self.memory.string(start)
            shown.append(pointer(start) if found is None else
                         text(found[0][:TEXT_MAX], len(found[0]) <= TEXT_MAX))
            at += width
        if not value:
            return "NULL"
        if is_argv:
            return "[" + ", ".join(shown) + "]"
        return f"{value:#x} /* {len(shown)} var{'' if len(shown) == 1 else 's'} */"

    def structure(self, value, size, show):
        data = self.memory.bytes(value, size)
        return pointer(value) if data is None else show(data)

    def show_stat(self, value, _):
        return self.structure(value, 144, structures.stat)

    def show_stat64(self, value, _):
        return self.structure(value, 96,
                              lambda data: structures.stat(data, False))

    def show_sigset(self, value, _):
        return self.structure(value, 8, lambda data: structures.signal_set(
            int.from_bytes(data, "little")))

    def show_sigset32(self, value, _):
        return self.structure(value, 4, lambda data: structures.signal_set(
            int.from_bytes(data, "little")))

    def show_mask32(self, value, _):
        return structures.signal_set(value)

    def show_sigaction(self, value, _):
        is_64 = self.door == 64
        return self.structure(value, 32 if is_64 else 20, lambda data:
                              structures.sigaction(data, is_64))

    def show_old_sigaction(self, value, _):
        return self.structure(value, 16, lambda data:
                              structures.sigaction(data, False, True))

    def show_stack(self, value, _):
        is_64 = self.door == 64
        return self.structure(value, 24 if is_64 else 12, lambda data:
                              structures.stack(data, is_64))

    def show_rlimit(self, value, _):
        return self.structure(value, 16 if self.door == 64 else 8,
                              structures.rlimit)

    def show_rlimit64(self, value, _):
        return self.structure(value, 16, structures.rlimit)

    def show_user_desc(self, value, _):
        return self.structure(value, 16, structures.user_desc)

    def numbers(self, value, form, *names):
        def show(data):
            fields = zip(names, struct.unpack(form, data))
            return "{" + ", ".join(f"{name}={number}"
                                   for name, number in fields) + "}"
        return self.structure(value, struct.calcsize(form), show)

    def show_timespec(self, value, _):
        return self.numbers(value, "<qq", "tv_sec", "tv_nsec")

    def show_timespec32(self, value, _):
        return self.numbers(value, "<ii", "tv_sec", "tv_nsec")

    def show_timeval(self, value, _):
        return self.numbers(value, "<qq", "tv_sec", "tv_usec")

    def show_timeval32(self, value, _):
        return self.numbers(value, "<ii", "tv_sec", "tv_usec")

    def listed(self, value, form):
        return self.structure(value, struct.calcsize(form), lambda data:
                              f"[{struct.unpack(form, data)[0]}]")

    def show_fds(self, value, _):
        return self.structure(value, 8, lambda data: "[{}, {}]".format(
            *struct.unpack("<ii", data)))

    def show_itimerval(self, value, _):
        form = "<4q" if self.door == 64 else "<4i"

        def show(data):
            interval, value = (
                "{{tv_sec={}, tv_usec={}}}".format(*pair) for pair in
                struct.iter_unpack(form.replace("4", "2"), data))
            return f"{{it_interval={interval}, it_value={value}}}"
        return self.structure(value, struct.calcsize(form), show)

    def show_epollflags(self, value, _):
        return flags_of("O_", value & 0xffffffff).replace("O_", "EPOLL_")

    def show_milliseconds(self, value, _):
        return str(self.signed(value))

    show_count32 = show_size

    def numbers_at(self, value, count, form):
        """COUNT numbers of struct's FORM in a list, as many as are shown."""
        shown = min(count, LIST_MAX)
        data = self.memory.bytes(value, shown * struct.calcsize(form))
        if not value or data is None:
            return pointer(value)
        words = map(str, struct.unpack(f"<{shown}{form}", data))
        return f"[{', '.join([*words, *(['...'] if count > shown else [])])}]"

    def show_groups(self, value, place, form="I"):
        is_out = self.arguments[place][0].endswith("_out")
        count = self.result if is_out else self.arguments[place - 1][1]
        return self.numbers_at(value, count, form)

    def show_groups16(self, value, place):
        return self.show_groups(value, place, "H")

    def show_id_out(self, value, _):
        return self.listed(value, "<I")

    def show_id16_out(self, value, _):
        return self.listed(value, "<H")

    def show_statxflags(self, value, _):
        """How fresh the answer has to be stands before the other flags."""
        first = STATX_SYNC.get(value & 0x6000)
        return flags_of("AT_", value & ~0x6000 if first else value, first)

    def show_statxmask(self, value, _):
        return structures.statx_mask(value & 0xffffffff)

    def show_statx(self, value, _):
        return self.structure(value, 48, structures.statx)

    def show_time(self, value, _):
        return self.listed(value, "<q")

    def show_time32(self, value, _):
        return self.listed(value, "<i")

    def show_wstatus(self, value, _):
        if self.result <= 0:
            return pointer(value)
        return self.structure(value, 4, structures.wait_status)

    def show_utsname(self, value, _):
        def show(data):
            names = [data[at:at + 65].partition(b"\0")[0] for at in (0, 65)]
            return (f"{{sysname={text(names[0], True)}, "
                    f"nodename={text(names[1], True)}, ...}}")
        return self.structure(value, 130, show)

    def shown_result(self, kind, value):
        if kind == "none":
            return "?"
        if kind in ("address", "hex"):
            bits = 64 if self.door == 64 else 32
            return f"{value & (1 << bits) - 1:#x}"
        if kind == "handler":
            return structures.handler_name(value & 0xffffffff)
        return str(value)
