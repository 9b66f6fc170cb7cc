"""Page tables, walked by the direct map."""

import collections

import gdb

from brix import kernel
from brix.constants import constant

# One entry on the way: `level` 4 to 1, the address of the entry and its value.
Step = collections.namedtuple("Step", "level address value")

FLAGS = (("PTE_PRESENT", "present"), ("PTE_WRITE", "write"),
         ("PTE_USER", "user"), ("PTE_PWT", "PWT"), ("PTE_PCD", "PCD"),
         ("PTE_ACCESSED", "accessed"), ("PTE_DIRTY", "dirty"),
         ("PTE_GLOBAL", "global"), ("PTE_BORROWED", "borrowed"),
         ("PTE_UNWRITTEN", "unwritten"), ("PTE_SHARED", "shared"),
         ("PTE_NX", "no-execute"))
NAMES = {4: "pml4", 3: "pdpt", 2: "pd", 1: "pt"}


def entry_span(level):
    """Bytes of address space behind one entry of a table of LEVEL."""
    return constant("PAGE_SIZE") << (9 * (level - 1))


def index_of(address, level):
    return (address // entry_span(level)) % constant("PT_ENTRIES")


def is_table(entry, level):
    """Does ENTRY lead on to another table?"""
    return (level > 1 and entry & constant("PTE_PRESENT") != 0
            and entry & constant("PTE_LARGE") == 0)


def is_leaf(entry, level):
    """Does ENTRY map memory? A leaf that nobody may touch (PROT_NONE) keeps
    its address and is not present."""
    return entry != 0 and not is_table(entry, level)


def table_of(entry):
    return entry & constant("PTE_ADDRESS")


def target_of(entry, level):
    """The physical address that a leaf maps."""
    return table_of(entry) & ~(entry_span(level) - 1)


def walk(root, address):
    """The entries for ADDRESS, from the root's to the leaf or the gap."""
    steps = []
    table = root
    for level in range(constant("PT_LEVELS"), 0, -1):
        at = kernel.physical(table) + index_of(address, level) * 8
        entry = kernel.words(at, 1)[0]
        steps.append(Step(level, at, entry))
        if not is_table(entry, level):
            break
        table = table_of(entry)
    return steps


def translate(root, address):
    """The physical address of ADDRESS, or None."""
    last = walk(root, address)[-1]
    if not is_leaf(last.value, last.level):
        return None
    offset = address % entry_span(last.level)
    return target_of(last.value, last.level) + offset


def canonical(address):
    """Bit 47 again in all bits above it."""
    sign = 1 << 47
    low = address & (1 << 48) - 1
    return (low ^ sign) - sign & (1 << 64) - 1


def check_canonical(address):
    if canonical(address) != address:
        raise gdb.GdbError(f"There is no address 0x{address:x} on x86-64: "
                           "bits 47 to 63 must be equal.")


def tables(root, first=0, end=None):
    """(level, physical address, first virtual address) of all tables below the
    entries [FIRST, END) of the pml4; the pml4 itself comes first."""
    entries = constant("PT_ENTRIES")
    waiting = [(constant("PT_LEVELS"), root, 0)]
    while waiting:
        level, table, start = waiting.pop()
        yield level, table, start
        if level == 1:
            continue
        is_root = level == constant("PT_LEVELS")
        for index, entry in enumerate(table_entries(table)):
            if is_root and not first <= index < (end or entries):
                continue
            if is_table(entry, level):
                below = start + index * entry_span(level)
                waiting.append((level - 1, table_of(entry), below))


def table_entries(table):
    return kernel.words(kernel.physical(table), constant("PT_ENTRIES"))


def leaves(root, first=0, end=None):
    """(virtual address, level, entry) of all leaves, as `tables`."""
    for level, table, start in tables(root, first, end):
        for index, entry in enumerate(table_entries(table)):
            if is_leaf(entry, level):
                address = start + index * entry_span(level)
                yield canonical(address), level, entry


def user_leaves(root):
    return leaves(root, 0, constant("PT_ENTRIES") // 2)


def describe(entry, level):
    """The flags of an entry in words."""
    words = [word for name, word in FLAGS if entry & constant(name)]
    if level > 1 and entry & constant("PTE_LARGE"):
        words.append("large")
    return " ".join(words) if entry else "empty"
