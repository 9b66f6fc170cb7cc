#!/usr/bin/env python3
"""Runs build/test/bench/memory as the first program under Linux 6.1 and under
Brix, in the same QEMU, and prints what its cases take: instructions, which
repeat exactly, and then time."""

import os
import pathlib
import re
import statistics
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "test/linux")]

import debian  # noqa: E402
from machine import BUILD, Failure, program  # noqa: E402
from machine.qemu import Settings  # noqa: E402

PROGRAM = BUILD / "test/bench/memory"
# What PROGRAM executes and maps.
FILES = {"/tiny": BUILD / "test/bench/memory-tiny",
         "/large": BUILD / "test/bench/memory-large"}
MAPPED_SIZE = 1 << 20
FOLDERS = {"/tens": 10, "/many": 20_000}  # files in each
TIME_LIMIT = 300  # seconds
TIMED_RUNS = 3

# -erms: Linux clears memory by `rep stosq` then, as Brix does.
CPU = "max,-erms"
MEMORY = "2G"
ACCELERATOR = ("-accel", "tcg,thread=single", "-smp", "1")

LINUX_OPTIONS = ("console=ttyS0 quiet loglevel=0 panic=-1 rdinit=/memory "
                 "transparent_hugepage=always norandmaps")
BRIX_OPTIONS = "norandmaps"

# What each case may take on Brix, in instructions.
GOALS = {
    "getpid by syscall": 90,
    "getpid by int 0x80": 150,
    "brk up and down 4 KiB, untouched, the pair": 900,
    "brk 1 MiB up, touch each page, down": 200_000,
    "mmap + munmap 4 KiB, untouched": 1200,
    "mmap + munmap 64 MiB, untouched": 1200,
    "mmap, touch, munmap 4 KiB": 2600,
    "first touch of 256 MiB, per 4 KiB page": 540,
    "random first touch of 8 MiB, per page": 620,
    "mprotect of one page there and back": 1500,
    "munmap + mmap at random among 1000 areas, the pair": 2200,
    "mremap 16 MiB grown in place": 700,
    "mremap 16 MiB touched, moved": 2500,
    "malloc + free 1 MiB (glibc)": 2700,
    "vfork, exec of a tiny static program, exit, wait": 18_000,
    "the same of a static program of 30 MiB": 20_000,
    "mmap of a file of 1 MiB, touch all, munmap": 12_000,
    "fork, exit, wait": 14_000,
    "the same with 16 MiB of small pages": 20_000,
    "the same, and the child writes to all of them": 4_000_000,
    "fork alone": 10_000,
    "fork alone, with 16 MiB of small pages": 11_500,
    "fork alone, with 1 GiB of small pages": 20_000,
    "fork alone, with 1 GiB of large pages": 20_000,
    "write to a copied page, of few": 800,
    "first write to 2 MiB of copied pages": 9_500,
    "vfork, exit, wait": 3000,
    "thread created and joined": 7000,
    "futex: wake nobody": 150,
    "futex: two threads in turn, there and back": 1200,
    "sched_yield of two threads": 400,
    "pipe: two processes in turn, there and back": 1500,
    "pipe: write + read 4 KiB": 1400,
    "signal to itself, handled": 700,
    "SIGSEGV handled, and two mprotect": 2000,
    "open + close in a folder of 10 files": 700,
    "open + close in a folder of 20,000 files": 1400,
}
FREQUENCY = "ticks a nanosecond"
LINE = re.compile(r"(.*): ([\d.]+)")


def settings(icount, **others):
    return Settings(cpu=CPU, memory=MEMORY, icount=icount, extra=ACCELERATOR,
                    **others)


def files():
    return {"/file": bytes(MAPPED_SIZE),
            **{name: path.read_bytes() for name, path in FILES.items()},
            **{f"{folder}/{number:05}": b"" for folder, count in
               FOLDERS.items() for number in range(count)}}


def on_linux(icount):
    """What the program prints on Linux."""
    machine = settings(icount, command_line=LINUX_OPTIONS)
    linux_files = {"/memory": PROGRAM.read_bytes(), **files()}
    return debian.boot(machine, linux_files, TIME_LIMIT).decode("latin-1")


def on_brix(icount):
    """The same on Brix."""
    with tempfile.TemporaryDirectory(prefix="brix-bench-") as folder, \
            open(os.devnull, "rb") as empty, \
            open(pathlib.Path(folder) / "console", "w+b") as console:
        chosen = program.Program(
            name=str(PROGRAM), image=PROGRAM.read_bytes(), append=BRIX_OPTIONS,
            files=files(),
            log=pathlib.Path(folder) / "log", time_limit=TIME_LIMIT)
        end = program.run(chosen, settings(icount), empty.fileno(),
                          console.fileno())
        console.seek(0)
        said = console.read().decode("latin-1")
    status, message = program.exit_status(*end, chosen)
    if status != 0:
        raise Failure(f"on Brix: {message or status}\n{said}", 1)
    return said


def run(system, icount):
    """Case to ticks, and FREQUENCY."""
    text = system(icount).replace("\r", "")
    found = {name: float(ticks) for name, ticks in LINE.findall(text)}
    missing = [name for name in (*GOALS, FREQUENCY) if name not in found]
    if missing:
        raise Failure(f"no figure for {missing[0]!r} in:\n{text[-2000:]}", 1)
    return found


def print_instructions():
    """True if all goals are reached."""
    linux, brix = run(on_linux, True), run(on_brix, True)
    print(f"{'case, instructions':<52}{'Linux':>11}{'Brix':>11}"
          f"{'ratio':>7}{'goal':>9}")
    for name, goal in GOALS.items():
        mark = "ok" if brix[name] <= goal else "MISSED"
        print(f"{name:<52}{linux[name]:>11,.0f}{brix[name]:>11,.0f}"
              f"{linux[name] / brix[name]:>7.1f}{goal:>9,} {mark}")
    return all(brix[name] <= goal for name, goal in GOALS.items())


def in_nanoseconds(found):
    return {name: found[name] / found[FREQUENCY] for name in GOALS}


def print_times():
    rounds = [(in_nanoseconds(run(on_linux, False)),
               in_nanoseconds(run(on_brix, False)))
              for _ in range(TIMED_RUNS)]
    print(f"\n{'case, nanoseconds':<52}{'Linux':>11}{'Brix':>11}{'ratio':>7}")
    for name in GOALS:
        linux = statistics.median(each[0][name] for each in rounds)
        brix = statistics.median(each[1][name] for each in rounds)
        print(f"{name:<52}{linux:>11,.0f}{brix:>11,.0f}{linux / brix:>7.1f}")


def main():
    try:
        is_reached = print_instructions()
        print_times()
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return failure.status
    return 0 if is_reached else 1


sys.exit(main())
