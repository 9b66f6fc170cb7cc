"""Arguments that point at bytes, strings, lists and plain structures, as strace
prints them."""

import struct

from machine import strace_structures as structures
from machine.strace_structures import pointer, text

TEXT_MAX = 32  # bytes of what is read and written
PATH_MAX = 4096
LIST_MAX = 32
PAGE_SIZE = 4096
DIRENT_SIZE_AT, OLD_DIRENT_SIZE_AT = 16, 8  # the latter is i386's old one
DIRENT_MIN, OLD_DIRENT_MIN = 24, 12


class Pointed:
    """A method for each kind; MEMORY is what the record has of the program's."""

    # Bytes and strings.
    def show_path(self, value, place):
        if self.is_out(place):
            return self.show_cwd(value)
        return self.show_limited(value, PATH_MAX - 1)

    def show_limited(self, value, limit):
        """A string of which LIMIT bytes are shown."""
        found = self.memory.string(value)
        if found is None:
            return pointer(value)
        return text(found[0][:limit], len(found[0]) <= limit and found[1])

    def show_name(self, value, _):
        return self.show_limited(value, TEXT_MAX)

    def show_cwd(self, value):
        data = self.memory.some(value, self.result)
        return pointer(value) if data is None else text(
            data.rstrip(b"\0")[:TEXT_MAX], len(data) <= TEXT_MAX)

    def show_bytes(self, value, place):
        size = self.next(place)
        if self.is_out(place):  # a message may be longer
            size = min(size, self.result)
        return self.quoted(value, size)

    show_text = show_bytes

    def show_random(self, value, _):
        data = self.memory.some(value, min(self.result, TEXT_MAX)) or b""
        dots = "..." if self.result > TEXT_MAX else ""
        return '"' + "".join(f"\\x{byte:02x}" for byte in data) + f'"{dots}'

    def quoted(self, address, size):
        """One byte more than is shown has to be there, too."""
        data = self.memory.bytes(address, min(size, TEXT_MAX + 1))
        if size == 0 and address:
            return '""'
        if data is None:
            return pointer(address)
        return text(data[:TEXT_MAX], size <= TEXT_MAX)

    def show_vectors(self, value, place):
        if not value:
            return "NULL"
        width = self.bits // 8
        left = max(self.result, 0) if self.is_out(place) else 1 << 62

        def show(data):
            nonlocal left
            start, size = struct.unpack("<QQ" if width == 8 else "<II", data)
            shown = pointer(start) if self.result < 0 and left == 0 \
                else self.quoted(start, min(size, left))
            left -= min(size, left)
            return f"{{iov_base={shown}, iov_len={size}}}"
        return self.elements(self.memory, value, self.next(place), 2 * width,
                             show)

    def elements(self, memory, address, count, size, show):
        """A list of COUNT structures of SIZE, as far as it can be read."""
        shown = []
        if address and count == 0:
            return "[]"
        for at in range(min(count, LIST_MAX)):
            data = memory.bytes(address + at * size, size)
            if data is None and at == 0:
                return pointer(address)
            if data is None:
                return f"[{', '.join(shown)}, ... /* {address + at * size:#x} */]"
            shown.append(show(data))
        return f"[{', '.join([*shown, *(['...'] if count > LIST_MAX else [])])}]"

    def show_strings(self, value, place):
        width = self.bits // 8
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

    def show_dirents(self, value, _):
        count = self.count_entries(value, DIRENT_SIZE_AT, DIRENT_MIN)
        if count is None:  # more than a record keeps
            return pointer(value)
        return f"{value:#x} /* {count} entr{'y' if count == 1 else 'ies'} */"

    def show_olddirents(self, value, _):
        layout = (DIRENT_SIZE_AT, DIRENT_MIN) if self.door == 64 \
            else (OLD_DIRENT_SIZE_AT, OLD_DIRENT_MIN)
        count = self.count_entries(value, *layout)
        return pointer(value) if count is None \
            else f"{value:#x} /* {count} entries */"

    def count_entries(self, value, size_at, least):
        data = self.memory.bytes(value, self.result) if self.result else b""
        if data is None:
            return None
        at = count = 0
        while at + least <= len(data):
            size, = struct.unpack_from("<H", data, at + size_at)
            at += max(size, least)
            count += 1
        return count

    # Numbers.
    def numbers_at(self, value, count, form):
        """COUNT numbers of struct's FORM in a list, as many as are shown."""
        shown = min(count, LIST_MAX)
        data = self.memory.bytes(value, shown * struct.calcsize(form))
        if not value or data is None:
            return pointer(value)
        words = map(str, struct.unpack(f"<{shown}{form}", data))
        return f"[{', '.join([*words, *(['...'] if count > shown else [])])}]"

    def show_groups(self, value, place, form="I"):
        count = self.result if self.is_out(place) \
            else self.arguments[place - 1][1]
        return self.numbers_at(value, count, form)

    def show_groups16(self, value, place):
        return self.show_groups(value, place, "H")

    def show_resident(self, value, place):
        size = self.arguments[place - 1][1]
        return self.numbers_at(value, (size + PAGE_SIZE - 1) // PAGE_SIZE, "B")

    def listed(self, value, form):
        return self.structure(value, struct.calcsize(form), lambda data:
                              f"[{struct.unpack(form, data)[0]}]")

    def show_id_out(self, value, _):
        return self.listed(value, "<I")

    def show_id16_out(self, value, _):
        return self.listed(value, "<H")

    def show_time(self, value, _):
        return self.listed(value, "<q")

    def show_time32(self, value, _):
        return self.listed(value, "<i")

    def show_offset_out(self, value, _):
        return self.listed(value, "<q")

    show_timer_out = show_time32

    def show_fds(self, value, _):
        return self.structure(value, 8, lambda data: "[{}, {}]".format(
            *struct.unpack("<ii", data)))

    def show_head(self, value, place):
        """The list's address, then its size."""
        def show(data):
            number = int.from_bytes(data, "little")
            is_size = self.arguments[place - 1][0] == "head_out"
            return f"[{number}]" if is_size else f"[{pointer(number)}]"
        return self.structure(value, self.bits // 8, show)

    def show_archdata(self, value, place):
        """ARCH_GET_FS and ARCH_GET_GS answer by it."""
        if self.arguments[place - 1][1] not in (0x1003, 0x1004):
            return pointer(value)
        self.memory = self.after
        return self.structure(value, 8, lambda data:
                              f"[{pointer(int.from_bytes(data, 'little'))}]")

    def show_cpuset(self, value, _):
        data = self.memory.some(value, self.result)
        if data is None:
            return pointer(value)
        return structures.numbers_of_bits(data)

    # Structures.
    def structure(self, value, size, show):
        data = self.memory.bytes(value, size)
        return pointer(value) if data is None else show(data)

    def by_door(self, value, sizes, show):
        """A structure of SIZES at `syscall` and at `int 0x80`."""
        is_64 = self.door == 64
        return self.structure(value, sizes[not is_64],
                              lambda data: show(data, is_64))

    def show_stat(self, value, _):
        return self.structure(value, 144, structures.stat)

    def show_stat64(self, value, _):
        return self.structure(value, 96,
                              lambda data: structures.stat(data, False))

    def show_statx(self, value, _):
        return self.structure(value, 48, structures.statx)

    def show_sigset(self, value, _):
        size = next((word for kind, word in self.arguments if kind == "size"),
                    8)
        if size > 8 or size == 0 or size % (self.bits // 8) != 0:
            return pointer(value)
        return self.structure(value, 8, lambda data: structures.signal_set(
            int.from_bytes(data, "little")))

    def show_sigset32(self, value, _):
        return self.structure(value, 4, lambda data: structures.signal_set(
            int.from_bytes(data, "little")))

    def show_sigaction(self, value, _):
        return self.by_door(value, (32, 20), structures.sigaction)

    def show_old_sigaction(self, value, _):
        return self.structure(value, 16, lambda data:
                              structures.sigaction(data, False, True))

    def show_stack(self, value, _):
        return self.by_door(value, (24, 12), structures.stack)

    def show_siginfo(self, value, _):
        return self.by_door(value, (128, 128), structures.siginfo)

    def show_sigevent(self, value, _):
        return self.by_door(value, (20, 16), structures.sigevent)

    def show_usage(self, value, _):
        return self.by_door(value, (32, 16), structures.usage)

    def show_ticks(self, value, _):
        return self.by_door(value, (32, 16), structures.ticks)

    def show_sysinfo(self, value, _):
        return self.by_door(value, (112, 64), structures.sysinfo)

    def show_rlimit(self, value, _):
        return self.structure(value, 16 if self.door == 64 else 8,
                              structures.rlimit)

    def show_rlimit64(self, value, _):
        return self.structure(value, 16, structures.rlimit)

    def show_user_desc(self, value, _):
        return self.structure(value, 16, structures.user_desc)

    def show_local_desc(self, value, place):
        """modify_ldt takes one, but where it reads the table."""
        if self.arguments[place - 1][1] in (0, 2) or \
                self.next(place) != 16:
            return pointer(value)
        return self.structure(value, 16, lambda data:
                              structures.user_desc(data, self.door == 64))

    def show_timespec(self, value, _):
        return self.structure(value, 16, structures.timespec)

    def show_timespec32(self, value, _):
        return self.structure(value, 8, structures.timespec)

    def show_timeval(self, value, _):
        return self.structure(value, 16, structures.timeval)

    def show_timeval32(self, value, _):
        return self.structure(value, 8, structures.timeval)

    show_left_timespec, show_left_timespec32 = show_timespec, show_timespec32
    show_left_timeval, show_left_timeval32 = show_timeval, show_timeval32
    show_rest, show_rest32 = show_timespec, show_timespec32

    def show_timezone(self, value, _):
        return self.structure(value, 8, lambda data: structures.fields(
            zip(("tz_minuteswest", "tz_dsttime"), struct.unpack("<ii", data))))

    def show_itimerval(self, value, _):
        return self.structure(value, 32 if self.door == 64 else 16,
                              lambda data: structures.interval(
                                  data, structures.timeval))

    def show_itimerspec(self, value, _):
        return self.structure(value, 32, lambda data: structures.interval(
            data, structures.timespec))

    def show_itimerspec32(self, value, _):
        return self.structure(value, 16, lambda data: structures.interval(
            data, structures.timespec))

    def show_utsname(self, value, _):
        def show(data):
            names = [data[at:at + 65].partition(b"\0")[0] for at in (0, 65)]
            return (f"{{sysname={text(names[0], True)}, "
                    f"nodename={text(names[1], True)}, ...}}")
        return self.structure(value, 130, show)
