"""Structures as strace prints them. Layouts are Linux's, by the door."""

import struct

from machine.strace_names import constants, flags_of, name_of, signal_name

AGE = 64  # the highest signal
SI_CODES = {0: "SI_USER", 0x80: "SI_KERNEL", -1: "SI_QUEUE", -6: "SI_TKILL"}
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


def siginfo(data):
    number, _, code = struct.unpack_from("<iii", data)
    prefix = CODE_PREFIX.get(number)
    name = SI_CODES.get(code) if code <= 0 or code == 0x80 else None
    if name is None and prefix:
        name = name_of(prefix, code)
    fields = [f"si_signo={signal_name(number)}", f"si_code={name or code}"]
    if code > 0 and code != 0x80 and number in FAULTS:
        fields.append(f"si_addr={pointer(*struct.unpack_from('<Q', data, 16))}")
    elif code == 0x80 and number in FAULTS:
        fields.append("si_addr=NULL")
    elif number == SIGCHLD and code > 0:
        pid, uid, status = struct.unpack_from("<iIi", data, 16)
        shown = str(status) if code == 1 else signal_name(status)
        fields += [f"si_pid={pid}", f"si_uid={uid}", f"si_status={shown}",
                   "si_utime=0", "si_stime=0"]
    elif code <= 0:
        fields += ["si_pid=%d" % struct.unpack_from("<i", data, 16),
                   "si_uid=%d" % struct.unpack_from("<I", data, 20)]
        if code == -1:
            value, = struct.unpack_from("<Q", data, 24)
            fields.append("si_value={sival_int=%d, sival_ptr=%s}" % (
                struct.unpack_from("<i", data, 24)[0], pointer(value)))
    return "{" + ", ".join(fields) + "}"


def mode_of(mode):
    return f"{TYPES.get(mode & 0o170000, '0')}|{mode & 0o7777:04o}"


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
        major = rdev >> 8 & 0xfff
        minor = rdev & 0xff | rdev >> 12 & 0xfff00
        return f"{{st_mode={shown}, st_rdev=makedev({major:#x}, {minor:#x}), ...}}"
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
    if value and value % 1024 == 0:
        return f"{value // 1024}*1024"
    return str(value)


def user_desc(data):
    number, base, size, flags = struct.unpack("<iIII", data)
    names = ("seg_32bit", None, "read_exec_only", "limit_in_pages",
             "seg_not_present", "useable")
    shown = [f"entry_number={number}", f"base_addr={base:#08x}",
             f"limit={size:#08x}", f"seg_32bit={flags & 1}",
             f"contents={flags >> 1 & 3}"]
    for bit, name in zip((3, 4, 5, 6), names[2:]):
        shown.append(f"{name}={flags >> bit & 1}")
    return "{" + ", ".join(shown) + "}"


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
