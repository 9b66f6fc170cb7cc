"""32-bit code, disassembled right. gdb takes all code for 64-bit, because the
CPU can run that; what is 32-bit code is known by where it lies, and goes
through nasm's ndisasm."""

import functools
import subprocess

import gdb
import gdb.disassembler

from brix import kernel, programs

INSTRUCTION_MAX = 15  # bytes


@functools.cache
def boot_code():
    """[start, end) of the code that runs before long mode: boot/start.asm."""
    return (kernel.symbol_address("boot_start_pvh"),
            kernel.symbol_address("long_mode"))


def is_32_bit(address):
    start, end = boot_code()
    return start <= address < end or programs.is_32_bit(address)


@functools.lru_cache(maxsize=4096)
def ndisasm(data, address):
    """(length, text) of the first instruction in DATA."""
    done = subprocess.run(["ndisasm", "-b32", "-o", hex(address), "-"],
                          input=data, capture_output=True, check=True)
    line = done.stdout.decode().splitlines()[0]
    _, encoding, text = line.split(None, 2)
    return len(encoding) // 2, text


class Disassembler32(gdb.disassembler.Disassembler):
    def __init__(self):
        super().__init__("brix-32-bit")

    def __call__(self, info):
        if not is_32_bit(info.address):
            return None
        try:
            length, text = ndisasm(self.bytes_at(info), info.address)
        except (FileNotFoundError, subprocess.CalledProcessError, IndexError,
                ValueError):
            return None
        return gdb.disassembler.DisassemblerResult(length, text)

    def bytes_at(self, info):
        """As many bytes as there are: the last instruction may be short."""
        for count in range(INSTRUCTION_MAX, 1, -1):
            try:
                return bytes(info.read_memory(count))
            except gdb.MemoryError:
                continue
        return bytes(info.read_memory(1))


gdb.disassembler.register_disassembler(Disassembler32(), "i386:x86-64")
