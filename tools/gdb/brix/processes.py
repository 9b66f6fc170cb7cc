"""Processes and their areas."""

import gdb

from brix import kernel, page_table, style
from brix.constants import MASK_64, constant

STATE_PREFIX = "THREAD_"


def cpus():
    return kernel.elements(kernel.variable("percpus", "kernel/x86/gdt.c"))


def current_cpu():
    """The struct percpu of the CPU that gdb looks at: GS leads to it, or did
    before the program's took its place. A core file tells no GS base."""
    frame = gdb.newest_frame()
    bases = set()
    for name in ("gs_base", "k_gs_base"):
        try:
            bases.add(int(frame.read_register(name)) & MASK_64)
        except (ValueError, gdb.error):
            pass
    known = cpus()
    for cpu in known:
        if int(cpu.address) in bases:
            return cpu
    return known[0]


def current():
    """The process that runs, as a pointer, which may be null."""
    thread = current_cpu()["thread"]
    null = gdb.Value(0).cast(gdb.lookup_type("struct process").pointer())
    return thread["process"] if int(thread) else null


def processes():
    """All of them, as values."""
    return list(kernel.listed(kernel.variable("all", "kernel/process/process.c"),
                              "struct process", "all"))


def find(pid):
    for process in processes():
        if int(process["pid"]) == pid:
            return process
    raise gdb.GdbError(f"There is no process {pid}.")


def chosen(arguments):
    """The process that the argument names, else the one that runs."""
    if arguments:
        return find(kernel.number(arguments[0]))
    pointer = current()
    if int(pointer) == 0:
        raise gdb.GdbError("No process runs yet: give a process id.")
    return pointer.dereference()


def name_of(process):
    return process["leader"]["name"].string(errors="replace")


def root_of(process):
    """The physical address of its page table, or None."""
    if int(process["aspace"]) == 0:
        return None
    return int(process["aspace"]["root"])


def areas(process):
    if int(process["aspace"]) == 0:
        return []
    return list(kernel.linked(process["aspace"]["areas"]["first"]))


def area_at(process, address):
    for area in areas(process):
        if int(area["start"]) <= address < int(area["end"]):
            return area
    return None


def state_of(process):
    if process.address == current():
        return "running"
    if process["is_zombie"]:
        return "zombie"
    return str(process["leader"]["state"]).removeprefix(STATE_PREFIX).lower()


def rights(area):
    flags = int(area["flags"])
    letters = [letter if flags & constant(name) else "-" for letter, name
               in (("r", "AREA_READ"), ("w", "AREA_WRITE"), ("x", "AREA_EXEC"))]
    shared = flags & constant("AREA_MAY_SHARE")
    return "".join(letters) + ("s" if shared else "p")


def name_text(name):
    """The text of a struct name, which is not zero-ended."""
    return name["text"].string(length=int(name["size"]), errors="replace")


def file_name(file):
    """The last name of a struct file, or what Linux shows of one outside the
    tree."""
    name = file["name"]
    return name_text(name) if int(name) else \
        file["inode"]["label"].string(errors="replace")


def label(process, area):
    """What /proc/PID/maps writes behind an area."""
    aspace = process["aspace"]
    start, end = int(area["start"]), int(area["end"])
    if int(area["file"]) != 0:
        return file_name(area["file"])
    if start <= int(aspace["brk"]) and end >= int(aspace["brk_start"]) \
            and int(aspace["brk"]) > int(aspace["brk_start"]):
        return "[heap]"
    if start <= int(aspace["stack_start"]) < end:
        return "[stack]"
    return ""


def resident(process):
    """(address, size) of what has been touched."""
    return [(address, page_table.entry_span(level)) for address, level, _
            in page_table.user_leaves(root_of(process))]


@kernel.register
class InfoProcs(kernel.Command):
    """List the processes.
Usage: info procs"""

    name = "info procs"
    category = gdb.COMMAND_STATUS

    def run(self, arguments):
        print("   PID PARENT STATE       AREAS RESIDENT  PAGE TABLE  NAME")
        for process in processes():
            parent = process["parent"]
            has_memory = int(process["aspace"]) != 0
            aspace = process["aspace"]
            count = int(aspace["areas"]["count"]) if has_memory else 0
            pages = int(aspace["resident_pages"]) if has_memory else 0
            root = f"0x{root_of(process):x}" if has_memory else "none"
            print(f"{int(process['pid']):6} "
                  f"{int(parent['pid']) if int(parent) else 0:6} "
                  f"{state_of(process):11} {count:5} "
                  f"{style.size(pages * constant('PAGE_SIZE')):>8} "
                  f"{root:>11}  {name_of(process)}"
                  f"{' (32-bit)' if process['is_32'] else ''}")


@kernel.register
class InfoAreas(kernel.Command):
    """Show the areas of an address space, with what is in memory of each.
Usage: info areas [PID]"""

    name = "info areas"
    category = gdb.COMMAND_STATUS

    def run(self, arguments):
        process = chosen(arguments)
        print(f"Process {int(process['pid'])} ({name_of(process)}):")
        if int(process["aspace"]) == 0:
            print("  it has no memory: it has ended")
            return
        leaves = resident(process)
        print("  START              END                RIGHTS     SIZE "
              "   THERE")
        for area in areas(process):
            start, end = int(area["start"]), int(area["end"])
            there = sum(span for address, span in leaves
                        if start <= address < end)
            line = (f"  0x{start:016x} 0x{end:016x} {rights(area)} "
                    f"{style.size(end - start):>8} {style.size(there):>8}  "
                    f"{label(process, area)}")
            print(line.rstrip())


class Current(gdb.Function):
    """$current(): the process that runs, a struct process *. $current(PID): the
process with that id."""

    def __init__(self):
        super().__init__("current")

    def invoke(self, pid=None):
        return current() if pid is None else find(int(pid)).address


Current()
