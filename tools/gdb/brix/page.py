"""info page: who owns this memory?"""

import gdb

from brix import address, byte_map, kernel, page_table, processes, walk
from brix.byte_map import ByteMap, look_of
from brix.constants import constant

RANGE_NAMES = (("MEMORY_KERNEL", "the kernel's own"),
               ("MEMORY_MODULE", "a module of the loader (the initrd)"),
               ("MEMORY_LOADER", "the loader's tables"))


def frame_of(physical):
    return physical & ~(constant("FRAME_SIZE") - 1)


def tell_byte_map(now, physical):
    """State, owner, tag and frame bit."""
    page = byte_map.page_of(physical)
    if page >= now.page_count:
        print(f"  past the end of the byte map: 0x"
              f"{byte_map.address_of(now.page_count):x}")
        return
    state = now.state[page]
    print(f"  large page 0x{byte_map.address_of(page):x}: "
          f"{look_of(state)[2]}, byte 0x{state:02x}")
    if state & constant("BYTE_MAP_USED") and now.tags[page]:
        print(f"  allocated for process {now.tags[page]}")
    if now.is_split(page):
        number = physical // constant("FRAME_SIZE") % byte_map.frame_count()
        word = now.frame_words(page)[number // 64]
        is_free = word >> number % 64 & 1
        print(f"  frame {number} of it: {'free' if is_free else 'allocated'}")


def boot_ranges(physical):
    """What boot said of the address, where that was more than RAM."""
    info = kernel.variable("boot_info", "kernel/main.c")
    for entry in kernel.elements(info["ranges"])[:int(info["range_count"])]:
        if not int(entry["start"]) <= physical < int(entry["end"]):
            continue
        for name, words in RANGE_NAMES:
            if int(entry["type"]) == constant(name):
                yield f"{words}: 0x{int(entry['start']):x} to " \
                      f"0x{int(entry['end']):x}, as boot said"


def kernel_objects(frame):
    """Structures of the kernel's that lie in FRAME."""
    for process in processes.processes():
        pid = int(process["pid"])
        leader = process["leader"]
        for pointer, words in ((process.address, "struct process"),
                               (leader, "struct thread"),
                               (leader["cpu"]["fpu"], "FPU state")):
            if frame_of(int(pointer)) == kernel.physical(frame):
                yield f"{words} of process {pid}"
        nodes = [area for area in processes.areas(process)
                 if frame_of(int(area.address)) == kernel.physical(frame)]
        if nodes:
            yield f"{len(nodes)} areas of process {pid} (struct vma)"


def page_table_uses(process, physical):
    """Where PROCESS maps the address, and which of its tables lies there."""
    root, pid = processes.root_of(process), int(process["pid"])
    for level, table, start in page_table.tables(
            root, 0, constant("PT_ENTRIES") // 2):
        if table == frame_of(physical):
            yield (f"{page_table.NAMES[level]} of process {pid}, for addresses "
                   f"from 0x{start:x}")
    for start, level, entry in page_table.user_leaves(root):
        target = page_table.target_of(entry, level)
        if target <= physical < target + page_table.entry_span(level):
            virtual = start + physical - target
            area = processes.area_at(process, virtual)
            where = "no area!" if area is None else (
                f"area 0x{int(area['start']):x} {processes.rights(area)} "
                f"{processes.label(process, area)}".rstrip())
            borrowed = " (shared, not its own)" \
                if entry & constant("PTE_BORROWED") else ""
            yield (f"mapped by process {pid} ({processes.name_of(process)}) at "
                   f"0x{virtual:x}{borrowed}, {where}")


def kernel_leaves(physical):
    """Where the kernel maps it beside the direct map: image, stacks, devices.
    """
    half = constant("PT_ENTRIES") // 2
    direct = page_table.index_of(constant("DIRECT_MAP_BASE"), 4)
    devices = page_table.index_of(constant("DEVICE_MAP_BASE"), 4)
    root = walk.root_in_use()
    assert direct == half, "the direct map begins the kernel's half"
    for start, level, entry in page_table.leaves(
            root, devices, constant("PT_ENTRIES")):
        target = page_table.target_of(entry, level)
        if target <= physical < target + page_table.entry_span(level):
            yield start + physical - target


def tell_users(physical):
    users = list(boot_ranges(physical))
    users += kernel_objects(frame_of(physical))
    for process in processes.processes():
        if processes.root_of(process) is not None:
            users += page_table_uses(process, physical)
    users += [f"mapped by the kernel at 0x{virtual:x}, {kernel_place(virtual)}"
              for virtual in kernel_leaves(physical)]
    for user in users:
        print(f"  {user}")
    if not users:
        print("  no area, page table or list of the kernel's leads here")


def stack_owner(virtual):
    for process in processes.processes():
        end = int(process["leader"]["stack_end"])
        if end - constant("KERNEL_STACK_SIZE") <= virtual < end:
            return f"kernel stack of process {int(process['pid'])}"
    return "a kernel stack that nobody has"


def kernel_place(virtual):
    """What the kernel has at VIRTUAL: mm/layout.h as code."""
    if virtual >= constant("KERNEL_BASE"):
        symbol = gdb.execute(f"info symbol {virtual}", to_string=True)
        is_known = not symbol.startswith("No symbol")
        return symbol.strip() if is_known else "the kernel's image"
    if virtual >= constant("KERNEL_STACKS_BASE"):
        return stack_owner(virtual)
    if virtual >= constant("DEVICE_MAP_BASE"):
        return "device memory"
    return "the direct map"


def tell_physical(physical):
    print(f"Physical address 0x{physical:x}:")
    tell_byte_map(ByteMap(), physical)
    tell_users(physical)


def tell_virtual(place):
    if place.physical is None:
        print(address.why_unmapped(place))
        return
    print(f"Virtual address 0x{place.virtual:x} of {address.whose(place)}:")
    if place.process is None:
        print(f"  in {kernel_place(place.virtual)}")
    tell_physical(place.physical)


@kernel.register
class InfoPage(kernel.Command):
    """Tell who owns the memory at an address.
Usage: info page ADDRESS [PID]
       info page -physical ADDRESS
ADDRESS is the current program's, with PID that process', or by its range the
kernel's."""

    name = "info page"
    category = gdb.COMMAND_STATUS

    def run(self, arguments):
        place = address.parse(self.name, arguments)
        if place.virtual is None:
            tell_physical(place.physical)
        else:
            tell_virtual(place)
