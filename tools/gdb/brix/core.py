"""dump-machine: QEMU's memory and registers as a core file for gdb.

QEMU writes each mapping with bits 48 to 63 set, as if all addresses were the
kernel's. Those of programs get their own back here."""

import pathlib
import struct

import gdb

from brix import kernel

HEADER_SIZE = 64
PHOFF_AT, PHNUM_AT, PHENTSIZE = 32, 56, 56
VADDR_AT = 16  # in a program header
PT_LOAD = 1
LOWER_HALF_END = 1 << 47


def mend_segments(file):
    header = file.read(HEADER_SIZE)
    table, = struct.unpack_from("<Q", header, PHOFF_AT)
    count, = struct.unpack_from("<H", header, PHNUM_AT)
    for index in range(count):
        at = table + index * PHENTSIZE
        file.seek(at)
        kind, _, _, address = struct.unpack("<IIQQ", file.read(24))
        low = address & (1 << 48) - 1
        if kind == PT_LOAD and low < LOWER_HALF_END:
            file.seek(at + VADDR_AT)
            file.write(struct.pack("<Q", low))


@kernel.register
class DumpMachine(kernel.Command):
    """Save memory and registers in a core file (QEMU only).
Usage: dump-machine FILE
Look at it later, with all commands: gdb build/brix -x tools/gdb/load.py -c FILE
"""

    name = "dump-machine"
    completion = gdb.COMPLETE_FILENAME

    def run(self, arguments):
        if len(arguments) != 1:
            raise gdb.GdbError("dump-machine FILE")
        path = pathlib.Path(arguments[0]).absolute()
        said = gdb.execute(f"monitor dump-guest-memory -p {path}",
                           to_string=True)
        if said.strip():
            raise gdb.GdbError(said.strip())
        path.chmod(0o644)
        with open(path, "r+b") as file:
            mend_segments(file)
        print(f"{path}: {path.stat().st_size >> 20} MiB")
