"""How deep the stack is at each instruction of the entry code.

The entries from ring 3 and from exceptions build one struct trap_frame, word by
word, and take it apart again on the way back. nasm writes no unwind tables, so
they are made here, by following the instructions from each entry on: a push is
a word more, a pop one less. At any moment the words of the frame that lie at or
above rsp are saved, and the other registers are still (or again) in the CPU."""

import re

import gdb

from brix import kernel

WORD = 8
CPU_WORDS = 5          # rip, cs, rflags, rsp, ss: pushed by the CPU
FRAME_WORDS = 22       # struct trap_frame
STUB_SIZE = 16         # kernel/x86/idt.c
VECTORS = 256
# The exceptions with an error code (SDM vol. 3A, table 6-1; AMD's 29 and 30).
WITH_ERROR_CODE = {8, 10, 11, 12, 13, 14, 17, 21, 29, 30}

ON_USER_STACK = None   # the depth where rsp is the program's

TARGET = re.compile(r"0x[0-9a-f]+")
ADD_RSP = re.compile(r"add\s+\$0x([0-9a-f]+),%rsp")
SUB_RSP = re.compile(r"sub\s+\$0x([0-9a-f]+),%rsp")
KERNEL_STACK = re.compile(r"mov\s+%gs:.*,%rsp")
USER_STACK = re.compile(r"mov\s+0x[0-9a-f]+\(%rsp\),%rsp")


def instructions(start, end):
    """Address to (length, text), in AT&T's syntax whatever the user's."""
    architecture = gdb.selected_inferior().architecture()
    with gdb.with_parameter("disassembly-flavor", "att"):
        return {line["addr"]: (line["length"], line["asm"])
                for line in architecture.disassemble(start, end - 1)}


def depth_after(text, depth):
    """Bytes on the stack after the instruction TEXT."""
    if KERNEL_STACK.match(text):
        return 0
    if depth is ON_USER_STACK or USER_STACK.match(text):
        return ON_USER_STACK
    if text.startswith("push"):
        return depth + WORD
    if text.startswith("pop"):
        return depth - WORD
    for pattern, sign in ((ADD_RSP, -1), (SUB_RSP, 1)):
        found = pattern.match(text)
        if found:
            return depth + sign * int(found[1], 16)
    return depth


def follow(code, entry, depth, depths):
    """Adds the depths from ENTRY on to DEPTHS."""
    waiting = [(entry, depth)]
    while waiting:
        at, depth = waiting.pop()
        while at in code and at not in depths:
            length, text = code[at]
            depths[at] = depth
            depth = depth_after(text, depth)
            if text.startswith("j"):
                waiting.append((int(TARGET.search(text)[0], 16), depth))
            if text.startswith(("jmp", "iret", "sysret")):
                break
            at += length


def entries():
    """(address, depth) of each way in."""
    stubs = kernel.symbol_address("trap_stubs")
    for vector in range(VECTORS):
        pushed = CPU_WORDS + (vector in WITH_ERROR_CODE)
        yield stubs + vector * STUB_SIZE, pushed * WORD
    for name in ("debug_entry", "breakpoint_entry", "int80_entry"):
        yield kernel.symbol_address(name), CPU_WORDS * WORD
    for name in ("syscall_entry", "syscall_entry_compat"):
        yield kernel.symbol_address(name), ON_USER_STACK
    for name in ("trap_return", "context_begin"):
        yield kernel.symbol_address(name), FRAME_WORDS * WORD


def find_depths():
    """Depth by address, for all of the entry code."""
    code = instructions(kernel.symbol_address("trap_entry_start"),
                        kernel.symbol_address("trap_entry_end"))
    for start, end in (("debug_entry_start", "debug_entry_end"),
                       ("syscall_entry", "syscall_entry_end")):
        code.update(instructions(kernel.symbol_address(start),
                                 kernel.symbol_address(end)))
    begin = kernel.symbol_address("context_begin")
    code.update(instructions(begin,
                             kernel.symbol_address("context_begin_end")))
    depths = {}
    for entry, depth in entries():
        follow(code, entry, depth, depths)
    return depths
