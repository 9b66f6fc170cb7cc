"""How frames of i386 code are unwound, as a gdb for x86-64 understands it.

Registers have other numbers there, and are 8 bytes long where i386 code has
saved 4: "saved at this place" becomes "the value of 4 bytes at this place"
(DWARF 5, section 6.4)."""

import struct

from brix.dwarf_bytes import Reader, sleb, uleb
from brix.dwarf_expression import ESP, I386_TO_X86_64, RIP, translated

WORD = 4
ADVANCE, OFFSET, RESTORE = 0x40, 0x80, 0xc0
SAME_BYTES = {0x00: "", 0x02: "1", 0x03: "2", 0x04: "4", 0x0a: "", 0x0b: "",
              0x0e: "u", 0x13: "s", 0x2e: "u"}
OFFSET_EXTENDED, RESTORE_EXTENDED, UNDEFINED, SAME_VALUE = 0x05, 0x06, 0x07, 0x08
REGISTER, DEF_CFA, DEF_CFA_REGISTER, DEF_CFA_EXPRESSION = 0x09, 0x0c, 0x0d, 0x0f
EXPRESSION, OFFSET_SF, DEF_CFA_SF, VAL_EXPRESSION = 0x10, 0x11, 0x12, 0x16
ADDRESS, SET_LOC = 0x03, 0x01
PLUS, DEREF, CONSTS = 0x22, 0x06, 0x11
PC_RELATIVE, INDIRECT, SIGNED = 0x10, 0x80, 0x08
FORMS = {0x0: "I", 0x2: "H", 0x3: "I", 0x4: "Q", 0xa: "h", 0xb: "i", 0xc: "q"}
CODE_ALIGNMENT = 1
NO_CIE = 0xffffffff


def block(data):
    return uleb(len(data)) + data


def saved_value(register, expression):
    """REGISTER is the word at the address that EXPRESSION makes of the CFA."""
    return bytes([VAL_EXPRESSION]) + uleb(register) + block(
        expression + bytes([DEREF]))


def saved_at(register, offset):
    return saved_value(register, bytes([CONSTS]) + sleb(offset)
                       + bytes([PLUS]))


class Rules:
    """The instructions of one CIE or FDE, translated."""

    def __init__(self, data, data_alignment):
        self.reader = Reader(data)
        self.factor = data_alignment
        self.out = bytearray()

    def register(self):
        return I386_TO_X86_64.get(self.reader.uleb(), RIP + 1)

    def run(self):
        while self.reader.at < len(self.reader.data):
            self.one()
        return bytes(self.out)

    def one(self):
        reader, start = self.reader, self.reader.at
        code = reader.u8()
        low = I386_TO_X86_64.get(code & 0x3f, 0x3f)
        if code & 0xc0 == OFFSET:
            self.out += saved_at(low, reader.uleb() * self.factor)
        elif code & 0xc0 == RESTORE:
            self.out.append(RESTORE | low)
        elif code & 0xc0 == ADVANCE:
            self.out.append(code)
        elif code in SAME_BYTES:
            for operand in SAME_BYTES[code]:
                reader.sleb() if operand in "us" else reader.take(int(operand))
            self.out += reader.data[start:reader.at]
        else:
            self.long(code)

    def long(self, code):
        reader = self.reader
        if code in (OFFSET_EXTENDED, OFFSET_SF):
            register = self.register()
            offset = reader.uleb() if code == OFFSET_EXTENDED else reader.sleb()
            self.out += saved_at(register, offset * self.factor)
        elif code in (RESTORE_EXTENDED, UNDEFINED, SAME_VALUE,
                      DEF_CFA_REGISTER):
            self.out += bytes([code]) + uleb(self.register())
        elif code == REGISTER:
            self.out += bytes([code]) + uleb(self.register()) + uleb(
                self.register())
        elif code in (DEF_CFA, DEF_CFA_SF):
            self.out += bytes([code]) + uleb(self.register())
            at = reader.at
            reader.uleb()
            self.out += reader.data[at:reader.at]
        elif code == DEF_CFA_EXPRESSION:
            self.out += bytes([code]) + block(
                translated(reader.take(reader.uleb())))
        elif code in (EXPRESSION, VAL_EXPRESSION):
            register = self.register()
            expression = translated(reader.take(reader.uleb()))
            self.out += saved_value(register, expression) \
                if code == EXPRESSION else bytes([code]) + uleb(register) \
                + block(expression)
        else:
            raise ValueError(f"DW_CFA 0x{code:x}")


