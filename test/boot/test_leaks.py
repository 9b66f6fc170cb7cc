"""Nothing leaks: as much memory is free after a program as before it, however
it ended."""

import os
import re
import shlex
import signal

import elf_file
import pytest
import test_user
from machine import BUILD, ROOT, program
from machine.qemu import Settings

PROGRAMS = BUILD / "test/programs/static"
RUNNER = "/leak_runner"
MEMORY = "64M"
TIME_LIMIT = 120

# What the kernel may keep for next time, of all programs together, in KiB.
KEPT_MAX = 64

FAULT, KILLED = signal.SIGSEGV, signal.SIGKILL

# The cases of test/boot/programs/leak_cases.c, and the status that wait4 gives;
# None: it may end in one way or another.
CASES = {
    "fault": FAULT, "kill": KILLED, "remap": 0, "share": 0, "huge": 0,
    "exec_broken": None, "exec_too_long": 0, "exec_without_memory": None,
    "touch_until_killed": KILLED, "touch_far_apart": KILLED,
    "share_until_killed": KILLED, "brk_until_refused": 0,
    "collapse": 0, "mmap_until_refused": 0, "areas_until_refused": 0,
    "open_all": 0, "leave_a_child": 0,
}

# The cases of test/boot/programs/refused_cases.c, each of which ends with 0.
REFUSED = ["aliases", "file_aliases", "huge_tables", "huge_without_tables",
           "remap_tables", "remap_without_nodes", "remap_locked_without_nodes"]

RESULT = re.compile(r"^@ (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", re.MULTILINE)
ADDRESS = 0x10000000  # of a second segment
STACK = 0x7FFFFFFF0000  # with norandmaps


def broken_programs():
    """Each is refused by execve or killed by it, but for the last, which runs
    into what is not there."""
    segment, make = elf_file.segment, elf_file.program
    whole = make()
    second = {
        "past the file": segment(ADDRESS, offset=8 * elf_file.PAGE),
        "overlap": segment(elf_file.BASE),
        "kernel": segment(1 << 47),
        "end of all": segment((1 << 64) - elf_file.PAGE),
        "more than memory": segment(ADDRESS, size=1 << 44),
    }
    images = [b"words", whole[:100], whole[:elf_file.PAGE // 2],
              *(make([segment(), other]) for other in second.values()),
              make(entry=8)]
    return {f"/broken{n}": image for n, image in enumerate(images)}


def files(commands):
    """The file system: the programs, what they read, and COMMANDS."""
    inputs = (ROOT / "user/tests").iterdir()
    lines = ("\t".join(words) + "\n" for words in commands)
    return {
        **test_user.initrd_files(), **broken_programs(),
        **{f"/{name}": (PROGRAMS / name).read_bytes()
           for name in ("leak_cases", "refused_cases")},
        **{f"/tests/{path.name}": path.read_bytes() for path in inputs},
        "/commands": "".join(lines).encode(),
    }


def run(commands, folder, more_files=None):
    """(status, KiB free before, after each run) of each of COMMANDS, lists of
    words; and the kernel's log."""
    image = (PROGRAMS / "leak_runner").read_bytes()
    chosen = program.Program(
        name=RUNNER, image=image,
        files={**files(commands), **(more_files or {})},
        append=f"norandmaps init={RUNNER}", log=folder / "log", time_limit=TIME_LIMIT)
    with open(os.devnull, "rb") as empty, open(folder / "out", "wb") as output:
        end = program.run(chosen, Settings(memory=MEMORY), empty.fileno(),
                          output.fileno())
    status, message = program.exit_status(*end, chosen)
    assert status == 0, message
    found = RESULT.findall((folder / "out").read_text(errors="replace"))
    rows = [[int(word) for word in row] for row in found]
    assert [row[0] for row in rows] == list(range(len(commands)))
    return [(row[1], row[2], row[3:]) for row in rows], end[1]


def check(commands, results):
    """A run may leave more to the next than it found, but only the first of
    its kind: after that, nothing is missing."""
    for words, (_, before, after) in zip(commands, results):
        assert after[0] == after[1] == after[2], (words, before, after)
    kept = sum(before - after[0] for _, before, after in results)
    assert 0 <= kept <= KEPT_MAX, [
        (words, before, after)
        for words, (_, before, after) in zip(commands, results)
        if before != after[0]]


def table_commands():
    for line in test_user.table():
        words = shlex.split(line)
        if "<" in words:
            words[-1] = f"/{words[-1]}"
        yield [f"/bin/{words[0]}", *words[1:]]


def test_programs_of_the_table(tmp_path):
    commands = list(table_commands())
    results, _ = run(commands, tmp_path)
    check(commands, results)


@pytest.mark.parametrize("case", CASES)
def test_hard_cases(case, tmp_path):
    commands = [["/leak_cases", case]]
    results, log = run(commands, tmp_path)
    check(commands, results)
    assert CASES[case] is None or results[0][0] == CASES[case]
    if case.endswith("until_killed"):
        assert "Out of memory: Killed process" in log


def test_refused_calls(tmp_path):
    commands = [["/refused_cases", case] for case in REFUSED]
    results, _ = run(commands, tmp_path)
    assert [status for status, *_ in results] == [0] * len(REFUSED)
    check(commands, results)


def test_programs_that_are_none(tmp_path):
    """Most are refused, the last is not."""
    commands = [[path] for path in broken_programs()]
    results, _ = run(commands, tmp_path)
    check(commands, results)
    assert results[-1][0] == FAULT


def test_a_program_where_the_stack_is(tmp_path):
    """The first segment does not go over what is there. The old program is gone
    when that is found out: it is killed. Another segment does."""
    segments = [elf_file.segment(STACK), elf_file.segment()]
    commands = [["/in_the_way"], ["/over_it"]]
    results, _ = run(commands, tmp_path, {
        "/in_the_way": elf_file.program(segments),
        "/over_it": elf_file.program(segments[::-1])})
    check(commands, results)
    assert [status for status, *_ in results] == [FAULT, 0]


def test_hard_cases_one_after_the_other(tmp_path):
    """Twice all of them: what is kept does not grow."""
    commands = [["/leak_cases", case] for case in CASES] * 2
    results, _ = run(commands, tmp_path)
    check(commands[len(CASES):], results[len(CASES):])
    assert results[len(CASES)][1] == results[-1][2][-1]
