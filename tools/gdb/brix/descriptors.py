"""info gdt, info idt: the CPU's tables of segments and of gates, decoded."""

import collections
import itertools

import gdb

from brix import kernel, page
from brix.constants import constant

WORD = 8
# Types of system segments (SDM vol. 3A, table 3-2), and bits of others.
SYSTEM_TYPES = {0x2: "LDT", 0x9: "TSS, available", 0xb: "TSS, busy"}
TYPE_CODE = 1 << 3
# Types of gates (SDM vol. 3A, table 3-2).
GATE_TYPES = {0xe: "interrupt", 0xf: "trap"}

Segment = collections.namedtuple(
    "Segment", "is_present is_system ring type base limit width")
# Of a gate all but its target.
Look = collections.namedtuple("Look", "name kind ring ist")


def bits(value, low, count):
    return value >> low & (1 << count) - 1


def decode(entry, next_entry):
    """A segment descriptor (SDM vol. 3A, 3.4.5), the next one with it, because
    a system segment takes two in long mode (7.2.3)."""
    is_system = bits(entry, 44, 1) == 0
    base = bits(entry, 16, 24) | bits(entry, 56, 8) << 24
    limit = bits(entry, 0, 16) | bits(entry, 48, 4) << 16
    if is_system:
        base |= bits(next_entry, 0, 32) << 32
    if bits(entry, 55, 1):
        limit = limit << 12 | 0xfff
    width = 64 if bits(entry, 53, 1) else 32 if bits(entry, 54, 1) else 16
    return Segment(bits(entry, 47, 1), is_system, bits(entry, 45, 2),
                   bits(entry, 40, 4), base, limit, width)


def enumerators(prefix, member):
    """Number to name, in small letters, of the enum that has MEMBER."""
    kind = gdb.lookup_static_symbol(member).type
    return {field.enumval: field.name.removeprefix(prefix).lower()
            .replace("_", " ") for field in kind.fields()}


def stack_names():
    """Number of an IST to its name."""
    return enumerators("IST_", "IST_NONE")


def kind_of(segment):
    if segment.is_system:
        return SYSTEM_TYPES.get(segment.type, f"system 0x{segment.type:x}")
    if segment.type & TYPE_CODE:
        return f"code, {segment.width}-bit"
    return "data"


def tell_task():
    """What the task state segment holds: the stacks."""
    task = kernel.variable("tss", "kernel/x86/gdt.c")
    names = stack_names()
    for ring, stack in enumerate(kernel.elements(task["rsp"])):
        if int(stack):
            print(f"         stack of ring {ring}: 0x{int(stack):x}, "
                  f"{page.kernel_place(int(stack) - 1)}")
    for number, stack in enumerate(kernel.elements(task["ist"]), 1):
        if int(stack):
            print(f"         IST {number}: 0x{int(stack):x}, "
                  f"{names.get(number, 'unknown')}")


def tell_segment(index, segment):
    selector = index * WORD + segment.ring
    print(f"  [{index:2}] 0x{selector:02x}  {kind_of(segment):14}  "
          f"ring {segment.ring}  base 0x{segment.base:x}  "
          f"limit 0x{segment.limit:x}")
    if kind_of(segment).startswith("TSS"):
        tell_task()


@kernel.register
class InfoGdt(kernel.Command):
    """Show the segments, and the stacks that the task state segment names.
Usage: info gdt"""

    name = "info gdt"
    category = gdb.COMMAND_STATUS

    def run(self, arguments):
        table = int(kernel.variable("gdt", "kernel/x86/gdt.c").address)
        entries = kernel.words(table, constant("GDT_ENTRIES")) + (0,)
        print(f"GDT at 0x{table:x}:")
        for index, (entry, after) in enumerate(itertools.pairwise(entries)):
            segment = decode(entry, after)
            if segment.is_present:
                tell_segment(index, segment)


def symbol_at(address):
    text = gdb.execute(f"info symbol {address}", to_string=True)
    return text.partition(" in section")[0].strip().replace(" ", "")


def vector_names():
    names = enumerators("VECTOR_", "VECTOR_DIVIDE")
    first, end = (next(vector for vector, name in names.items()
                       if name == wanted) for wanted in ("irq base", "irq end"))
    del names[end]
    return {**names, **dict.fromkeys(range(first, end), "IRQ")}


def gates():
    """(target, Look) of each vector (SDM vol. 3A, 6.14.1)."""
    table = kernel.variable("idt", "kernel/x86/idt.c")
    entries = kernel.words(int(table.address), table.type.sizeof // WORD)
    names = vector_names()
    for vector, low in enumerate(entries[::2]):
        target = bits(low, 0, 16) | bits(low, 48, 16) << 16 \
            | bits(entries[2 * vector + 1], 0, 32) << 32
        kind = GATE_TYPES.get(bits(low, 40, 4), "unknown")
        yield target, Look(names.get(vector, ""), kind, bits(low, 45, 2),
                           bits(low, 32, 3))


def tell_gates(first, targets, look, stacks):
    last = first + len(targets) - 1
    numbers = f"0x{first:02x}" + (f"-0x{last:02x}" if last > first else "")
    stack = f"IST {look.ist}, {stacks[look.ist]}" if look.ist \
        else "the kernel's"
    print(f"  {numbers:9}  {look.name:16} {look.kind:9} {look.ring:4}  "
          f"{stack:22} {symbol_at(targets[0])}")


@kernel.register
class InfoIdt(kernel.Command):
    """Show where each vector goes, from which ring, and on which stack.
Usage: info idt
Vectors in a row that differ in nothing but their stub are one line."""

    name = "info idt"
    category = gdb.COMMAND_STATUS

    def run(self, arguments):
        table = int(kernel.variable("idt", "kernel/x86/idt.c").address)
        stacks = stack_names()
        print(f"IDT at 0x{table:x}:")
        print("  VECTOR     NAME             GATE      RING  STACK"
              "                  TARGET")
        vector = 0
        for look, same in itertools.groupby(gates(), lambda gate: gate[1]):
            targets = [target for target, _ in same]
            tell_gates(vector, targets, look, stacks)
            vector += len(targets)
