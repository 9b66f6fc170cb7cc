"""The byte map as it is at one moment: a copy that commands look at."""

import gdb

from brix import kernel
from brix.constants import constant


def frame_count():
    """Frames of a large page."""
    return constant("FRAMES_PER_LARGE_PAGE")


class ByteMap:
    """`state` is the bytes, `tags` the process ids. Frames are read when they
    are asked for."""

    def __init__(self):
        self.value = kernel.variable("byte_map")
        self.page_count = int(self.value["page_count"])
        if self.page_count == 0:
            raise gdb.GdbError("The byte map is not laid out yet: "
                               "byte_map_init has not run.")
        self.place_count = int(self.value["place_count"])
        self.state = kernel.read(int(self.value["state"]), self.page_count)
        self.tags = kernel.halves(int(self.value["tags"]), self.page_count)
        self.frame_pages = {
            int(magazine["frame_page"]): cpu for cpu, magazine
            in enumerate(self.magazines())
            if int(magazine["frame_page"]) != constant("NO_PAGE")}

    def magazines(self):
        return kernel.elements(self.value["magazines"])

    def held(self, magazine):
        """The pages in MAGAZINE. While it is locked, what it held when
        byte_map_lock_all locked it."""
        count = int(magazine["count"])
        if count == constant("MAGAZINE_LOCKED"):
            count = int(magazine["locked_count"])
        pages = kernel.elements(magazine["pages"])
        return [int(page) for page in pages[:count]]

    def end(self):
        """The physical address behind all memory."""
        return address_of(self.page_count)

    def is_changing(self):
        """Is a lock taken? Then the kernel is in the midst of a change."""
        locked = constant("MAGAZINE_LOCKED")
        return int(self.value["lock"]["held"]) != 0 or any(
            int(magazine["count"]) == locked for magazine in self.magazines())

    def frame_bits(self, page):
        """Address of the 64 bytes of PAGE's bits."""
        return int(self.value["frames"] + page)

    def frame_words(self, page):
        return kernel.words(self.frame_bits(page), frame_count() // 64)

    def free_frames(self, page):
        return sum(bin(word).count("1") for word in self.frame_words(page))

    def is_split(self, page):
        split = constant("BYTE_MAP_SPLIT") | constant("BYTE_MAP_SPLIT_FULL")
        return self.state[page] & split != 0

    def place_of(self, page):
        return self.place_count - 1 - page


def address_of(page):
    return page << constant("LARGE_PAGE_SHIFT")


def page_of(address):
    return address >> constant("LARGE_PAGE_SHIFT")


def without_owner(state):
    return state & ~constant("BYTE_MAP_OWNER_MASK")


# Of each state: its letter on the map, its colour, and its words.
STATES = {
    "BYTE_MAP_HOLE": (" ", "", "hole (no RAM)"),
    "BYTE_MAP_FREE": (".", "32", "free"),
    "BYTE_MAP_HELD": ("h", "36", "held (free, in a CPU's magazine)"),
    "BYTE_MAP_SPLIT": ("s", "33", "split (frames, some free)"),
    "BYTE_MAP_SPLIT_FULL": ("S", "33;1", "split, no frame free"),
    "BYTE_MAP_RESERVED": ("R", "90", "reserved by firmware"),
}
OWNERS = {
    "BYTE_MAP_PROGRAM": ("P", "34;1", "program"),
    "BYTE_MAP_KERNEL": ("K", "31;1", "kernel"),
    "BYTE_MAP_PAGE_TABLES": ("T", "35;1", "page tables"),
}
BROKEN = ("?", "41", "no state that there is")


def owner_of(state):
    bits = state & constant("BYTE_MAP_OWNER_MASK")
    for field in gdb.lookup_type("enum byte_map_owner").fields():
        if field.enumval == bits:
            return OWNERS[field.name]
    return BROKEN


def look_of(state):
    """(letter, colour, words) of the byte STATE."""
    bare = without_owner(state)
    if bare == constant("BYTE_MAP_USED"):
        letter, colour, owner = owner_of(state)
        return letter, colour, f"used ({owner})"
    for name, look in STATES.items():
        if bare == constant(name):
            return look
    return BROKEN


def legend():
    looks = [(letter, colour, f"used ({words})")
             for letter, colour, words in OWNERS.values()]
    return looks + list(STATES.values())
