"""What gdb knows of Brix. Each module registers its commands when imported.

Everything reads memory at the kernel's own addresses through gdb, and nothing
calls into the kernel, so that the same commands work on QEMU, on the kernel's
stub and on a core file. Structures are known by the names in the kernel's debug
information, and constants by the headers that define them.
"""

import gdb

for _setting in ("trust-readonly-sections on", "breakpoint pending on"):
    gdb.execute(f"set {_setting}")

from brix import (backwards, break_on_page, bytemap, check,  # noqa: E402,F401
                  core, disassemble, dmesg, frames, page, processes, programs,
                  unwind, walk)
from brix import manual  # noqa: E402,F401 # lists what the others registered

# A core file, or a machine that gdb is connected to already, has stopped.
if gdb.selected_inferior().threads():
    programs.check_at_stop()
    gdb.invalidate_cached_frames()
