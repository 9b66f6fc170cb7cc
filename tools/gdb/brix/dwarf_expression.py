"""DWARF expressions of i386 code in the register numbers of x86-64.

The two ABIs number the same registers differently (System V ABI, i386
supplement table 2.14, AMD64 supplement figure 3.36), and a gdb that talks to an
x86-64 machine knows only the second."""

from brix.dwarf_bytes import Reader

ESP, RIP = 4, 16
I386_TO_X86_64 = {0: 0, 1: 2, 2: 1, 3: 3, 4: 7, 5: 6, 6: 4, 7: 5, 8: 16, 9: 49,
                  **{11 + n: 33 + n for n in range(8)},   # st0 to st7
                  **{21 + n: 17 + n for n in range(8)},   # xmm0 to xmm7
                  **{29 + n: 41 + n for n in range(8)}}   # mm0 to mm7

NOP, REG0, BREG0, REGX, BREGX = 0x96, 0x50, 0x70, 0x90, 0x92
SHORT = 32  # registers with an operation of their own
ENTRY_VALUE = (0xa3, 0xf3)
REGVAL_TYPE = (0xa5, 0xf5)

# What follows an operation: a size, u and s for LEB128, b for a block.
OPERANDS = {0x03: "4", 0x08: "1", 0x09: "1", 0x0a: "2", 0x0b: "2", 0x0c: "4",
            0x0d: "4", 0x0e: "8", 0x0f: "8", 0x10: "u", 0x11: "s", 0x15: "1",
            0x23: "u", 0x28: "2", 0x2f: "2", 0x91: "s", 0x93: "u", 0x94: "1",
            0x95: "1", 0x98: "2", 0x99: "4", 0x9a: "4", 0x9d: "uu", 0x9e: "b",
            0xa0: "4s", 0xf2: "4s", 0xa1: "u", 0xa2: "u", 0xa4: "u1b",
            0xf4: "u1b", 0xa6: "1u", 0xf6: "1u", 0xa8: "u", 0xf7: "u",
            0xa9: "u", 0xf9: "u", 0xfa: "4", 0xfd: "4"}


def skip(reader, operands):
    for operand in operands:
        if operand == "u":
            reader.uleb()
        elif operand == "s":
            reader.sleb()
        elif operand == "b":
            reader.take(reader.uleb())
        else:
            reader.take(int(operand))


def translate_short(data, at, first):
    """The register in the operation itself. x87 registers have no short one on
    x86-64: the value is not to be had then."""
    number = I386_TO_X86_64.get(data[at] - first, SHORT)
    data[at] = first + number if number < SHORT else NOP


def translate_number(data, at):
    number = I386_TO_X86_64.get(data[at])
    if number is not None:
        data[at] = number


def translate(data, start, end):
    """Changes the expression in [START, END) of DATA, whose size stays."""
    reader = Reader(data, start)
    while reader.at < end:
        at = reader.at
        operation = reader.u8()
        if REG0 <= operation < REG0 + SHORT:
            translate_short(data, at, REG0)
        elif BREG0 <= operation < BREG0 + SHORT:
            translate_short(data, at, BREG0)
            reader.sleb()
        elif operation in (REGX, BREGX, *REGVAL_TYPE):
            translate_number(data, at + 1)
            skip(reader, {REGX: "u", BREGX: "us"}.get(operation, "uu"))
        elif operation in ENTRY_VALUE:
            size = reader.uleb()
            translate(data, reader.at, reader.at + size)
            reader.take(size)
        else:
            skip(reader, OPERANDS.get(operation, ""))


def translated(expression):
    data = bytearray(expression)
    translate(data, 0, len(data))
    return bytes(data)
