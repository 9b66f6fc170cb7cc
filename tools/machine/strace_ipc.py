"""Arguments of sockets, segments of System V and prctl that are numbers, as
strace prints them. Addresses, messages and segments are shown as pointers."""

from machine.strace_names import flags_in_order, flags_of, name_of
from machine.strace_numbers import signed
from machine.strace_structures import octal, pointer

# By number.
FAMILIES = """UNSPEC UNIX INET AX25 IPX APPLETALK NETROM BRIDGE ATMPVC X25 INET6
ROSE DECnet NETBEUI SECURITY KEY NETLINK PACKET ASH ECONET ATMSVC RDS SNA IRDA
PPPOX WANPIPE LLC IB MPLS CAN TIPC BLUETOOTH IUCV RXRPC ISDN PHONET IEEE802154
CAIF ALG NFC VSOCK KCM QIPCRTR SMC XDP MCTP""".split()
SOCKET_TYPES = {1: "SOCK_STREAM", 2: "SOCK_DGRAM", 3: "SOCK_RAW", 4: "SOCK_RDM",
                5: "SOCK_SEQPACKET", 6: "SOCK_DCCP", 10: "SOCK_PACKET"}
SOCKET_TYPE_MASK = 15
SOCKET_FLAGS = ((0x80000, "SOCK_CLOEXEC"), (0x800, "SOCK_NONBLOCK"))
SOL_SOCKET = 1
SEGMENT_FLAGS = ((0o1000, "IPC_CREAT"), (0o2000, "IPC_EXCL"),
                 (0o4000, "SHM_HUGETLB"), (0o10000, "SHM_NORESERVE"))
ATTACH_FLAGS = ((0o10000, "SHM_RDONLY"), (0o20000, "SHM_RND"),
                (0o40000, "SHM_REMAP"), (0o100000, "SHM_EXEC"))
SEGMENT_COMMANDS = {0: "IPC_RMID", 1: "IPC_SET", 2: "IPC_STAT", 3: "IPC_INFO",
                    11: "SHM_LOCK", 12: "SHM_UNLOCK", 13: "SHM_STAT",
                    14: "SHM_INFO", 15: "SHM_STAT_ANY"}
SEMAPHORE_COMMANDS = {0: "IPC_RMID", 1: "IPC_SET", 2: "IPC_STAT", 3: "IPC_INFO",
                      11: "GETPID", 12: "GETVAL", 13: "GETALL", 14: "GETNCNT",
                      15: "GETZCNT", 16: "SETVAL", 17: "SETALL",
                      18: "SEM_STAT", 19: "SEM_INFO", 20: "SEM_STAT_ANY"}
OBJECT_FLAGS = ((0o1000, "IPC_CREAT"), (0o2000, "IPC_EXCL"),
                (0o4000, "IPC_NOWAIT"))
IPC_64 = 0x100
DUMPABLE = {0: "SUID_DUMP_DISABLE", 1: "SUID_DUMP_USER", 2: "SUID_DUMP_ROOT"}
# How many words an option of prctl has behind it, where they are not all four.
PRCTL_WORDS = {"PR_GET_DUMPABLE": 0, "PR_SET_DUMPABLE": 1, "PR_SET_NAME": 1,
               "PR_GET_KEEPCAPS": 0, "PR_SET_KEEPCAPS": 1, "PR_GET_SECCOMP": 0,
               "PR_GET_TIMERSLACK": 0}
NAME_MAX = 15  # of a thread


def made_with(flags, value, prefix):
    """VALUE of semget and its like: flags and permissions."""
    value &= 0xffffffff
    rest = value & ~0o777
    names = flags_in_order(flags, rest, prefix) if rest else ""
    return names.partition(" ")[0] + ("|" if rest else "") + \
        octal(value & 0o777)


def command(commands, value, prefix):
    """VALUE of semctl and its like."""
    value &= 0xffffffff
    name = commands.get(value & ~IPC_64)
    shown = name or f"{value & ~IPC_64:#x} /* {prefix}??? */"
    return f"IPC_64|{shown}" if value & IPC_64 else shown


class Ipc:
    """A method for each kind of argument, and `result_KIND` for results."""

    def show_family(self, value, _):
        value &= 0xffffffff
        return f"AF_{FAMILIES[value]}" if value < len(FAMILIES) \
            else f"{value:#x} /* AF_??? */"

    def show_sockettype(self, value, _):
        value &= 0xffffffff
        name = SOCKET_TYPES.get(value & SOCKET_TYPE_MASK)
        rest = value & ~SOCKET_TYPE_MASK if name else value
        flags = flags_in_order(SOCKET_FLAGS, rest, "SOCK_")
        return flags if name is None else f"{name}|{flags}" if rest else name

    def show_messageflags(self, value, _):
        return flags_of("MSG_", value & 0xffffffff)

    def show_shutdownhow(self, value, _):
        return name_of("SHUT_", signed(value))

    def show_socketlevel(self, value, _):
        return "SOL_SOCKET" if value == SOL_SOCKET else str(signed(value))

    def show_socketoption(self, value, place):
        return name_of("SO_", signed(value)) \
            if self.arguments[place - 1][1] == SOL_SOCKET \
            else str(signed(value))

    def show_ipckey(self, value, _):
        value &= 0xffffffff
        return f"{value:#x}" if value else "IPC_PRIVATE"

    def show_segmentflags(self, value, _):
        return made_with(SEGMENT_FLAGS, value, "SHM_")

    def show_semaphoreflags(self, value, _):
        return made_with(OBJECT_FLAGS, value, "IPC_")

    def show_attachflags(self, value, _):
        return flags_in_order(ATTACH_FLAGS, value & 0xffffffff, "SHM_")

    def show_segmentcommand(self, value, _):
        return command(SEGMENT_COMMANDS, value, "SHM_")

    def show_semaphorecommand(self, value, _):
        return command(SEMAPHORE_COMMANDS, value, "SEM_")

    def show_semaphoredata(self, value, _):
        return pointer(value)

    # Of prctl.
    def prctl_option(self):
        return name_of("PR_", signed(self.arguments[0][1]))

    def show_prctl_data(self, value, place):
        option = self.prctl_option()
        if PRCTL_WORDS.get(option, 1) == 0:
            return None
        if option == "PR_SET_DUMPABLE":
            return DUMPABLE.get(value, f"{value:#x} /* SUID_DUMP_??? */")
        if option == "PR_SET_NAME":
            return self.show_limited(value, NAME_MAX)
        return str(value) if option != "PR_GET_NAME" else pointer(value)

    def show_prctl_rest(self, value, _):
        return str(value) if self.prctl_option() not in PRCTL_WORDS else None

    def result_prctl(self, value):
        if self.prctl_option() == "PR_GET_DUMPABLE":
            return f"{value} ({DUMPABLE[value]})"
        return str(value)
