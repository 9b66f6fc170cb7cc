"""Programs that use segments against the kernel. Not every host has `int 0x80`,
so what Linux 6.1 prints is written down here. But run-nowhere is Brix' own: on
some of its stacks Linux starts the handler for ever."""

import pathlib
import subprocess

import pytest
from machine import BUILD, ROOT

HERE = pathlib.Path(__file__).parent
TIME_LIMIT = 60
EXPECTED = """\
aaaa: 0 wrong
ask: 0
bbbb: 0 wrong
empty: base 0, limit 0, flags 28
entry -1: -22, base 0, limit 0, flags 0
entry 11: -22, base 0, limit 0, flags 0
entry 14: 0, base 12345678, limit 9abcd, flags 51
entry 15: -22, base 0, limit 0, flags 0
es 0
nowhere: -14
take-data: 0
take-stack: b
""".splitlines()
EXPECTED_64 = ["run-nowhere: 0"]


@pytest.mark.parametrize("cpu", ["max", "qemu64"])
@pytest.mark.parametrize("variant", ["static", "i386"])
def test_what_is_taken_away_ends_in_a_signal(variant, cpu, tmp_path):
    done = subprocess.run(
        [ROOT / "tools/run", "--log", tmp_path / "log", "--cpu", cpu,
         "--timeout", str(TIME_LIMIT),
         BUILD / "test/programs" / variant / "segments_hostile"],
        text=True, stdin=subprocess.DEVNULL, capture_output=True)
    expected = EXPECTED + (EXPECTED_64 if variant == "static" else [])
    assert sorted(done.stdout.splitlines()) == sorted(expected), done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("variant, other, expected",
                         [("static", "i386", "segments_64.txt"),
                          ("i386", "static", "segments_32.txt")])
def test_each_selector_in_each_register(variant, other, expected, tmp_path):
    """segments_64.txt is what Linux 6.1 prints in QEMU. There it does not get
    beyond line 29 of segments_32.txt: the rest is what Brix prints."""
    programs = BUILD / "test/programs"
    done = subprocess.run(
        [ROOT / "tools/run", "--log", tmp_path / "log",
         "--timeout", str(TIME_LIMIT),
         "--add", f"{programs / other / 'segments_sweep'}=/other",
         programs / variant / "segments_sweep", "/other"],
        text=True, stdin=subprocess.DEVNULL, capture_output=True)
    assert done.stdout == (HERE / expected).read_text(), done.stderr
    assert done.returncode == 0
