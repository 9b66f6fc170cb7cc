"""Sets of addresses, as ranges [start, end)."""

import bisect


class Ranges:
    """Those that touch are one. TOTAL is how many addresses there are."""

    def __init__(self, other=None):
        self.starts = [] if other is None else list(other.starts)
        self.ends = [] if other is None else list(other.ends)
        self.total = 0 if other is None else other.total

    def add(self, start, end):
        if start >= end:
            return
        first = bisect.bisect_left(self.ends, start)
        last = bisect.bisect_right(self.starts, end)
        if first < last:
            start = min(start, self.starts[first])
            end = max(end, self.ends[last - 1])
        self.replace(first, last, [(start, end)])

    def remove(self, start, end):
        if start >= end:
            return
        first = bisect.bisect_right(self.ends, start)
        last = bisect.bisect_left(self.starts, end)
        if first < last:
            left = (self.starts[first], start)
            right = (end, self.ends[last - 1])
            self.replace(first, last, [part for part in (left, right)
                                       if part[0] < part[1]])

    def replace(self, first, last, parts):
        self.total -= sum(self.ends[first:last]) - sum(self.starts[first:last])
        self.total += sum(end - start for start, end in parts)
        self.starts[first:last] = [start for start, _ in parts]
        self.ends[first:last] = [end for _, end in parts]

    def within(self, start, end):
        """The parts that lie in [start, end)."""
        if start >= end:
            return []
        first = bisect.bisect_right(self.ends, start)
        last = bisect.bisect_left(self.starts, end)
        return [(max(start, self.starts[at]), min(end, self.ends[at]))
                for at in range(first, last)]

    def count(self, start, end):
        return sum(stop - begin for begin, stop in self.within(start, end))

    def all(self):
        return list(zip(self.starts, self.ends))
