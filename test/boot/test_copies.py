"""selftest=copies: copies of address spaces, as forks make them, against a
plain model in the kernel."""

import re

import pytest

DONE = re.compile(r"selftest: (\d+) steps, (\d+) copies, (\d+) refused, "
                  r"(\d+) with tables, (\d+) writes, (\d+) collapses: "
                  r"all as the model has it")


# With a little more than 2 GiB the words of the frames below (mm/frame_info.h)
# take a table of their own, which what comes first has begun.
@pytest.mark.parametrize("seed, large_pages, memory", [
    (1, "always", "512M"), (2, "never", "2064M")])
def test_copies_are_as_the_model_has_them(hello, seed, large_pages, memory):
    machine = hello(append=f"selftest=copies seed={seed} "
                           f"transparent_hugepage={large_pages}",
                    memory=memory)
    found = DONE.search(machine.log())
    assert found, machine.log()
    steps, copies, refused, tables, writes, collapses = map(int,
                                                            found.groups())
    assert copies > steps / 50 and refused > 20 and tables > 10
    assert writes > steps / 20 and collapses > 0


def test_without_the_option_nothing_is_copied(hello):
    assert "selftest:" not in hello().log()
