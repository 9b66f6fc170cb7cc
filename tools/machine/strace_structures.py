"""Structures as strace prints them. Layouts are Linux's, by the door."""

import struct

from machine.strace_names import constants, flags_of, name_of, signal_name

AGE = 64  # the highest signal
SI_KERNEL, SI_QUEUE, SI_TIMER = 0x80, -1, -2
CLD_EXITED = 1
SI_CODES = {0: "SI_USER", SI_KERNEL: "SI_KERNEL", SI_QUEUE: "SI_QUEUE",
            SI_TIMER: "SI_TIMER", -6: "SI_TKILL"}
CODE_PREFIX = {4: "ILL_", 5: "TRAP_", 7: "BUS_", 8: "FPE_", 11: "SEGV_",
               17: "CLD_"}
# In strace's order.
ACTION_FLAGS = ("SA_RESTORER", "SA_ONSTACK", "SA_RESTART", "SA_NODEFER",
                "SA_RESETHAND", "SA_SIGINFO", "SA_NOCLDSTOP", "SA_NOCLDWAIT")
FAULTS = (4, 5, 7, 8, 11)
SIGCHLD = 17
TYPES = {0o140000: "S_IFSOCK", 0o120000: "S_IFLNK", 0o100000: "S_IFREG",
         0o060000: "S_IFBLK", 0o040000: "S_IFDIR", 0o020000: "S_IFCHR",
         0o010000: "S_IFIFO"}
SPECIAL_BITS = ((0o4000, "S_ISUID"), (0o2000, "S_ISGID"), (0o1000, "S_ISVTX"))
STATX_BITS = ("TYPE", "MODE", "NLINK", "UID", "GID", "ATIME", "MTIME", "CTIME",
              "INO", "SIZE", "BLOCKS", "BTIME", "MNT_ID", "DIOALIGN")
RLIM_INFINITY = {8: (1 << 64) - 1, 4: (1 << 32) - 1}


def pointer(value):
    return f"{value:#x}" if value else "NULL"


def text(data, is_whole):
    """DATA in quotes; what is not shown or not known is dots."""
    escapes = {9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r",
               34: '\\"', 92: "\\\\"}
    shown = ""
    for at, byte in enumerate(data):
        if byte in escapes:
            shown += escapes[byte]
        elif 32 <= byte < 127:
            shown += chr(byte)
        else:
            digit = data[at + 1:at + 2].isdigit() and data[at + 1] < 0x38
            shown += f"\\{byte:03o}" if digit else f"\\{byte:o}"
    return f'"{shown}"' + ("" if is_whole else "...")


def signal_set(value):
    """strace shows what is not in a set that is mostly full."""
    inside = [number for number in range(1, AGE + 1)
              if value >> (number - 1) & 1]
    outside = [number for number in range(1, AGE + 1) if number not in inside]
    if len(inside) > AGE * 2 // 3:
        return "~[" + " ".join(map(short_name, outside)) + "]"
    return "[" + " ".join(map(short_name, inside)) + "]"


def short_name(number):
    return signal_name(number).removeprefix("SIG")


def fields(pairs):
    return "{" + ", ".join(f"{name}={value}" for name, value in pairs) + "}"


def siginfo(data, is_64=True):
    number, _, code = struct.unpack_from("<iii", data)
    if number == 0:
        return "{}"
    prefix = CODE_PREFIX.get(number)
    name = SI_CODES.get(code) if code <= 0 or code == SI_KERNEL else None
    if name is None and prefix:
        name = name_of(prefix, code)
    shown = [("si_signo", signal_name(number)), ("si_code", name or code)]
    return fields(shown + siginfo_rest(data[16 if is_64 else 12:], number, code,
                                       is_64))


def siginfo_rest(data, number, code, is_64):
    """What is behind the three words that each siginfo has."""
    word = "Q" if is_64 else "I"
    if code > 0 and code != SI_KERNEL and number in FAULTS:
        return [("si_addr", pointer(*struct.unpack_from(f"<{word}", data)))]
    if code == SI_KERNEL:
        return [("si_addr", "NULL")] if number in FAULTS else []
    if number == SIGCHLD and code > 0:
        pid, uid, status, used, system = struct.unpack_from(
            "<iIixxxxqq" if is_64 else "<iIiii", data)
        shown = status if code == CLD_EXITED else signal_name(status)
        return [("si_pid", pid), ("si_uid", uid), ("si_status", shown),
                ("si_utime", clock_ticks(used)),
                ("si_stime", clock_ticks(system))]
    if code > 0:
        return []
    first, second, value = struct.unpack_from(f"<iI{word}", data)
    names = ("si_timerid", "si_overrun") if code == SI_TIMER \
        else ("si_pid", "si_uid")
    with_value = [("si_int", signed(value)), ("si_ptr", pointer(value))]
    if code == SI_TIMER:
        first = f"{first:#x}" if first else "0"
    return list(zip(names, (first, second))) + (
        with_value if code in (SI_QUEUE, SI_TIMER) and value else [])


