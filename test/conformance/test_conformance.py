"""Brix answers each memory call as Linux 6.1 does."""

import pytest

import compare
import plan

# (seed, random operations) for each program: more than 200,000 in all.
RUNS = [(1, 50000), (2, 50000), (3, 25000)]


@pytest.mark.parametrize("program", plan.PROGRAMS)
def test_fixed_cases_are_as_on_linux(program):
    differences = [f"{command}\n{difference}" for command, difference
                   in compare.compare(plan.fixed(program)) if difference]
    assert not differences, "\n".join(differences)


@pytest.mark.parametrize("seed, count", RUNS)
@pytest.mark.parametrize("program", plan.PROGRAMS)
def test_random_operations_are_as_on_linux(program, seed, count):
    difference = compare.compare_random(program, seed, count)
    assert difference is None, difference
