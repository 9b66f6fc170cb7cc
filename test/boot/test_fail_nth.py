"""Each allocation fails once: of programs, and before the first one begins.
What follows is an error, a signal or a clear message, and nothing is lost."""

import re
import subprocess

import pytest
from machine import BUILD, ROOT

PROGRAMS = BUILD / "test/programs"
TIME_LIMIT = "100"
HELLO = "hello by syscall\n"
FAULT = re.compile("assert|page fault|double fault|validate", re.IGNORECASE)

# Of about 34 until the first program begins, and how many files more are in
# the initrd: with 3 of them the inode of /dev can't be had.
BOOT_ALLOCATIONS = [(3, 0), (4, 3), (25, 0)]


def run(log, option, *words):
    done = subprocess.run(
        [ROOT / "tools/run", "--timeout", TIME_LIMIT, "--memory", "64M",
         "--no-randomize", "--log", log, "--append", f"validate {option}",
         *words], capture_output=True, text=True, check=False)
    return done, log.read_text(errors="replace")


def test_of_programs(tmp_path):
    walker = PROGRAMS / "static/fail_nth"
    done, log = run(tmp_path / "log", "",
                    "--add", f"{walker}=/fail_nth_64",
                    "--add", f"{PROGRAMS / 'i386/fail_nth'}=/fail_nth_32",
                    walker)
    lines = done.stdout.splitlines()
    good = [re.fullmatch(r".*: allocation (\d+): is .* all went well", line)
            for line in lines]
    assert all(good) and done.returncode == 0, done.stdout + log[-2000:]
    assert len(good) == 14 and all(int(found[1]) > 10 for found in good)


@pytest.mark.parametrize("nth, files", BOOT_ALLOCATIONS)
def test_of_the_boot(nth, files, tmp_path):
    added = [f"--add={BUILD / 'user/hello64'}=/more{n}" for n in range(files)]
    done, log = run(tmp_path / "log", f"fail_nth={nth}", *added,
                    BUILD / "user/hello64")
    assert not FAULT.search(done.stderr), log
    assert (done.stdout == HELLO or "ENOMEM" in log or "out of memory" in log
            or "memory" in done.stderr), log
