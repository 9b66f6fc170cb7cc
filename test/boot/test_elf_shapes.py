"""ELF files of every shape do on Brix what they do on Linux: where they lie,
what memory holds, or with which error or signal they end. All files of a class
run in one boot of each system."""

import difflib
import itertools
import os
import re

import interpreted_shapes
import oracle
import pytest
import shapes
from machine import elf, program
from machine.qemu import Settings

FOLDER = "/shapes"
RUNNER = "/shapes/runner"
CHANCES = range(150)  # seeds of the files drawn by chance
TIME_LIMIT = 120

# What a program could see of Linux and Brix has not.
LINUX_OPTIONS = "vdso=0 vdso32=0 vsyscall=none nopku no5lvl"

NO_RANDOMIZE = 0x40000
PERSONALITIES = {"": 0, "page-zero": 0x100000, "compat": 0x200000,
                 "read-executes": 0x400000, "3gb": 0x8000000}
STACKS = {"8m": 8 << 20, "64k": 1 << 16, "1g": 1 << 30,
          "unlimited": (1 << 64) - 1}

# With addresses at random: how often each is run, and by how much a break may
# lie higher (Linux's arch_randomize_brk).
TIMES = 6
BREAK_RANGE = {64: shapes.GIB, 32: 32 * shapes.MIB}
PIE_BREAK = {64: 0x555555555000, 32: 0x56555000}
PIE_RANGE = {64: 1 << 40, 32: 1 << 20}  # of a PIE with an interpreter

# The highest places for 32 bits: below the stack and what it may grow by, or as
# low as can be; and by how much the first of them may be lower.
COMPAT, UNLIMITED_COMPAT = 0xF7FFE000, 0x2AAAA000 + 2 * shapes.PAGE
COMPAT_RANGE = shapes.MIB + 2 * shapes.PAGE
NEAR = 16 * shapes.PAGE
LOWEST = 0x10000  # vm.mmap_min_addr: where an interpreter of the first page goes

# A line of /proc/self/maps up to the device, the inode's number, and the path.
MAPS_LINE = re.compile(r"^(\w+-\w+ \S{4} \w+ \S+) \d+ *")


def fixed(bits):
    """(name, file, personality, limit of the stack) of all that is compared."""
    for name, image in itertools.chain(
            shapes.of_class(bits).items(),
            interpreted_shapes.with_interpreters(bits, FOLDER)):
        yield name, image, NO_RANDOMIZE, STACKS["8m"]
    for seed in CHANCES:
        yield (f"chance-{seed}", shapes.by_chance(bits, seed), NO_RANDOMIZE,
               STACKS["8m"])
    for name, image in (plain(bits) | interpreted(bits)).items():
        for personality, stack in itertools.product(PERSONALITIES, STACKS):
            yield (f"{name}-{personality}-{stack}", image,
                   NO_RANDOMIZE | PERSONALITIES[personality], STACKS[stack])


def plain(bits):
    return {"exec": shapes.shape(bits, [shapes.data()]),
            "pie": shapes.shape(bits, [shapes.data(0x5000)],
                                kind=shapes.ET_DYN)}


def interpreted(bits):
    path = f"{FOLDER}/pie-data"
    return {"by-exec": interpreted_shapes.interpreted(bits, path),
            "by-pie": interpreted_shapes.interpreted(bits, path, shapes.ET_DYN)}


def at_random(bits):
    """As fixed, of what lies elsewhere each time."""
    for name, image in (plain(bits) | interpreted(bits)).items():
        for stack, number in itertools.product(("8m", "unlimited"),
                                               range(TIMES)):
            yield f"random-{name}-{stack}-{number}", image, 0, STACKS[stack]


def files(cases):
    listed = "".join(f"{name} {personality:x} {stack:x}\n"
                     for name, _, personality, stack in cases)
    return {RUNNER: (shapes.FOLDER / "runner").read_bytes(),
            "/shapes/list": listed.encode(),
            **{f"/shapes/{name}": image for name, image, *_ in cases}}


def on_linux(given):
    case = oracle.Case(RUNNER)
    output, status = oracle.answers([case], given, LINUX_OPTIONS)[case]
    assert status == 0
    return by_name(output)


