"""selftest=copies: copies of address spaces, as forks make them, against a
plain model in the kernel."""

import re

import pytest

DONE = re.compile(r"selftest: (\d+) steps, (\d+) copies, (\d+) refused, "
                  r"(\d+) with tables, (\d+) writes, (\d+) collapses: "
                  r"all as the model has it")


@pytest.mark.parametrize("seed, large_pages", [(1, "always"), (2, "never")])
def test_copies_are_as_the_model_has_them(hello, seed, large_pages):
    machine = hello(append=f"selftest=copies seed={seed} "
                           f"transparent_hugepage={large_pages}")
    found = DONE.search(machine.log())
    assert found, machine.log()
    steps, copies, refused, tables, writes, collapses = map(int,
                                                            found.groups())
    assert copies > steps / 50 and refused > 20 and tables > 10
    assert writes > steps / 20 and collapses > 0


def test_without_the_option_nothing_is_copied(hello):
    assert "selftest:" not in hello().log()
