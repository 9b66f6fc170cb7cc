"""pagewalk: from a virtual address to memory, level by level."""

import gdb

from brix import kernel, page_table, processes
from brix.page_table import NAMES

CR3_ADDRESS = 0x000ffffffffff000  # SDM vol. 3A, table 4-12


def root_in_use():
    """The page table that the CPU uses. A core file has no CR3: there, that
    of the process that runs."""
    try:
        return int(gdb.newest_frame().read_register("cr3")) & CR3_ADDRESS
    except (ValueError, gdb.error):
        return processes.root_of(processes.chosen([]))


def tell_walk(root, address):
    for step in page_table.walk(root, address):
        print(f"  {NAMES[step.level]:5}"
              f"[{page_table.index_of(address, step.level):3}] "
              f"0x{step.value:016x}  "
              f"{page_table.describe(step.value, step.level)}")
    target = page_table.translate(root, address)
    if target is None:
        print("  not mapped")
        return
    span = page_table.entry_span(page_table.walk(root, address)[-1].level)
    print(f"  physical address 0x{target:x}, in a page of {span >> 10} KiB")


@kernel.register
class Pagewalk(kernel.Command):
    """Show how the page tables map a virtual address.
Usage: pagewalk ADDRESS [PID]
Without PID the page tables that the CPU uses."""

    name = "pagewalk"

    def run(self, arguments):
        if not 1 <= len(arguments) <= 2:
            raise gdb.GdbError("pagewalk ADDRESS [PID]")
        address = kernel.number(arguments[0])
        root = root_in_use()
        if len(arguments) == 2:
            root = processes.root_of(processes.chosen(arguments[1:]))
        if root is None:
            raise gdb.GdbError("That process has ended: it has no memory.")
        page_table.check_canonical(address)
        print(f"0x{address:x} by the page tables at 0x{root:x}:")
        tell_walk(root, address)