def signed(value):
    value &= 0xffffffff
    return value - (1 << 32) if value >> 31 else value


def clock_ticks(count):
    """A hundred a second."""
    return f"{count} /* {count / 100:.2f} s */" if count else "0"


def timespec(data):
    return fields(zip(("tv_sec", "tv_nsec"), struct.unpack(
        "<qq" if len(data) == 16 else "<ii", data)))


def timeval(data):
    return fields(zip(("tv_sec", "tv_usec"), struct.unpack(
        "<qq" if len(data) == 16 else "<ii", data)))


def interval(data, show):
    """Two times, each as SHOW has it."""
    half = len(data) // 2
    return fields([("it_interval", show(data[:half])),
                   ("it_value", show(data[half:]))])


def usage(data, is_64):
    width = 16 if is_64 else 8
    return (f"{{ru_utime={timeval(data[:width])}, "
            f"ru_stime={timeval(data[width:])}, ...}}")


def ticks(data, is_64):
    return fields(zip(("tms_utime", "tms_stime", "tms_cutime", "tms_cstime"),
                      map(clock_ticks,
                          struct.unpack("<4q" if is_64 else "<4i", data))))


def sysinfo(data, is_64):
    words = struct.unpack_from("<q9QH6x2QI" if is_64 else "<i9IH2x2II", data)
    uptime, load1, load2, load3, *sizes = words
    names = ("totalram", "freeram", "sharedram", "bufferram", "totalswap",
             "freeswap", "procs", "totalhigh", "freehigh", "mem_unit")
    return fields([("uptime", uptime), ("loads", f"[{load1}, {load2}, {load3}]"),
                   *zip(names, sizes)])


def sigevent(data, is_64):
    value, number, how, thread = struct.unpack("<QiiI" if is_64 else "<IiiI",
                                               data)
    shown = signal_name(number) if how in (0, 4) else number
    ways = {0: "SIGEV_SIGNAL", 1: "SIGEV_NONE", 2: "SIGEV_THREAD",
            4: "SIGEV_THREAD_ID"}
    way = ways.get(how, f"{how:#x} /* SIGEV_??? */")
    union = fields([("sival_int", signed(value)), ("sival_ptr", pointer(value))])
    rest = [("sigev_notify_thread_id", thread)] if how == 4 else []
    return fields([("sigev_value", union), ("sigev_signo", shown),
                   ("sigev_notify", way), *rest])


def personality(value):
    kind = {0: "PER_LINUX", 8: "PER_LINUX32"}.get(
        value & 0xff, f"{value & 0xff:#x} /* PER_??? */")
    return flags_of("ADDR_", value & ~0xff, kind) if value & ~0xff else kind


def numbers_of_bits(data, count=None):
    """The bits that are set in DATA, below COUNT, as strace shows a set."""
    bits = int.from_bytes(data, "little")
    numbers = [bit for bit in range(len(data) * 8 if count is None else count)
               if bits >> bit & 1]
    return "[" + " ".join(map(str, numbers)) + "]"


# In the order of the words of struct termios.
LOCAL_MODES = ((0x1, "isig"), (0x2, "icanon"), (0x8, "echo"))


def termios(data):
    _, output, control, local = struct.unpack_from("<4I", data)
    speed = {15: "B38400", 13: "B9600", 0x1002: "B115200"}.get(
        control & 0x100f, f"{control & 0x100f:#x}")
    modes = [(output & 1, "opost")] + [(local & bit, name)
                                       for bit, name in LOCAL_MODES]
    return "{" + " ".join([speed, *(name if is_on else f"-{name}"
                                    for is_on, name in modes), "..."]) + "}"


def octal(value):
    """As C's %#03o."""
    digits = f"{value:o}".zfill(3)
    return digits if digits[0] == "0" else f"0{digits}"


def mode_of(mode):
    kind = TYPES.get(mode & 0o170000)
    if not kind:
        return octal(mode)
    names = [name for bit, name in SPECIAL_BITS if mode & bit]
    return "|".join([kind, *names, octal(mode & 0o777)])


def device(number):
    major = number >> 8 & 0xfff
    minor = number & 0xff | number >> 12 & 0xfff00
    return f"makedev({major:#x}, {minor:#x})"


