"""What gdb knows of Brix. Each module registers its commands when imported.

Everything reads memory at the kernel's own addresses through gdb, and nothing
calls into the kernel, so that the same commands work on QEMU, on the kernel's
stub and on a core file. Structures are known by the names in the kernel's debug
information, and constants by the headers that define them.
"""

import importlib

import gdb

# The manual comes last, because it lists what the others have registered.
MODULES = ("backwards", "break_on_call", "break_on_page", "bytemap", "check",
           "core", "descriptors", "disassemble", "dmesg", "ending", "frames", "page",
           "processes", "program_backtrace", "programs", "stacks", "unwind",
           "unwind32", "waiting", "walk", "manual")

for _setting in ("trust-readonly-sections on", "breakpoint pending on"):
    gdb.execute(f"set {_setting}")
_loaded = {name: importlib.import_module(f"brix.{name}") for name in MODULES}

# A core file, or a machine that gdb is connected to already, has stopped.
if gdb.selected_inferior().threads():
    _loaded["programs"].check_at_stop()
    gdb.invalidate_cached_frames()
