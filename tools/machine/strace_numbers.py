"""Arguments that point at nothing, as strace prints them."""

from machine import strace_structures as structures
from machine.strace_names import (constants, flags_in_order, flags_of, name_of,
                                  signal_name)
from machine.strace_structures import octal, pointer, signed

AT_FDCWD = -100
PERSONALITY_ASK = 0xffffffff
FUTEX_COMMAND = 0x7f
EVENT_FLAGS = ((1, "EFD_SEMAPHORE"), (0x80000, "EFD_CLOEXEC"),
               (0x800, "EFD_NONBLOCK"))
DESCRIPTOR_FLAGS = ((0x80000, "O_CLOEXEC"), (0x800, "O_NONBLOCK"))
MEMFD_FLAGS = ((1, "MFD_CLOEXEC"), (2, "MFD_ALLOW_SEALING"))
SEALS = ((1, "F_SEAL_SEAL"), (2, "F_SEAL_SHRINK"), (4, "F_SEAL_GROW"),
         (8, "F_SEAL_WRITE"), (16, "F_SEAL_FUTURE_WRITE"))
RANDOM_FLAGS = ((1, "GRND_NONBLOCK"), (2, "GRND_RANDOM"))
ACCESS_BITS = ((4, "R_OK"), (2, "W_OK"), (1, "X_OK"))
# In strace's order.
OPEN_FLAGS = ("CREAT", "EXCL", "NOCTTY", "TRUNC", "APPEND", "NONBLOCK", "DSYNC",
              "DIRECT", "LARGEFILE", "NOFOLLOW", "NOATIME", "CLOEXEC", "PATH",
              "TMPFILE", "DIRECTORY")
ACCESS_MODES = {0: "O_RDONLY", 1: "O_WRONLY", 2: "O_RDWR"}
O_CREAT = 0x40
O_TMPFILE = 0x410000
WAIT_FLAGS = ((1, "WNOHANG"), (2, "WSTOPPED"), (4, "WEXITED"),
              (8, "WCONTINUED"), (1 << 24, "WNOWAIT"), (1 << 31, "__WCLONE"),
              (1 << 30, "__WALL"), (1 << 29, "__WNOTHREAD"))
MASK_HOW = ("SIG_BLOCK", "SIG_UNBLOCK", "SIG_SETMASK")
STATX_SYNC = {0: "AT_STATX_SYNC_AS_STAT", 0x2000: "AT_STATX_FORCE_SYNC",
              0x4000: "AT_STATX_DONT_SYNC"}
FUTEX_OPERATIONS = (
    "WAIT", "WAKE", "FD", "REQUEUE", "CMP_REQUEUE", "WAKE_OP", "LOCK_PI",
    "UNLOCK_PI", "TRYLOCK_PI", "WAIT_BITSET", "WAKE_BITSET", "WAIT_REQUEUE_PI",
    "CMP_REQUEUE_PI", "LOCK_PI2")
# What fcntl's third argument is, by its command: else there is none.
FCNTL_DATA = {"F_DUPFD": "number", "F_DUPFD_CLOEXEC": "number",
              "F_SETPIPE_SZ": "number", "F_ADD_SEALS": "seals",
              "F_SETFD": "close", "F_SETFL": "flags"}
LOCK_COMMANDS = {name for prefix in ("F_", "F_OFD_")
                 for name in (f"{prefix}GETLK", f"{prefix}SETLK",
                              f"{prefix}SETLKW")} | {
                     "F_GETLK64", "F_SETLK64", "F_SETLKW64"}
LOCK_QUESTIONS = {"F_GETLK", "F_GETLK64", "F_OFD_GETLK"}
NO_FCNTL_DATA = ("F_GETFD", "F_GETFL", "F_GETPIPE_SZ", "F_GETOWN", "F_GETSIG",
                 "F_GETLEASE", "F_GET_SEALS")


def hexadecimal(value):
    return f"{value:#x}" if value else "0"


def open_flags(value):
    names = [ACCESS_MODES.get(value & 3, "O_ACCMODE")]
    value &= ~3
    for name in OPEN_FLAGS:
        bits = O_TMPFILE if name == "TMPFILE" else constants()[f"O_{name}"]
        if value & bits == bits:
            names.append(f"O_{name}")
            value &= ~bits
    return flags_of("O_", value, "|".join(names)) if value else "|".join(names)


