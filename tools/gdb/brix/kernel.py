"""The kernel's memory and variables, and what all commands share."""

import struct

import gdb

from brix.constants import constant

WORD_SIZE = 8
NAMES_A_PLACE = (gdb.TYPE_CODE_FUNC, gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_ARRAY)
CR0_PG = 1 << 31  # SDM vol. 3A, 2.5


def read(address, size):
    """SIZE bytes at the virtual ADDRESS."""
    if size == 0:
        return b""
    return bytes(gdb.selected_inferior().read_memory(address, size))


def words(address, count):
    """COUNT numbers of 64 bits at ADDRESS."""
    return struct.unpack(f"<{count}Q", read(address, count * WORD_SIZE))


def halves(address, count):
    """COUNT numbers of 16 bits at ADDRESS."""
    return struct.unpack(f"<{count}H", read(address, count * 2))


def physical(address):
    """The kernel's view of RAM at the physical ADDRESS."""
    return constant("DIRECT_MAP_BASE") + address


def variable(name, file=None):
    """The kernel's variable NAME, of FILE if it is static. There may be
    another of that name in a program."""
    return gdb.parse_and_eval(name if file is None else f"'{file}'::{name}")


def symbol_address(name):
    """Where linker.ld or an assembly file has put NAME."""
    return int(gdb.parse_and_eval(f"(unsigned long)&{name}"))


def pointer_to(type_name, address):
    return gdb.Value(address).cast(gdb.lookup_type(type_name).pointer())


def struct_at(type_name, address):
    """The TYPE_NAME at ADDRESS, read when it is looked at."""
    return pointer_to(type_name, address).dereference()


def elements(array):
    """The elements of an array of C."""
    low, high = array.type.range()
    return [array[index] for index in range(low, high + 1)]


def linked(first, link="next", end=0, limit=100000):
    """What a list holds, up to the address END. A list that does not end is
    broken."""
    node = first
    for _ in range(limit):
        if int(node) == end:
            return
        yield node.dereference()
        node = node.dereference()[link]
    raise gdb.GdbError(f"a list does not end after {limit} elements")


def listed(head, kind, member):
    """What a struct list holds: structures KIND whose MEMBER it links."""
    structure = gdb.lookup_type(kind)
    offset = next(field.bitpos // 8 for field in structure.fields()
                  if field.name == member)
    for node in linked(head["next"], end=int(head.address)):
        yield struct_at(kind, int(node.address) - offset)


def number(text):
    """The value of an expression, as an unsigned number; of a function or a
    structure its address."""
    value = gdb.parse_and_eval(text)
    if value.type.strip_typedefs().code in NAMES_A_PLACE:
        value = value.address
    return int(value) & ((1 << 64) - 1)


def why_unreadable():
    """What to tell when the kernel's memory cannot be read."""
    try:
        cr0 = int(gdb.newest_frame().read_register("cr0"))
    except (ValueError, gdb.error):
        return "(Of a core file: was it made by dump-machine?)"
    if cr0 & CR0_PG == 0:
        return "Paging is off: go on to kmain first."
    return ""


class Command(gdb.Command):
    """A command: `name`, the class' own text as its help, and run(arguments).
    What goes wrong is one line for the user, whatever the target. `commands`
    is what `help brix` lists."""

    name = None
    category = gdb.COMMAND_DATA
    completion = gdb.COMPLETE_NONE
    commands = []

    def __init__(self):
        super().__init__(self.name, self.category, self.completion)
        self.commands.append(self)

    def invoke(self, text, from_tty):
        self.dont_repeat()
        try:
            self.run(gdb.string_to_argv(text))
        except gdb.MemoryError as error:
            raise gdb.GdbError(f"{self.name}: {error}. {why_unreadable()}")


def register(command):
    """Class decorator: makes gdb know the command."""
    command()
    return command
