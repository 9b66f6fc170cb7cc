"""Which memory an address of a command means.

One rule for all of them: an address is the current program's, or with PID that
process', or by its range the kernel's; physical is what -physical says is."""

import collections

import gdb

from brix import byte_map, kernel, page_table, processes, walk
from brix.constants import constant

PHYSICAL = "-physical"
USAGE = f"ADDRESS [PID] | {PHYSICAL} ADDRESS"
# `process` is None for the kernel's and for physical addresses, `physical` where
# nothing is mapped.
Place = collections.namedtuple("Place", "virtual process physical")


def is_kernel(address):
    return address >= constant("DIRECT_MAP_BASE")


def whose(place):
    if place.process is None:
        return "the kernel"
    return (f"process {int(place.process['pid'])} "
            f"({processes.name_of(place.process)})")


def why_unmapped(place):
    """A sentence about a virtual address that leads to no memory."""
    subject = f"Nothing is mapped at 0x{place.virtual:x} of {whose(place)}"
    if place.process is None:
        return f"{subject}."
    if processes.root_of(place.process) is None:
        return f"{subject}: it has ended and has no memory."
    if processes.area_at(place.process, place.virtual) is not None:
        return f"{subject}: it is in an area, but has not been touched yet."
    hint = ""
    if place.virtual < byte_map.ByteMap().end():
        hint = f" For physical memory say {PHYSICAL} 0x{place.virtual:x}."
    return f"{subject}: no area is there.{hint}"


def find_virtual(address, pid):
    """The Place of a virtual ADDRESS; PID is a list of one or no words."""
    page_table.check_canonical(address)
    process = None if is_kernel(address) else processes.chosen(pid)
    root = walk.root_in_use() if process is None \
        else processes.root_of(process)
    physical = None if root is None else page_table.translate(root, address)
    return Place(address, process, physical)


def parse(command, arguments):
    """The Place that the ARGUMENTS of COMMAND mean."""
    words = [word for word in arguments if word != PHYSICAL]
    is_physical = len(words) < len(arguments)
    if not 1 <= len(words) <= (1 if is_physical else 2):
        raise gdb.GdbError(f"{command} {USAGE}")
    address = kernel.number(words[0])
    if is_physical:
        return Place(None, None, address)
    return find_virtual(address, words[1:])
