"""Brix's one rule of its own for places: an anonymous mapping of 2 MiB or more
begins at a multiple of 2 MiB. All else is Linux's, and compared with it in
test/conformance."""

import subprocess

import pytest
from machine import BUILD, ROOT

PAGE = 4096
LARGE = 512 * PAGE


def places(variant, options, log):
    """(kind, length, address) of each line that the program said."""
    done = subprocess.run(
        [ROOT / "tools/run", "--log", log, "--timeout", "60", *options,
         BUILD / "test/programs" / variant / "large_places"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    return [(kind, int(length), int(address)) for kind, length, address in lines]


@pytest.mark.parametrize("options", [[], ["--append", "norandmaps"]],
                         ids=["random", "norandmaps"])
@pytest.mark.parametrize("variant", ["static", "i386"])
def test_large_mappings_are_aligned(variant, options, tmp_path):
    found = places(variant, options, tmp_path / "log")
    large = [place for place in found if place[1] >= LARGE]
    assert {kind for kind, _, _ in large} == {"mmap", "mremap"}
    assert len(large) == 8
    assert [place for place in large if place[2] % LARGE != 0] == []


@pytest.mark.parametrize("variant", ["static", "i386"])
def test_shorter_mappings_are_not(variant, tmp_path):
    """They go right below the page that was mapped before them."""
    found = places(variant, ["--append", "norandmaps"], tmp_path / "log")
    pairs = list(zip(found, found[1:]))
    short = [(before, place) for before, place in pairs
             if place[0] == "mmap" and place[1] == LARGE - PAGE]
    assert len(short) == 1
    (_, _, before), (_, length, address) = short[0]
    assert address + length == before
    assert address % LARGE != 0
