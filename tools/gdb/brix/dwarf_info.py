"""Where variables of i386 code are, in the register numbers of x86-64: all
expressions in .debug_info and in the lists of locations that it names (DWARF 5,
sections 7.5 to 7.7; versions 2 to 5)."""

from brix import dwarf_expression
from brix.dwarf_bytes import Reader

# Attributes that may name a list of locations: DW_AT_location and its like.
LOCATIONS = {0x02, 0x19, 0x2a, 0x38, 0x40, 0x46, 0x48, 0x4a, 0x4d}
EXPRLOC, SEC_OFFSET, DATA4, LOCLISTX = 0x18, 0x17, 0x06, 0x22
IMPLICIT_CONST, INDIRECT = 0x21, 0x16
BLOCKS = {0x0a: Reader.u8, 0x03: Reader.u16, 0x04: Reader.u32,
          0x09: Reader.uleb, EXPRLOC: Reader.uleb}
LEBS = {0x0d, 0x0f, 0x15, 0x1a, 0x1b, LOCLISTX, 0x23, 0x1f01, 0x1f02}
SIZES = {0x01: 4, 0x05: 2, DATA4: 4, 0x07: 8, 0x0b: 1, 0x0c: 1, 0x0e: 4,
         0x10: 4, 0x11: 1, 0x12: 2, 0x13: 4, 0x14: 8, SEC_OFFSET: 4, 0x19: 0,
         0x1c: 4, 0x1d: 4, 0x1e: 16, 0x1f: 4, 0x20: 8, 0x24: 8, 0x25: 1,
         0x26: 2, 0x27: 3, 0x28: 4, 0x29: 1, 0x2a: 2, 0x2b: 3, 0x2c: 4,
         IMPLICIT_CONST: 0, 0x1f20: 4, 0x1f21: 4}
STRING = 0x08

# Entries of a list, DW_LLE_*, and what follows before the expression.
END_OF_LIST, LIST_EXPRESSIONS = 0, {2: "uu", 3: "uu", 4: "uu", 5: "",
                                    7: "44", 8: "4u"}
LIST_OTHERS = {1: "u", 6: "4", 9: "uu"}


def read_abbreviations(data, offset):
    """Code to a list of (attribute, form)."""
    reader = Reader(data, offset)
    table = {}
    while code := reader.uleb():
        reader.uleb()  # tag
        reader.u8()    # has it children?
        fields = table[code] = []
        while True:
            name, form = reader.uleb(), reader.uleb()
            if form == IMPLICIT_CONST:
                reader.sleb()
            if name == form == 0:
                break
            fields.append((name, form))
    return table


class Translator:
    """Changes SECTIONS, bytearrays by name."""

    def __init__(self, sections):
        self.sections = sections
        self.lists = set()  # offsets of those that are done

    def run(self):
        info = Reader(self.sections.get(".debug_info", b""))
        while info.at < len(info.data):
            self.unit(info)

    def unit(self, info):
        end = info.u32() + info.at
        version = info.u16()
        if version >= 5:
            kind, _, abbreviations = info.u8(), info.u8(), info.u32()
            info.take({4: 8, 5: 8, 2: 12, 6: 12}.get(kind, 0))
        else:
            abbreviations, _ = info.u32(), info.u8()
        table = read_abbreviations(self.sections[".debug_abbrev"],
                                   abbreviations)
        while info.at < end:
            for name, form in table.get(info.uleb(), ()):
                self.attribute(info, version, name, form)

    def attribute(self, info, version, name, form):
        if form == INDIRECT:
            form = info.uleb()
        if form in BLOCKS:
            size = BLOCKS[form](info)
            if form == EXPRLOC or name in LOCATIONS:
                dwarf_expression.translate(info.data, info.at, info.at + size)
            info.take(size)
        elif form in (SEC_OFFSET, DATA4) and name in LOCATIONS:
            self.list_at(info.u32(), version)
        elif form == STRING:
            info.text()
        elif form in LEBS:
            info.uleb()
        else:
            info.take(SIZES[form])

    def list_at(self, offset, version):
        name = ".debug_loclists" if version >= 5 else ".debug_loc"
        if offset in self.lists or name not in self.sections:
            return
        self.lists.add(offset)
        reader = Reader(self.sections[name], offset)
        if version >= 5:
            self.new_list(reader)
        else:
            self.old_list(reader)

    def new_list(self, reader):
        while (kind := reader.u8()) != END_OF_LIST:
            if kind in LIST_OTHERS:
                dwarf_expression.skip(reader, LIST_OTHERS[kind])
                continue
            dwarf_expression.skip(reader, LIST_EXPRESSIONS[kind])
            self.expression(reader, reader.uleb())

    def old_list(self, reader):
        while (pair := (reader.u32(), reader.u32())) != (0, 0):
            if pair[0] != 0xffffffff:
                self.expression(reader, reader.u16())

    def expression(self, reader, size):
        dwarf_expression.translate(reader.data, reader.at, reader.at + size)
        reader.take(size)
