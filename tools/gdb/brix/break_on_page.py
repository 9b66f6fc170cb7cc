"""break-on-page: stop when a page of memory is allocated or released.

The byte of the large page and the bit of the frame are watched, so that nobody
can change them unseen: the fast ways of the allocator, or a stray write."""

import gdb

from brix import byte_map, kernel, page_table, processes, walk
from brix.byte_map import ByteMap, look_of
from brix.constants import constant


class StateWatch(gdb.Breakpoint):
    """Stops when the byte of a large page changes."""

    def __init__(self, now, page):
        self.page = page
        self.state_address = int(now.value["state"]) + page
        self.before = now.state[page]
        super().__init__(f"*(unsigned char *) 0x{self.state_address:x}",
                         gdb.BP_WATCHPOINT, gdb.WP_WRITE)

    def stop(self):
        now = kernel.read(self.state_address, 1)[0]
        print(f"large page 0x{byte_map.address_of(self.page):x}: "
              f"{look_of(self.before)[2]} -> {look_of(now)[2]}")
        self.before = now
        return True


class FrameWatch(gdb.Breakpoint):
    """Stops when the bit of one frame of a split page changes. The bits of its
    neighbours are in the same word: those go on."""

    def __init__(self, now, physical):
        number = physical // constant("FRAME_SIZE")
        self.frame = number * constant("FRAME_SIZE")
        self.page = byte_map.page_of(physical)
        self.bit = number % 64
        first = now.frame_bits(0)
        self.word_address = first + number // 64 * kernel.WORD_SIZE
        self.before = self.is_free()
        super().__init__(f"*(unsigned long *) 0x{self.word_address:x}",
                         gdb.BP_WATCHPOINT, gdb.WP_WRITE)

    def is_free(self):
        return kernel.words(self.word_address, 1)[0] >> self.bit & 1 != 0

    def stop(self):
        before, self.before = self.before, self.is_free()
        if before == self.before or not ByteMap().is_split(self.page):
            return False
        print(f"frame 0x{self.frame:x}: "
              f"{'released' if self.before else 'allocated'}")
        return True


def find_physical(now, address, process_id):
    """What is mapped at ADDRESS; of no process and where there is such memory,
    ADDRESS itself."""
    end = byte_map.address_of(now.page_count)
    if address < end and not process_id:
        return address
    root = walk.root_in_use() if address >= constant("DIRECT_MAP_BASE") \
        else processes.root_of(processes.chosen(process_id))
    target = None if root is None else page_table.translate(root, address)
    if target is None or target >= end:
        raise gdb.GdbError(f"There is no memory at 0x{address:x}.")
    return target


@kernel.register
class BreakOnPage(kernel.Command):
    """Stop when the memory at an address is allocated or released.
Usage: break-on-page ADDRESS [PID]
ADDRESS is physical, or the kernel's, or, with PID or where there is no such
physical memory, one of a process. Sets two watchpoints, for its large page and
for its frame; `delete` them."""

    name = "break-on-page"
    category = gdb.COMMAND_BREAKPOINTS

    def run(self, arguments):
        if not 1 <= len(arguments) <= 2:
            raise gdb.GdbError("break-on-page ADDRESS [PID]")
        now = ByteMap()
        physical = find_physical(now, kernel.number(arguments[0]),
                                 arguments[1:])
        print(f"physical address 0x{physical:x}")
        StateWatch(now, byte_map.page_of(physical))
        FrameWatch(now, physical)
