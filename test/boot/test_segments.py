"""Programs that use segments against the kernel. Not every host has `int 0x80`,
so what Linux 6.1 prints is written down here. But run-nowhere is Brix' own: on
some of its stacks Linux starts the handler for ever."""

import subprocess

import pytest
from machine import BUILD, ROOT

TIME_LIMIT = 60
EXPECTED = ["aaaa: 0 wrong", "bbbb: 0 wrong", "es 0", "take-data: 0",
            "take-stack: b"]
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
