"""What tools/run --summary makes of calls: sets of addresses, and address spaces
made of them."""

import random

import pytest
from machine.asked import PAGE, Asked, Memory
from machine.ranges import Ranges

ADDRESSES, STEPS = 40, 40
BASE = 1 << 30
ANONYMOUS, FILE, POPULATE, HUGE = 0x22, 0x2, 0x8022, 0x40022


def addresses(ranges):
    return {at for start, end in ranges.all() for at in range(start, end)}


@pytest.mark.parametrize("seed", range(100))
def test_ranges_are_sets(seed):
    draw, ranges, model = random.Random(seed), Ranges(), set()
    for _ in range(STEPS):
        start, end, low, high = (draw.randrange(ADDRESSES) for _ in range(4))
        if draw.random() < 0.5:
            ranges.add(start, end)
            model |= set(range(start, end))
        else:
            ranges.remove(start, end)
            model -= set(range(start, end))
        assert addresses(ranges) == model and ranges.total == len(model)
        assert all(end < start for end, start in zip(ranges.ends,
                                                     ranges.starts[1:]))
        assert ranges.count(low, high) == len(model & set(range(low, high)))


@pytest.fixture
def asked():
    """Three pages and a byte, anonymous, of which the second is touched."""
    space = Asked()
    space.mmap(BASE, 3 * PAGE + 1, ANONYMOUS)
    space.touch(BASE + PAGE + 5, PAGE)
    return space


def test_what_is_asked_is_not_rounded(asked):
    assert asked.asked.total == 3 * PAGE + 1
    assert asked.rounding() == PAGE - 1
    assert asked.left() == (4 * PAGE, 3 * PAGE)


def test_a_part_is_unmapped(asked):
    asked.munmap(BASE + 2 * PAGE, 1)
    assert asked.untouched == PAGE
    assert asked.left() == (3 * PAGE, 2 * PAGE)
    asked.munmap(BASE, 1 << 20)
    assert asked.untouched == 3 * PAGE
    assert asked.left() == (0, 0) and asked.rounding() == 0
    assert asked.rounded_peak == PAGE - 1


def test_what_comes_at_the_same_place_is_untouched(asked):
    asked.munmap(BASE, 4 * PAGE)
    asked.mmap(BASE, 4 * PAGE, ANONYMOUS)
    assert asked.left() == (4 * PAGE, 4 * PAGE)


def test_files_are_counted_apart(asked):
    asked.mmap(BASE, PAGE + 1, FILE)
    assert asked.left() == (2 * PAGE, 2 * PAGE)
    assert asked.mapped.total == 4 * PAGE


def test_what_is_given_at_once_is_touched():
    asked = Asked()
    asked.mmap(BASE, 2 * PAGE, POPULATE)
    asked.mmap(BASE + 2 * PAGE, 2 * PAGE, ANONYMOUS)
    assert asked.left() == (4 * PAGE, 2 * PAGE)
    asked.call("mlock", (BASE + 3 * PAGE - 1, 1), 0)
    assert asked.left() == (4 * PAGE, PAGE)
    asked.call("mlockall", (3,), 0)
    asked.mmap(BASE + 4 * PAGE, PAGE, ANONYMOUS)
    assert asked.left() == (5 * PAGE, 0)


def test_huge_pages_round_to_their_size():
    asked = Asked()
    asked.mmap(BASE, 1, HUGE)
    assert asked.rounding() == (2 << 20) - 1


@pytest.mark.parametrize("answer, old, new, left, untouched", [
    (BASE, 4, 2, (2, 1), 2),           # in place, shorter
    (BASE, 4, 6, (6, 5), 0),           # longer
    (BASE + (1 << 20), 4, 6, (6, 5), 0),  # elsewhere
    (BASE + (1 << 20), 4, 1, (1, 1), 2)])  # without what was touched
def test_mremap(asked, answer, old, new, left, untouched):
    asked.mremap(answer, BASE, old * PAGE, new * PAGE, 1)
    assert asked.left() == tuple(pages * PAGE for pages in left)
    assert asked.untouched == untouched * PAGE
    assert asked.asked.total == new * PAGE


def test_mremap_leaves_an_empty_place(asked):
    asked.mremap(BASE + (1 << 20), BASE, 4 * PAGE, 4 * PAGE, 5)
    assert asked.left() == (8 * PAGE, 7 * PAGE)


def test_the_break():
    asked = Asked()
    for answer in (BASE, BASE + 5 * PAGE + 8, BASE + 2 * PAGE + 1):
        asked.call("brk", (0,), answer)
    assert asked.asked.total == 2 * PAGE + 1
    assert asked.left() == (3 * PAGE, 3 * PAGE)
    assert asked.untouched == 3 * PAGE
    assert asked.asked_peak == 5 * PAGE + 8


def test_a_copy_is_apart(asked):
    child = Asked(asked)
    child.munmap(BASE, 4 * PAGE)
    assert child.left() == (0, 0) and child.untouched == 3 * PAGE
    assert asked.left() == (4 * PAGE, 3 * PAGE) and asked.untouched == 0


def test_the_most_of_each(asked):
    for memory in (Memory(9, 2, 1), Memory(3, 4, 0)):
        asked.look(memory)
    assert asked.peak == Memory(9, 4, 1) and asked.now == Memory(3, 4, 0)
