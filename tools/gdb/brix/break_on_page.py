"""break-on-page: stop when a page of memory is allocated or released.

The byte of the large page and the bit of the frame are watched, so that nobody
can change them unseen: the fast ways of the allocator, or a stray write."""

import gdb

from brix import address, byte_map, kernel
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


def find_physical(now, place):
    """The physical address of PLACE, which must be memory that the byte map
    knows."""
    if place.physical is None:
        raise gdb.GdbError(address.why_unmapped(place))
    if place.physical >= now.end():
        raise gdb.GdbError(f"There is no memory at the physical address "
                           f"0x{place.physical:x}: it ends at "
                           f"0x{now.end():x}.")
    return place.physical


@kernel.register
class BreakOnPage(kernel.Command):
    """Stop when the memory at an address is allocated or released.
Usage: break-on-page ADDRESS [PID]
       break-on-page -physical ADDRESS
ADDRESS is the current program's, with PID that process', or by its range the
kernel's. Sets two watchpoints, for its large page and for its frame; `delete`
them."""

    name = "break-on-page"
    category = gdb.COMMAND_BREAKPOINTS

    def run(self, arguments):
        place = address.parse(self.name, arguments)
        now = ByteMap()
        physical = find_physical(now, place)
        print(f"physical address 0x{physical:x}")
        StateWatch(now, byte_map.page_of(physical))
        FrameWatch(now, physical)