def on_brix(given, folder):
    chosen = program.Program(
        name=RUNNER, image=given[RUNNER], files=given, log=folder / "log",
        time_limit=TIME_LIMIT)
    with open(os.devnull, "rb") as empty, open(folder / "out", "wb") as output:
        end = program.run(chosen, Settings(), empty.fileno(), output.fileno())
    status, message = program.exit_status(*end, chosen)
    assert status == 0, message
    return by_name((folder / "out").read_bytes())


def by_name(output):
    """The lines that each file printed, and the runner after it."""
    lines = output.decode("latin-1").splitlines()
    assert lines[-1] == "=== end"
    found = {}
    for line in lines[:-1]:
        if line.startswith("=== /"):
            name = line.removeprefix("=== /shapes/")
            found[name] = []
        else:
            found[name].append(MAPS_LINE.sub(r"\1 ", line))
    return found


def check_equal(names, linux, brix):
    texts = ["\n".join([name, *difflib.unified_diff(
        linux[name], brix[name], "Linux", "Brix", n=1, lineterm="")])
        for name in names if linux[name] != brix[name]]
    assert not texts, f"{len(texts)} differ:\n" + "\n".join(texts[:10])


def number_of(lines, start):
    line = next(line for line in lines if line.startswith(start))
    return int(line.removeprefix(start).split()[0], 16)


def check_ends(linux):
    """The comparison compares something."""
    ends = [lines[-1].split()[1] for lines in linux.values()]
    assert ends.count("exit") > 250
    assert ends.count("signal") > 50 and ends.count("error") > 50


def first_break(name, bits, entry):
    """The lowest break of the program, which begins at ENTRY."""
    if "by-pie" in name:
        return entry + 6 * shapes.PAGE  # of which the data are the fifth
    if "pie" in name:
        return PIE_BREAK[bits]
    return shapes.ADDRESS + 2 * shapes.PAGE


def check_random_places(names, answers, bits):
    """The break, where a PIE lies, which shows in its entry, and where other
    mappings go: beside a PIE, and for the door of 32 bits below its stack."""
    places = {}
    for name in names:
        kind = name.rpartition("-")[0]
        lines = answers[name]
        brk, entry = number_of(lines, "brk "), number_of(lines, "auxv 9 ")
        first = first_break(name, bits, entry)
        assert first <= brk < first + BREAK_RANGE[bits], (name, lines)
        assert brk % shapes.PAGE == entry % shapes.PAGE == 0
        places.setdefault(kind, []).append((brk, entry))
        if "by-pie" in name:
            lowest = PIE_BREAK[bits] & -shapes.PAGE
            assert 0 <= entry - lowest < PIE_RANGE[bits], (name, lines)
        if "by-exec" in name:
            base = number_of(lines, "auxv 7 ")
            assert base == LOWEST - shapes.PAGE, (name, lines)
        elif "pie" in name:
            moved = number_of(lines, "auxv 7 " if "by" in name else "auxv 9 ")
            mapped = number_of(lines, "mmap ")
            assert abs(moved - mapped) < NEAR, (name, lines)
        if bits == 64:
            lowest = UNLIMITED_COMPAT if "unlimited" in name else COMPAT
            compat = number_of(lines, "compat ")
            assert lowest - COMPAT_RANGE <= compat < lowest, (name, lines)
    for kind, found in places.items():
        breaks, entries = map(set, zip(*found))
        assert len(breaks) > 1, kind
        assert (len(entries) > 1) == ("pie" in kind), kind


def check_host(cases, answers):
    """tools/run refuses what execve refuses, and nothing that runs."""
    for name, image, *_ in cases:
        problem, end = elf.find_problem(image), answers[name][-1]
        assert problem is None or not end.startswith("=== exit"), (
            name, problem)
        asks = problem is None and elf.interpreter(image) is not None
        assert problem is not None or asks or not end.startswith(
            "=== error"), (name, end)


@pytest.mark.parametrize("bits", [64, 32])
def test_shapes_are_as_on_linux(bits, tmp_path):
    compared, random = list(fixed(bits)), list(at_random(bits))
    given = files(compared + random)
    linux, brix = on_linux(given), on_brix(given, tmp_path)
    check_ends(linux)
    check_equal([name for name, *_ in compared], linux, brix)
    for answers in linux, brix:
        check_random_places([name for name, *_ in random], answers, bits)
    check_host(compared, linux)