class Cie:
    def __init__(self, reader, end):
        reader.u8()  # version
        self.augmentation = reader.text()
        if b"eh" in self.augmentation:
            reader.take(WORD)
        self.code_alignment = reader.uleb()
        self.data_alignment = reader.sleb()
        reader.uleb()  # the return address is eip
        self.encoding = 0x00
        if self.augmentation.startswith(b"z"):
            self.read_augmentation(Reader(reader.take(reader.uleb())))
        self.rules = Rules(reader.take(end - reader.at),
                           self.data_alignment).run()

    def read_augmentation(self, data):
        for letter in self.augmentation[1:]:
            if letter == ord("R"):
                self.encoding = data.u8()
            elif letter == ord("L"):
                data.u8()
            elif letter == ord("P"):
                data.number(FORMS[data.u8() & 0x0f])


def read_pointer(reader, cie, base):
    """An address as CIE has it; BASE is where the section lies."""
    here = base + reader.at if cie.encoding & PC_RELATIVE else 0
    return (here + reader.number(FORMS[cie.encoding & 0x0f])) & 0xffffffff


def entries(data, base, is_eh):
    """(CIE, start, size, instructions) of each function in the section."""
    cies = {}
    reader = Reader(data)
    while reader.at + WORD <= len(data):
        start = reader.at
        size = reader.u32()
        if size == 0:
            continue
        at = reader.at
        end, identity = at + size, reader.u32()
        if identity == (0 if is_eh else NO_CIE):
            cies[start] = Cie(reader, end)
        else:
            cie = cies[at - identity if is_eh else identity]
            first = read_pointer(reader, cie, base)
            length = reader.number(FORMS[cie.encoding & 0x07])
            if cie.augmentation.startswith(b"z"):
                reader.take(reader.uleb())
            yield cie, first, length, reader.take(end - reader.at)
        reader.at = end


def entry(body):
    body += bytes(-len(body) % WORD)  # DW_CFA_nop
    return struct.pack("<I", len(body)) + body


def make_cie(code_alignment, rules):
    """Version 4, with 4-byte addresses and no segments."""
    return entry(struct.pack("<IBBBB", NO_CIE, 4, 0, WORD, 0)
                 + uleb(code_alignment) + sleb(-WORD) + uleb(RIP) + rules)


class FrameSection:
    """A .debug_frame for x86-64, made from what an i386 program has."""

    def __init__(self):
        self.out = bytearray()
        self.places = {}  # of CIEs
        self.covered = []  # (start, end)

    def cie_at(self, code_alignment, rules):
        key = code_alignment, rules
        if key not in self.places:
            self.places[key] = len(self.out)
            self.out += make_cie(*key)
        return self.places[key]

    def add_function(self, start, size, place, rules):
        self.out += entry(struct.pack("<III", place, start, size) + rules)
        self.covered.append((start, start + size))

    def add_section(self, data, base, is_eh):
        for cie, start, size, code in entries(bytes(data), base, is_eh):
            place = self.cie_at(cie.code_alignment, cie.rules)
            self.add_function(start, size, place,
                              Rules(code, cie.data_alignment).run())

    def add_rest(self, start, end, entry_point):
        """What of [START, END) no function covers: code without a frame, up to
        ENTRY_POINT, where nobody called."""
        for first, last in sorted(self.covered) + [(end, end)]:
            middle = entry_point if start <= entry_point < first else first
            self.add_plain(start, middle, saved_at(RIP, -WORD))
            self.add_plain(middle, first, bytes([UNDEFINED]) + uleb(RIP))
            start = max(start, last)

    def add_plain(self, start, end, caller):
        if start < end:
            rules = bytes([DEF_CFA]) + uleb(I386_TO_X86_64[ESP]) + uleb(WORD)
            place = self.cie_at(CODE_ALIGNMENT, rules + caller)
            self.add_function(start, end - start, place, b"")
