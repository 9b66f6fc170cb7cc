"""info frames: what is split into frames, and what the CPUs have at hand."""

import gdb

from brix import byte_map, kernel, style
from brix.byte_map import ByteMap, address_of


def tell_split(now, page):
    owner = byte_map.owner_of(now.state[page])[2]
    cpu = now.frame_pages.get(page)
    whose = "" if cpu is None else f", CPU {cpu} takes frames here"
    print(f"  0x{address_of(page):011x}  {now.free_frames(page):3} of "
          f"{byte_map.frame_count()} free, first split for {owner}{whose}")


def tell_magazine(now, cpu, magazine):
    held = now.held(magazine)
    if int(magazine["size"]) == 0 and not held:
        return
    pages = " ".join(f"0x{address_of(page):x}" for page in held)
    print(f"  CPU {cpu}: {style.plural(len(held), 'page')} {pages}".rstrip())


@kernel.register
class InfoFrames(kernel.Command):
    """Show the split large pages with their free frames, and the magazines.
Usage: info frames"""

    name = "info frames"
    category = gdb.COMMAND_STATUS

    def run(self, arguments):
        now = ByteMap()
        split = [page for page in range(now.page_count) if now.is_split(page)]
        free = sum(now.free_frames(page) for page in split)
        held = sum(len(now.held(magazine)) for magazine in now.magazines())
        print(f"Large pages: {now.page_count} in the map, "
              f"{int(now.value['free_count'])} free in it, {held} in "
              f"magazines, {len(split)} split.")
        print(f"Frames: {free} of {len(split) * byte_map.frame_count()} free.")
        print("Split, from the top:")
        for page in reversed(split):
            tell_split(now, page)
        print("Magazines:")
        for cpu, magazine in enumerate(now.magazines()):
            tell_magazine(now, cpu, magazine)
