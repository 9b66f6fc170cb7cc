"""What is compared: groups of fixed cases, layouts, programs."""

from machine import KERNEL

import guest

PROGRAMS = guest.PROGRAMS
FILES = [KERNEL, *(guest.FOLDER / name for name in (*PROGRAMS, guest.RUNNER))]

# The cases whose names begin so.
GROUPS = ["brk", "mmap", "place", "file", "munmap", "mprotect", "mremap",
          "madvise", "mincore", "msync", "remap_file", "mlock", "limit",
          "fault", "stack", "actions", "huge", "large", "door",
          "signal", "anon", "collapse"]
LAYOUTS = ["", "unlimited", "large-stack", "small-stack", "legacy", "3gb",
           "executable"]
DEATHS = ["default", "bus", "ignored", "blocked", "deferred", "reset",
          "no-stack", "overflow"]


def fixed(program):
    """The commands that do not depend on chance."""
    return ([f"/{program} cases {group}" for group in GROUPS] +
            [f"/{program} layout {layout}".strip() for layout in LAYOUTS] +
            [f"/{program} death {death}" for death in DEATHS])
