"""What a program has asked for by calls: an address space as the calls of a
record make it. What was there when the program began, and shmat's memory, is not
in it."""

import dataclasses

from machine.ranges import Ranges

PAGE = 4096
LARGE_PAGE = 2 << 20
MAP_ANONYMOUS, MAP_HUGETLB = 0x20, 0x40000
MAP_LOCKED, MAP_POPULATE = 0x2000, 0x8000
MAP_HUGE_SHIFT, MAP_HUGE_MASK = 26, 63
MREMAP_DONTUNMAP = 4
MADV_POPULATE = {22, 23}
MLOCK_ONFAULT = 1
MCL_CURRENT, MCL_FUTURE = 1, 2


def rounded(size, unit=PAGE):
    return (size + unit - 1) // unit * unit


def unit_of(flags):
    """What mmap with FLAGS rounds a size up to."""
    if not flags & MAP_HUGETLB:
        return PAGE
    shift = flags >> MAP_HUGE_SHIFT & MAP_HUGE_MASK
    return 1 << shift if shift else LARGE_PAGE


@dataclasses.dataclass
class Memory:
    """A struct record_memory, in pages."""
    mapped: int = 0
    resident: int = 0
    large: int = 0

    def most(self, other):
        return Memory(max(self.mapped, other.mapped),
                      max(self.resident, other.resident),
                      max(self.large, other.large))


class Asked:
    """ASKED is exact to the byte, MAPPED is what pages make of it, ANONYMOUS the
    part of that which is no file's, and TOUCHED all that was ever given."""

    def __init__(self, parent=None):
        def of(name):
            return Ranges(getattr(parent, name) if parent else None)
        self.asked, self.mapped = of("asked"), of("mapped")
        self.anonymous, self.touched = of("anonymous"), of("touched")
        self.heap = parent.heap if parent else None  # [start, break)
        self.is_locked = False  # mlockall(MCL_FUTURE)
        self.now = parent.now if parent else Memory()
        self.peak = self.now
        self.asked_peak = self.asked.total
        self.rounded_peak = self.rounding()
        self.untouched = 0  # bytes that went away without a touch

    def rounding(self):
        return self.mapped.total - self.asked.total

    def left(self):
        """(bytes that are still mapped, those of them that nobody touched)."""
        return self.anonymous.total, self.untouched_in(self.anonymous.all())

    def untouched_in(self, parts):
        return sum(end - start - self.touched.count(start, end)
                   for start, end in parts)

    def look(self, memory):
        """What the kernel says that there is by now. Returns what is new."""
        new = Memory(memory.mapped - self.now.mapped,
                     memory.resident - self.now.resident,
                     memory.large - self.now.large)
        self.now, self.peak = memory, self.peak.most(memory)
        return new

    def touch(self, address, unit):
        start = address // unit * unit
        self.touched.add(start, start + unit)

    def give(self, start, end):
        """All at once, as far as it is there."""
        for part in self.anonymous.within(start, end):
            self.touched.add(*part)

    def add(self, start, size, end, is_anonymous):
        self.asked.add(start, start + size)
        self.mapped.add(start, end)
        if is_anonymous:
            self.anonymous.add(start, end)
            if self.is_locked:
                self.touched.add(start, end)
        self.asked_peak = max(self.asked_peak, self.asked.total)
        self.rounded_peak = max(self.rounded_peak, self.rounding())

    def remove(self, start, end):
        self.untouched += self.untouched_in(self.anonymous.within(start, end))
        self.forget(start, end)

    def forget(self, start, end):
        for ranges in (self.asked, self.mapped, self.anonymous, self.touched):
            ranges.remove(start, end)

    def mmap(self, start, size, flags):
        end = start + rounded(size, unit_of(flags))
        self.remove(start, end)
        self.add(start, size, end, flags & MAP_ANONYMOUS != 0)
        if flags & (MAP_POPULATE | MAP_LOCKED):
            self.give(start, end)

    def munmap(self, start, size):
        self.remove(start, start + rounded(size))

    def mremap(self, answer, start, old_size, size, flags):
        old_end, end = start + rounded(old_size), answer + rounded(size)
        is_anonymous = self.anonymous.count(start, start + PAGE) > 0
        if answer == start:
            self.remove(end, old_end)
            self.asked.remove(start, old_end)
        else:
            self.remove(answer, end)
            moved = self.touched.within(start, min(old_end, start + end - answer))
            for low, high in moved:
                self.touched.add(low - start + answer, high - start + answer)
            self.leave(start, old_end, start + end - answer, flags)
        self.add(answer, size, end, is_anonymous)

    def leave(self, start, old_end, kept_end, flags):
        """From [START, OLD_END) what lay before KEPT_END has moved on."""
        if flags & MREMAP_DONTUNMAP:
            self.touched.remove(start, old_end)
        else:
            self.remove(kept_end, old_end)
            self.forget(start, old_end)

    def brk(self, answer):
        if self.heap is None:
            self.heap = answer, answer
        start, old = self.heap
        self.heap = start, answer
        if answer < old:
            self.remove(rounded(answer), rounded(old))
            self.asked.remove(answer, old)
        elif answer > old:
            self.add(old, answer - old, rounded(answer), True)

    def lock(self, start, size):
        self.give(start // PAGE * PAGE, rounded(start + size))

    def lock_all(self, flags):
        self.is_locked = flags & MCL_FUTURE != 0
        if flags & MCL_CURRENT:
            for part in self.anonymous.all():
                self.touched.add(*part)

    def call(self, name, words, answer):
        """NAME with WORDS has answered ANSWER, which is no error."""
        if name in ("mmap", "mmap2"):
            self.mmap(answer, words[1], words[3])
        elif name == "munmap":
            self.munmap(*words[:2])
        elif name == "mremap":
            self.mremap(answer, *words[:4])
        elif name == "brk":
            self.brk(answer)
        elif name == "mlock" or name == "mlock2" and not (
                words[2] & MLOCK_ONFAULT):
            self.lock(*words[:2])
        elif name == "mlockall":
            self.lock_all(words[0])
        elif name == "madvise" and words[2] in MADV_POPULATE:
            self.give(words[0], words[0] + words[1])
