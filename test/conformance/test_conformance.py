"""Brix answers each memory call as Linux 6.1 does."""

import pytest

import compare
import plan

# Random operations of each seed and each program: 180,000 in all.
COUNT = 5000
SEEDS = range(1, 19)
DRAWN = range(1, 8)  # of these: the seed draws the kind of program, too


@pytest.mark.parametrize("program", plan.PROGRAMS)
def test_fixed_cases_are_as_on_linux(program):
    differences = [f"{command}\n{difference}" for command, difference
                   in compare.compare(plan.fixed(program)) if difference]
    assert not differences, "\n".join(differences)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("program", plan.RANDOM_PROGRAMS)
def test_random_operations_are_as_on_linux(program, seed):
    start = plan.beginning(program, seed) if seed in DRAWN else f"/{program}"
    difference = compare.compare_random(start, seed, COUNT)
    assert difference is None, difference


def test_a_difference_is_found():
    """The comparison itself: a line more, less, or other, and a panic."""
    lines = ["=== /x", "== case", "munmap 0x0 0x1000 = 0x0", "=== exit 0"]
    assert compare.describe_cases(lines, lines, None) is None
    for other in (lines[:-1], lines + ["more"], lines[:2] + ["x"] + lines[3:]):
        assert compare.describe_cases(lines, other, None)
    assert "PANIC" in compare.describe_cases(lines, lines, "PANIC")
