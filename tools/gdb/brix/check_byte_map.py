"""The rules of mm/byte_map_validate.c and mm/frame.c, by reading memory. Each
function yields the rules that are broken, in the kernel's words, and where."""

from brix import byte_map, kernel
from brix.byte_map import address_of
from brix.constants import constant

ALL_FREE = (1 << 64) - 1


def at(page):
    return f"large page 0x{address_of(page):x}"


class BitTree:
    """A copy of a struct bit_tree for numbers below LIMIT."""

    def __init__(self, value, limit):
        self.levels = []
        count = limit
        for level in kernel.elements(value["level"])[:int(value["height"])]:
            count = (count + 63) // 64
            self.levels.append(kernel.words(int(level), count))
        self.first_word = int(value["first_word"])

    def has(self, number):
        return self.levels[0][number // 64] >> number % 64 & 1 != 0

    def is_valid(self):
        if any(self.levels[0][:self.first_word]):
            return False
        return all(above[word // 64] >> word % 64 & 1 == (below[word] != 0)
                   for below, above in zip(self.levels, self.levels[1:])
                   for word in range(len(below)))


def check_index(now, free):
    free_count = 0
    for page, state in enumerate(now.state):
        is_free = state == constant("BYTE_MAP_FREE")
        free_count += is_free
        if free.has(now.place_of(page)) != is_free:
            yield "a page is in the index where its byte says free", at(page)
    if free_count != int(now.value["free_count"]):
        yield ("the free count is the number of free bytes",
               f"{int(now.value['free_count'])}, not {free_count}")


def check_runs(now, free):
    """Each bound is at least the longest run that it bounds."""
    runs = now.value["runs"]
    block_size = constant("FREE_RUNS_BLOCK")
    blocks = kernel.halves(int(runs["block_bounds"]), int(runs["block_count"]))
    group_size = constant("FREE_RUNS_GROUP")
    groups = kernel.halves(int(runs["group_bounds"]),
                           -(-len(blocks) // group_size))
    run = 0
    for place in reversed(range(int(runs["place_count"]))):
        run = run + 1 if free.has(place) else 0
        block = place // block_size
        bound = blocks[block]
        if (run > int(runs["bound"]) or min(run, block_size) > bound
                or bound > groups[block // group_size]):
            yield ("a bound is at least the longest run that it bounds",
                   f"place {place}")
            return


def check_magazines(now):
    holders = {}
    for cpu, magazine in enumerate(now.magazines()):
        is_used = int(magazine["size"]) > 0 or cpu in now.frame_pages.values()
        if is_used and not now.value["magazines_hold"]:
            yield ("magazines are closed when nothing says that they hold",
                   f"CPU {cpu}")
        held = now.held(magazine)
        if len(held) > int(magazine["size"]):
            yield "a magazine holds as many pages as it may", f"CPU {cpu}"
        for page in held:
            if now.state[page] != constant("BYTE_MAP_HELD"):
                yield "a page in a magazine is held", at(page)
            if page in holders:
                yield "a held page is in one magazine", at(page)
            holders[page] = cpu
    for page, state in enumerate(now.state):
        if state == constant("BYTE_MAP_HELD") and page not in holders:
            yield "a held page is in one magazine", at(page)


def check_frames(now, split):
    for page, state in enumerate(now.state):
        is_indexed = split.has(now.place_of(page))
        has_free = bool(state & constant("BYTE_MAP_SPLIT"))
        if is_indexed != (has_free and page not in now.frame_pages):
            yield ("a split page is in the index or some CPU's frame page",
                   at(page))
        if not now.is_split(page):
            continue
        words = now.frame_words(page)
        is_empty, is_whole = not any(words), set(words) == {ALL_FREE}
        if is_indexed and (is_empty or is_whole):
            yield "a split page has 1 to 511 free frames", at(page)
        if state & constant("BYTE_MAP_SPLIT_FULL") and not is_empty:
            yield "a full split page has no free frame", at(page)


def check_states(now):
    for page, state in enumerate(now.state):
        bare = byte_map.without_owner(state)
        if bare & (bare - 1) != 0:
            yield "a page has one state", at(page)


def check(now):
    free = BitTree(now.value["free"], now.place_count)
    split = BitTree(now.value["split"], now.place_count)
    yield from check_index(now, free)
    if not free.is_valid() or not split.is_valid():
        yield ("a bit of the index is set where the word below is not 0",
               "byte_map.free or byte_map.split")
    yield from check_runs(now, free)
    yield from check_magazines(now)
    yield from check_states(now)
    yield from check_frames(now, split)
