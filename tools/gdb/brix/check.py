"""check memory: every rule that the kernel's own validate functions know, and
whether areas, page tables and byte map agree. Reads, never calls."""

import gdb

from brix import byte_map, check_areas, check_byte_map, kernel, page_table
from brix import processes, style
from brix.constants import constant

SHOWN_MAX = 20


class CheckPrefix(gdb.Command):
    """Check the kernel's data structures."""

    def __init__(self):
        super().__init__("check", gdb.COMMAND_DATA, prefix=True)


CheckPrefix()


def is_allocated(now, physical):
    """Is the memory at PHYSICAL handed out, whole or as a frame?"""
    page = byte_map.page_of(physical)
    if page >= now.page_count:
        return False
    if not now.is_split(page):
        return now.state[page] & constant("BYTE_MAP_USED") != 0
    number = physical // constant("FRAME_SIZE") % byte_map.frame_count()
    return now.frame_words(page)[number // 64] >> number % 64 & 1 == 0


def is_shared(root, address):
    """Does the leaf of ADDRESS, or the entry above it, say that others see the
    memory, too?"""
    return any(step.value & constant("PTE_SHARED")
               for step in page_table.walk(root, address))


def check_leaves(now, process, owners):
    """What a process has touched lies in its areas and is its own. OWNERS
    collects who has what, of all processes."""
    pid = int(process["pid"])
    spans = [(int(area["start"]), int(area["end"]))
             for area in processes.areas(process)]
    root = processes.root_of(process)
    for address, level, entry in page_table.user_leaves(root):
        where = f"0x{address:x} of process {pid}"
        if not any(start <= address < end for start, end in spans):
            yield "a mapped page lies in an area", where
        target = page_table.target_of(entry, level)
        if entry & constant("PTE_BORROWED"):
            continue
        if not is_allocated(now, target):
            yield "a mapped page is allocated", f"{where}, 0x{target:x}"
        if target in owners and not is_shared(root, address):
            yield ("memory belongs to one page",
                   f"0x{target:x}: {where} and {owners[target]}")
        owners[target] = where


def check_tables(now, process):
    for _, table, _ in page_table.tables(processes.root_of(process), 0,
                                         constant("PT_ENTRIES") // 2):
        if not is_allocated(now, table):
            yield ("a page table is allocated",
                   f"0x{table:x} of process {int(process['pid'])}")


def check_process(now, process, owners):
    for rule, where in check_areas.check(process["aspace"]["areas"]):
        yield rule, f"{where} of process {int(process['pid'])}"
    yield from check_leaves(now, process, owners)
    yield from check_tables(now, process)


def report(what, broken):
    broken = list(broken)
    print(f"{what}: {'sound' if not broken else 'BROKEN'}")
    for rule, where in broken[:SHOWN_MAX]:
        print(style.painted(f"  rule: {rule}; at: {where}", "31"))
    if len(broken) > SHOWN_MAX:
        print(f"  and {len(broken) - SHOWN_MAX} more")
    return len(broken)


def has_memory_of_its_own(process, seen):
    """Not a zombie, and not one on loan from a process that was SEEN."""
    root = processes.root_of(process)
    is_new = root is not None and root not in seen
    seen.add(root)
    return is_new


@kernel.register
class CheckMemory(kernel.Command):
    """Check byte map, frames, areas and page tables against all their rules.
Usage: check memory"""

    name = "check memory"

    def run(self, arguments):
        now = byte_map.ByteMap()
        if now.is_changing():
            print("A lock of the byte map is taken: the kernel is in the midst "
                  "of a change, rules may be broken for the moment.")
        count = report("Byte map and frames", check_byte_map.check(now))
        owners, seen = {}, set()
        for process in processes.processes():
            if has_memory_of_its_own(process, seen):
                name = (f"Process {int(process['pid'])} "
                        f"({processes.name_of(process)})")
                count += report(name, check_process(now, process, owners))
        print(f"{style.plural(count, 'broken rule')}." if count
              else "All rules hold.")
