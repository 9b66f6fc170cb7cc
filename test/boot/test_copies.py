"""selftest=copies: copies of address spaces, as forks make them, against a
plain model in the kernel."""

import re

import pytest

DONE = re.compile(r"selftest: (\d+) steps, (\d+) copies, (\d+) refused, "
                  r"(\d+) writes, (\d+) collapses: all as the model has it")


@pytest.mark.parametrize("seed", [1, 2])
def test_copies_are_as_the_model_has_them(hello, seed):
    machine = hello(append=f"selftest=copies seed={seed}")
    found = DONE.search(machine.log())
    assert found, machine.log()
    steps, copies, refused, writes, collapses = map(int, found.groups())
    assert copies > steps / 50 and refused > 20 and writes > steps / 20
    assert collapses > 0


def test_without_the_option_nothing_is_copied(hello):
    assert "selftest:" not in hello().log()
