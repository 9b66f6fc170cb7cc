"""Arguments of calls that make, remove and change files, as strace prints them."""

import datetime
import struct

from machine import strace_structures as structures
from machine.strace_names import constants, flags_in_order, flags_of, name_of
from machine.strace_structures import octal, pointer

AT_FLAGS = ((0x100, "AT_SYMLINK_NOFOLLOW"), (0x400, "AT_SYMLINK_FOLLOW"),
            (0x1000, "AT_EMPTY_PATH"))
REMOVE_FLAGS = ((0x200, "AT_REMOVEDIR"),)
RENAME_FLAGS = ((1, "RENAME_NOREPLACE"), (2, "RENAME_EXCHANGE"),
                (4, "RENAME_WHITEOUT"))
ADVICE = ("NORMAL", "RANDOM", "SEQUENTIAL", "WILLNEED", "DONTNEED", "NOREUSE")
DEVICES = (0o020000, 0o060000)
FLOCK_FLAGS = ((1, "LOCK_SH"), (2, "LOCK_EX"), (4, "LOCK_NB"), (8, "LOCK_UN"))
FALLOCATE_FLAGS = ((1, "FALLOC_FL_KEEP_SIZE"), (2, "FALLOC_FL_PUNCH_HOLE"))
VECTOR_FLAGS = tuple((1 << bit, f"RWF_{name}") for bit, name in enumerate(
    ("HIPRI", "DSYNC", "SYNC", "NOWAIT", "APPEND")))
LOCK_TYPES = {0: "F_RDLCK", 1: "F_WRLCK", 2: "F_UNLCK"}
UTIMES = {0x3fffffff: "UTIME_NOW", 0x3ffffffe: "UTIME_OMIT"}
PARTS = {"nsec": 9, "usec": 6}  # digits of a second


def date(seconds, part=None, digits=0):
    """The comment in which strace says what a time is."""
    if seconds == 0 and not part:
        return ""
    try:
        day = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    except (OverflowError, ValueError):
        return ""
    fraction = f".{part:0{digits}}" if part else ""
    return f" /* {day:%Y-%m-%dT%H:%M:%S}{fraction}+0000 */"


def time(seconds, part, name):
    """One of two times that a file gets."""
    if name == "nsec" and part in UTIMES:
        return UTIMES[part]
    shown = f"{{tv_sec={seconds}, tv_{name}={part}}}"
    digits = PARTS[name]
    return shown + (date(seconds, part, digits) if 0 <= part < 10 ** digits
                    else "")


def statfs(words):
    kind, size, *counts, first, second, longest, fragment, flags = words
    names = ("f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree")
    shown = [f"f_type={name_of_magic(kind)}", f"f_bsize={size}",
             *(f"{name}={count}" for name, count in zip(names, counts)),
             f"f_fsid={{val=[{first:#x}, {second:#x}]}}",
             f"f_namelen={longest}", f"f_frsize={fragment}",
             f"f_flags={flags_of('ST_', flags)}"]
    return "{" + ", ".join(shown) + "}"


def name_of_magic(value):
    names = {number: name for name, number in constants().items()
             if "MAGIC" in name}
    return names.get(value, f"{value:#x}")


class Files:
    """A method for each kind, as those of Numbers and Pointed."""

    def show_place(self, value, _, form="<Q"):
        """Where a copy begins, and where it has ended."""
        size = struct.calcsize(form)
        before = self.before.bytes(value, size)
        after = self.after.bytes(value, size) if self.after else None
        if before is None or not value:
            return pointer(value)
        shown = "[%d]" % struct.unpack(form, before)
        if after is not None and self.result > 0:
            shown += " => [%d]" % struct.unpack(form, after)
        return shown

    def show_place32(self, value, _):
        return self.show_place(value, _, "<I")

    def show_begin(self, value, _):
        return self.structure(value, 8,
                              lambda data: "[%d]" % struct.unpack("<q", data))

    def show_vectorflags(self, value, _):
        return flags_in_order(VECTOR_FLAGS, value & 0xffffffff, "RWF_") \
            if value else "0"

    def show_permissions(self, value, _):
        return octal(value & 0xffff)

    def result_permissions(self, value):
        return octal(value)

    def show_statfs(self, value, _):
        return self.structure(value, 120, lambda data: statfs(
            struct.unpack_from("<7Q2i3Q", data)))

    def show_statfs64(self, value, _):
        return self.structure(value, 84, lambda data: statfs(
            struct.unpack_from("<2I5Q2i3I", data)))

    def show_statfs32(self, value, _):
        return self.structure(value, 64, lambda data: statfs(
            struct.unpack_from("<7I2i3I", data)))

    def show_flockflags(self, value, _):
        return flags_in_order(FLOCK_FLAGS, value & 0xffffffff, "LOCK_")

    def show_fallocateflags(self, value, _):
        return flags_in_order(FALLOCATE_FLAGS, value & 0xffffffff,
                              "FALLOC_FL_")

    def show_lock(self, value, command):
        """The structure of a command of fcntl that locks."""
        is_question = "GETLK" in command
        if is_question and self.result < 0:
            return pointer(value)
        self.memory = self.after if is_question else self.before
        form = "<hhxxxxqqi" if self.door == 64 else \
            "<hhqqi" if command.startswith("F_OFD") or \
            command.endswith("64") else "<hhiii"

        def show(data):
            kind, whence, start, length, pid = struct.unpack(form, data)
            shown = (f"{{l_type={LOCK_TYPES.get(kind, f'{kind:#x}')}, "
                     f"l_whence={name_of('SEEK_', whence)}, l_start={start}, "
                     f"l_len={length}")
            return shown + (f", l_pid={pid}}}" if is_question else "}")
        return self.structure(value, struct.calcsize(form), show)

    def show_nodemode(self, value, _):
        self.makes = value & 0o170000
        return structures.mode_of(value & 0xffff)

    def show_device(self, value, _):
        return structures.device(value) if self.makes in DEVICES else None

    def show_linkflags(self, value, _):
        return flags_in_order(AT_FLAGS, value & 0xffffffff, "AT_")

    show_chownflags = show_utimeflags = show_linkflags

    def show_removeflags(self, value, _):
        return flags_in_order(REMOVE_FLAGS, value & 0xffffffff, "AT_")

    def show_renameflags(self, value, _):
        return flags_in_order(RENAME_FLAGS, value & 0xffffffff,
                              "RENAME_").replace("???", "??")

    def show_fadvice(self, value, _):
        return f"POSIX_FADV_{ADVICE[value]}" if value < len(ADVICE) \
            else f"{value:#x} /* POSIX_FADV_??? */"

    def show_two_times(self, value, form, name):
        def show(data):
            seconds, part, later, later_part = struct.unpack(form, data)
            return (f"[{time(seconds, part, name)}, "
                    f"{time(later, later_part, name)}]")
        return self.structure(value, struct.calcsize(form), show)

    def show_newtimes(self, value, _):
        return self.show_two_times(value, "<qqqq", "nsec")

    def show_newtimes32(self, value, _):
        return self.show_two_times(value, "<iiii", "nsec")

    def show_newmicros(self, value, _):
        return self.show_two_times(value, "<qqqq" if self.door == 64
                                   else "<iiii", "usec")

    def show_newseconds(self, value, _):
        form = "<qq" if self.door == 64 else "<ii"

        def show(data):
            read, changed = struct.unpack(form, data)
            return (f"{{actime={read}{date(read)}, "
                    f"modtime={changed}{date(changed)}}}")
        return self.structure(value, struct.calcsize(form), show)