class Numbers:
    """A method for each kind: its number to the words for it, or None when it is
    not shown."""

    def show_size(self, value, _):
        return str(value)

    show_vectorcount = show_size

    def show_word(self, value, _):
        return str(value & 0xffffffff)

    show_size32 = show_count32 = show_copyflags = show_futex_value = show_word

    def show_dirfd(self, value, _):
        number = signed(value)
        return "AT_FDCWD" if number == AT_FDCWD else str(number)

    def show_id(self, value, _):
        return str(signed(value)) if value == 0xffffffff else str(value)

    show_id16 = show_id

    def show_maskhow(self, value, _):
        return MASK_HOW[value] if value < len(MASK_HOW) \
            else f"{value:#x} /* SIG_??? */"

    def show_randomflags(self, value, _):
        return flags_in_order(RANDOM_FLAGS, value & 0xffffffff, "GRND_")

    def show_eventflags(self, value, _):
        return flags_in_order(EVENT_FLAGS, value & 0xffffffff, "EFD_")

    def show_memfdflags(self, value, _):
        return flags_in_order(MEMFD_FLAGS, value & 0xffffffff, "MFD_")

    def show_timerfdflags(self, value, _):
        return flags_in_order(DESCRIPTOR_FLAGS, value & 0xffffffff,
                              "TFD_").replace("O_", "TFD_")

    def show_signalfdflags(self, value, _):
        return flags_in_order(DESCRIPTOR_FLAGS, value & 0xffffffff,
                              "SFD_").replace("O_", "SFD_")

    def show_hexword(self, value, _):
        return hexadecimal(value & 0xffffffff)

    def show_hexlong(self, value, _):
        return hexadecimal(value)

    show_hexoffset = show_hexlong

    def show_offset_high(self, *_):
        return None

    def show_offset_low(self, value, place):
        return self.show_pair(self.arguments[place - 1][1] << 32 | value, place)

    def show_pair(self, value, _):
        return str(value - (1 << 64) if value >> 63 else value)

    def show_position(self, value, place):
        return self.show_offset(value, place)

    def show_offset(self, value, _):
        bits = self.bits
        return str(value - (1 << bits) if value >> (bits - 1) else value)

    def show_length(self, value, _):
        return str(value & (1 << self.bits) - 1)

    show_lengthpair = show_size

    def show_page(self, value, _):
        return hexadecimal(value << 12)

    def show_signal(self, value, _):
        return signal_name(signed(value)) if value else "0"

    def show_handler(self, value, _):
        return structures.handler_name(value)

    def show_oflags(self, value, _):
        value &= 0xffffffff
        self.creates = value & O_CREAT or value & O_TMPFILE == O_TMPFILE
        return open_flags(value)

    def show_mode(self, value, _):
        return octal(value & 0o7777) if self.creates else None

    def show_access(self, value, _):
        return flags_in_order(ACCESS_BITS, value & 0xffffffff, "?_OK") \
            if value else "F_OK"

    def show_milliseconds(self, value, _):
        return str(signed(value))

    def show_epollflags(self, value, _):
        return flags_in_order(((0x80000, "EPOLL_CLOEXEC"),), value & 0xffffffff,
                              "EPOLL_")

    def show_statxflags(self, value, _):
        """How fresh the answer has to be stands before the other flags."""
        first = STATX_SYNC.get(value & 0x6000)
        return flags_of("AT_", value & ~0x6000 if first else value, first)

    def show_statxmask(self, value, _):
        return structures.statx_mask(value & 0xffffffff)

    def show_mask32(self, value, _):
        return structures.signal_set(value)

    def show_personality(self, value, _):
        value &= 0xffffffff
        return hexadecimal(value) if value == PERSONALITY_ASK \
            else structures.personality(value)

    def show_remapto(self, value, place):
        """There only with MREMAP_FIXED or MREMAP_DONTUNMAP."""
        return pointer(value) if self.arguments[place - 1][1] & 6 else None

    def show_fcntl_data(self, value, place):
        command = name_of("F_", signed(self.arguments[place - 1][1]))
        form = FCNTL_DATA.get(command)
        if form == "number":
            return str(value & 0xffffffff)
        if form == "close":
            return flags_in_order(((1, "FD_CLOEXEC"),), value, "FD_")
        if form == "seals":
            return flags_in_order(SEALS, value, "F_SEAL_")
        if form == "flags":
            return open_flags(value)
        if command in LOCK_COMMANDS:
            return self.show_lock(value, command)
        return None if command in NO_FCNTL_DATA else hexadecimal(value)

    # Of futex.
    def show_futexop(self, value, _):
        command = value & 0xfffffe7f
        name = f"FUTEX_{FUTEX_OPERATIONS[command]}" \
            if command < len(FUTEX_OPERATIONS) else f"{command:#x}"
        return name + ("_PRIVATE" if value & 0x80 else "") + \
            ("|FUTEX_CLOCK_REALTIME" if value & 0x100 else "")

    def show_futex_mask(self, value, _):
        return "FUTEX_BITSET_MATCH_ANY" if value == 0xffffffff \
            else hexadecimal(value)

    def show_futex_change(self, value, _):
        """What FUTEX_WAKE_OP does, and what it compares with."""
        return (f"{name_of('FUTEX_OP_', value >> 28 & 7)}<<28|"
                f"{hexadecimal(value >> 12 & 0xfff)}<<12|"
                f"{name_of('FUTEX_OP_CMP_', value >> 24 & 15)}<<24|"
                f"{hexadecimal(value & 0xfff)}")

    def show_futex_expected(self, value, _):
        return str(value)

    def show_waitflags(self, value, _):
        return flags_in_order(WAIT_FLAGS, value & 0xffffffff, "W")

    def show_waitwhich(self, value, _):
        names = ("P_ALL", "P_PID", "P_PGID", "P_PIDFD")
        return names[value] if value < len(names) else f"{value:#x} /* P_??? */"
