"""Threads that do everything beside each other, in processes that end in every
way, with all checks of the kernel's data at each process' end."""

import subprocess

import pytest
from machine import BUILD, ROOT

ROUNDS = "10"
TIME_LIMIT = "240"  # seconds; it takes 4


@pytest.mark.parametrize("variant", ["static", "i386"])
def test_races(variant, tmp_path):
    done = subprocess.run(
        [ROOT / "tools/run", "--timeout", TIME_LIMIT, "--memory", "128M",
         "--log", tmp_path / "log", "--append", "validate",
         BUILD / "test/programs" / variant / "races", ROUNDS],
        capture_output=True, text=True, check=False)
    log = (tmp_path / "log").read_text(errors="replace")
    assert done.returncode == 0, done.stderr + log[-3000:]
    assert done.stdout == f"{ROUNDS} rounds\n"
