"""tools/run --summary: what each process asked for and what it had of it."""

import re
import subprocess

import pytest
from machine import BUILD, ROOT

PROGRAMS = BUILD / "test/programs"
KIB, MIB = 1 << 10, 1 << 20
PAGE = 4 * KIB
KEPT = 4 * PAGE  # of asked.c, which touches one
KEPT_ASKED = 3 * PAGE + 1
UNTOUCHED = 2 * 4 * MIB + 63 * PAGE  # of what it unmaps
UNITS = {"bytes": 1, "KiB": KIB, "MiB": MIB}
AMOUNT = r"(\d+) (bytes|KiB|MiB)"


def summaries(program, file, *options, arguments=()):
    """By process: its lines; and the run."""
    run = subprocess.run(
        [ROOT / "tools/run", "--timeout", "60", f"--summary={file}", "--log",
         f"{file}.log", *options, program, *arguments], stdin=subprocess.DEVNULL,
        capture_output=True)
    found = {}
    for line in file.read_text().splitlines():
        text = line.removeprefix("summary: ")
        start = re.match(r"\[pid (\d+)\]", text)
        if start:
            lines = found[int(start[1])] = []
        lines.append(text)
    return list(found.values()), run


def amounts(lines, beginning):
    line, = (line for line in lines if line.startswith(beginning))
    return [int(number) * UNITS[unit]
            for number, unit in re.findall(AMOUNT, line)]


def cost(lines, call):
    """(calls, refused, ticks, each)."""
    line, = (line for line in lines if line.split()[-1] == call)
    return [int(word.replace(",", "")) for word in line.split()[:4]]


@pytest.mark.parametrize("variant", ["static", "musl", "i386"])
def test_what_was_asked_for(variant, tmp_path):
    (parent, child), _ = summaries(PROGRAMS / variant / "asked",
                                   tmp_path / "summary")
    assert parent[0].endswith("asked exited with 0")
    assert child[0].endswith("asked exited with 3")
    assert cost(parent, "munmap")[:2] == [4, 1]
    assert cost(child, "munmap")[:2] == [1, 0]
    faults, = (line for line in parent if line.startswith("faults: "))
    assert " 2 a large page" in faults
    at_most, = (line for line in parent if line.startswith("at most: "))
    assert at_most.endswith(", large pages: 1")
    asked, mapped, resident = amounts(parent, "at most")
    assert 6 * MIB + KEPT_ASKED <= asked < mapped
    assert 2 * MIB < resident < mapped - 4 * MIB
    gone, left = amounts(parent, "never touched")
    assert gone == UNTOUCHED and left >= 3 * PAGE
    gone_in_child, left_in_child = amounts(child, "never touched")
    assert gone_in_child == 2 * PAGE  # it has touched one more
    kept, _ = amounts(parent, "never unmapped")
    assert amounts(child, "never unmapped")[0] == kept - KEPT
    assert amounts(parent, "lost to rounding")[1] >= PAGE - 1


def test_instructions_are_the_same_each_time(tmp_path):
    first, second = (
        summaries(BUILD / "user/malloc_test", tmp_path / name, "--icount",
                  "--no-randomize")[0] for name in ("first", "second"))
    assert first == second
    assert any("instructions" in line for line in first[0])
    count, refused, ticks, each = cost(first[0], "brk")
    assert count > 100 and refused == 0 and ticks // count == each > 100


def test_it_works_beside_the_others(tmp_path):
    trace, reasons = tmp_path / "strace", tmp_path / "why"
    (lines,), run = summaries(
        BUILD / "user/mmap8_fault", tmp_path / "summary",
        f"--strace={trace}", f"--why={reasons}")
    assert lines[0].endswith("mmap8_fault was killed by SIGSEGV")
    assert run.returncode == 128 + 11
    assert len(re.findall("^mmap", trace.read_text(), re.M)) == \
        cost(lines, "mmap")[0]
    assert "killed by SIGSEGV" in reasons.read_text()


def test_who_does_not_end_is_told_too(tmp_path):
    (lines,), run = summaries("/bin/sleep", tmp_path / "summary",
                              "--timeout", "3", arguments=["1000"])
    assert run.returncode == 124
    assert lines[0].endswith("sleep had not ended")


def test_threads_are_one_process(tmp_path):
    (lines, *_), run = summaries(PROGRAMS / "static/threads",
                                 tmp_path / "summary")
    assert lines[0].endswith(f"threads exited with {run.returncode}")
    assert cost(lines, "clone3")[0] > 1


def test_a_file_that_cannot_be_written_is_named():
    run = subprocess.run(
        [ROOT / "tools/run", "--summary=/none/x", BUILD / "user/hello64"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert run.returncode == 125
    assert "--summary=/none/x: No such file or directory" in run.stderr