def stat(data, is_64=True):
    """struct stat of x86-64, or stat64 of i386."""
    if is_64:
        _, _, _, mode, _, _, rdev, size = struct.unpack_from("<QQQIIIxxxxQq", data)
    else:
        mode, = struct.unpack_from("<I", data, 16)
        rdev, = struct.unpack_from("<Q", data, 32)
        size, = struct.unpack_from("<q", data, 44)
    shown = mode_of(mode)
    if mode & 0o170000 in (0o020000, 0o060000):
        return f"{{st_mode={shown}, st_rdev={device(rdev)}, ...}}"
    return f"{{st_mode={shown}, st_size={size}, ...}}"


def statx_mask(mask):
    """All that stat has goes by one name."""
    whole = 0x7ff
    names = ["STATX_BASIC_STATS"] if mask & whole == whole else []
    for bit, name in enumerate(STATX_BITS):
        if mask >> bit & 1 and not (names and whole >> bit & 1):
            names.append(f"STATX_{name}")
    if mask >> len(STATX_BITS):
        names.append(f"{mask >> len(STATX_BITS) << len(STATX_BITS):#x}")
    return "|".join(names) or "0"


def statx(data):
    mask, _, attributes = struct.unpack_from("<IIQ", data)
    mode, = struct.unpack_from("<H", data, 28)
    size, = struct.unpack_from("<Q", data, 40)
    shown = f"{attributes:#x}" if attributes else "0"
    return (f"{{stx_mask={statx_mask(mask)}, stx_attributes={shown}, "
            f"stx_mode={mode_of(mode)}, stx_size={size}, ...}}")


def sigaction(data, is_64, is_old=False):
    if is_64:
        handler, flags, restorer, mask = struct.unpack("<QQQQ", data)
    elif is_old:
        handler, mask, flags, restorer = struct.unpack("<IIII", data)
    else:
        handler, flags, restorer, mask = struct.unpack("<IIIQ", data)
    shown = [f"sa_handler={handler_name(handler)}",
             f"sa_mask={signal_set(mask)}", f"sa_flags={action_flags(flags)}"]
    if flags & 0x04000000:
        shown.append(f"sa_restorer={restorer:#x}")
    return "{" + ", ".join(shown) + "}"


def action_flags(flags):
    names = []
    for name in ACTION_FLAGS:
        if flags & constants()[name]:
            names.append(name)
            flags &= ~constants()[name]
    if flags:
        names.append(f"{flags:#x}")
    return "|".join(names) or "0"


def handler_name(value):
    return {0: "SIG_DFL", 1: "SIG_IGN"}.get(value, f"{value:#x}")


def stack(data, is_64):
    start, flags, size = struct.unpack("<QIxxxxQ" if is_64 else "<III", data)
    return (f"{{ss_sp={pointer(start)}, ss_flags={flags_of('SS_', flags)}, "
            f"ss_size={size}}}")


def rlimit(data):
    width = len(data) // 2
    soft, hard = struct.unpack("<QQ" if width == 8 else "<II", data)
    return f"{{rlim_cur={limit(soft, width)}, rlim_max={limit(hard, width)}}}"


def limit(value, width):
    if value == RLIM_INFINITY[width]:
        return "RLIM64_INFINITY" if width == 8 else "RLIM_INFINITY"
    if value > 1024 and value % 1024 == 0:
        return f"{value // 1024}*1024"
    return str(value)


def user_desc(data, has_long_mode=False):
    number, base, size, flags = struct.unpack("<iIII", data)
    bits = [("read_exec_only", 3), ("limit_in_pages", 4), ("seg_not_present", 5),
            ("useable", 6)]
    bits += [("lm", 7)] if has_long_mode else []
    return fields([
        ("entry_number", number), ("base_addr", padded_hex(base)),
        ("limit", padded_hex(size)), ("seg_32bit", flags & 1),
        ("contents", flags >> 1 & 3),
        *((name, flags >> bit & 1) for name, bit in bits)])


def padded_hex(value):
    """As C's %#08x."""
    return f"{value:#08x}" if value else "00000000"


def wait_status(data):
    status = int.from_bytes(data, "little")
    if status & 0x7f == 0:
        number = status >> 8 & 0xff
        return f"[{{WIFEXITED(s) && WEXITSTATUS(s) == {number}}}]"
    if status & 0xff == 0x7f:
        number = signal_name(status >> 8 & 0xff)
        return f"[{{WIFSTOPPED(s) && WSTOPSIG(s) == {number}}}]"
    if status == 0xffff:
        return "[{WIFCONTINUED(s)}]"
    return f"[{{WIFSIGNALED(s) && WTERMSIG(s) == {signal_name(status & 0x7f)}}}]"
