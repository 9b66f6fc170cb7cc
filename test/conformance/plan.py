"""What is compared: groups of fixed cases, layouts, programs."""

import random

from machine import KERNEL

import guest

# Random operations draw whether the program is a PIE.
PROGRAMS = guest.PROGRAMS
RANDOM_PROGRAMS = ["conformance", "conformance32"]
FILES = [KERNEL, *(guest.FOLDER / name for name in (*PROGRAMS, guest.RUNNER))]

# The cases whose names begin so.
GROUPS = ["brk", "mmap", "place", "file", "munmap", "mprotect", "mremap",
          "madvise", "mincore", "msync", "remap_file", "mlock", "limit",
          "fault", "stack", "actions", "huge", "large", "door",
          "signal", "anon", "collapse"]
WAYS = ["unlimited", "large-stack", "small-stack", "legacy", "3gb",
        "executable"]
DEATHS = ["default", "bus", "ignored", "blocked", "deferred", "reset",
          "no-stack", "overflow"]


def fixed(program):
    """The commands that do not depend on chance."""
    return ([f"/{program} cases {group}" for group in GROUPS] +
            [f"/{program} layout"] +
            [f"/{program} in {way} layout" for way in WAYS] +
            [f"/{program} death {death}" for death in DEATHS])


def beginning(program, seed):
    """The words that begin PROGRAM for the random operations of SEED, which
    draws the kind of program and the way. Below 3 GiB a program of 32 bits is
    where the operations' hostile ranges would take it away."""
    chance = random.Random(f"{program} {seed}")
    kind = program + chance.choice(["", "-pie"])
    way = chance.choice([None, *WAYS])
    if way is None or (way == "3gb" and program == "conformance32"):
        return f"/{kind}"
    return f"/{kind} in {way}"
