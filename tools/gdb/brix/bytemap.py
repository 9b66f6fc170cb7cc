"""info bytemap: the byte map, drawn."""

import collections

import gdb

from brix import address, byte_map, kernel, style
from brix.byte_map import ByteMap, address_of, look_of
from brix.constants import constant

ROW = 64        # pages: 128 MiB
CHANGED = "7"   # reverse video
CHANGES_MAX = 40
last_seen = None  # the bytes at the last call


def page_range(byte_map_now, arguments):
    """Pages [first, end) for the arguments -physical START [END]."""
    if not arguments:
        return 0, byte_map_now.page_count
    words = [word for word in arguments if word != address.PHYSICAL]
    if len(words) == len(arguments):
        raise gdb.GdbError("The byte map is of physical memory: "
                           f"info bytemap {address.PHYSICAL} START [END]. "
                           "`info page` finds a virtual address in it.")
    if not 1 <= len(words) <= 2:
        raise gdb.GdbError("info bytemap [-diff] [-physical START [END]]")
    start = kernel.number(words[0])
    end = start + 1 if len(words) == 1 else kernel.number(words[1])
    first = byte_map.page_of(start)
    last = byte_map.page_of(end - 1) + 1
    if first >= last or first >= byte_map_now.page_count:
        raise gdb.GdbError(f"The map ends at 0x"
                           f"{address_of(byte_map_now.page_count):x}.")
    return first, min(last, byte_map_now.page_count)


def draw_page(state, before):
    letter, colour, _ = look_of(state)
    if before is not None and before != state:
        colour = f"{colour};{CHANGED}" if colour else CHANGED
    return style.painted(letter, colour)


def draw(state, before, first, end):
    for row in range(first - first % ROW, end, ROW):
        pages = range(max(row, first), min(row + ROW, end))
        if before is not None and all(state[page] == before[page]
                                      for page in pages):
            continue
        indent = " " * (pages.start - row)
        cells = [draw_page(state[page], before and before[page])
                 for page in pages]
        print(f"0x{address_of(row):011x} |{indent}{''.join(cells)}|")


def tell_changes(now, before, first, end):
    changed = [page for page in range(first, end)
               if now.state[page] != before[page]]
    for page in changed[:CHANGES_MAX]:
        print(f"0x{address_of(page):011x}  {look_of(before[page])[2]} -> "
              f"{look_of(now.state[page])[2]}")
    if len(changed) > CHANGES_MAX:
        print(f"and {len(changed) - CHANGES_MAX} more")
    if not changed:
        print("No page has changed since the last info bytemap.")


def tell_legend(state):
    counts = collections.Counter(look_of(byte) for byte in state)
    for look in byte_map.legend() + [byte_map.BROKEN]:
        if counts[look] > 0:
            letter, colour, words = look
            print(f"  {style.painted(letter, colour)} {counts[look]:6} {words}")


@kernel.register
class InfoBytemap(kernel.Command):
    """Draw the byte map: one letter for each large page of 2 MiB.
Usage: info bytemap [-diff] [-physical START [END]]
With -diff only what has changed since
the last info bytemap."""

    name = "info bytemap"
    category = gdb.COMMAND_STATUS

    def run(self, arguments):
        global last_seen
        wants_change = "-diff" in arguments
        now = ByteMap()
        first, end = page_range(now, [a for a in arguments if a != "-diff"])
        before = last_seen if wants_change else None
        if wants_change and (before is None or len(before) != now.page_count):
            raise gdb.GdbError("Nothing to compare with: info bytemap first.")
        last_seen = now.state
        draw(now.state, before, first, end)
        if wants_change:
            tell_changes(now, before, first, end)
            return
        size = style.size(constant("LARGE_PAGE_SIZE"))
        print(f"{end - first} large pages of {size}:")
        tell_legend(now.state[first:end])
