"""When memory ends, the worst process does, and all others go on. All checks of
the kernel's data are made at each process' end."""

import re
import subprocess

import pytest
from machine import BUILD, ROOT

PROGRAM = BUILD / "test/programs/static/memory_bombs"
MEMORY = {"fork": "32M"}  # and so no more than 256 processes
TIME_LIMIT = "100"
QUIET = "the quiet one goes on"
KILLED = "the hog: signal 9"
BOMB = "the bomb is gone: No such process"

# What the quiet process prints before QUIET, and how many others are killed for
# want of memory, at least and at most.
CASES = {
    "touch": ([KILLED], 1, 1),
    "shared": ([KILLED], 1, 1),
    "read": ([KILLED], 1, 1),
    "threads": ([KILLED], 1, 1),
    "sharer": ([KILLED, "and who shared its memory"], 1, 1),
    "another": (["the worse one: signal 9", "who touched: exit 0"], 1, 1),
    "another_by_read": (["read 1", "the worse one: signal 9"], 1, 1),
    "many": (["of 8 hogs some were killed: 1"], 4, 8),
    "fork_with_limit": ([BOMB], 0, 0),
    "fork": ([BOMB], 0, 1000),
    "fork_and_touch": ([BOMB], 10, 10000),
}

REPORT = re.compile(
    r"warning: Out of memory: Killed process (\d+) \(memory_bombs\) "
    r"total-vm:\d+kB, anon-rss:\d+kB, file-rss:\d+kB, shmem-rss:\d+kB, UID:0 "
    r"pgtables:\d+kB oom_score_adj:-?\d+\n")
ROW = re.compile(r"\[ +(\d+)\] +\d+ +\1 +\d+ +\d+ +\d+ +-?\d+ \S+\n")


@pytest.mark.parametrize("case", CASES)
def test_case(case, tmp_path):
    lines, least, most = CASES[case]
    done = subprocess.run(
        [ROOT / "tools/run", "--timeout", TIME_LIMIT, "--memory",
         MEMORY.get(case, "64M"),
         "--log", tmp_path / "log", "--append", "validate", PROGRAM, case],
        capture_output=True, text=True, check=False)
    log = (tmp_path / "log").read_text(errors="replace")
    assert done.returncode == 0, done.stderr + log[-3000:]
    assert done.stdout.splitlines() == [*lines, QUIET]
    killed = REPORT.findall(log)
    assert least <= len(killed) <= most and "1" not in killed, log[-3000:]
    if killed:
        rows = ROW.findall(log)
        assert "1" in rows and killed[0] in rows, log[-3000:]
