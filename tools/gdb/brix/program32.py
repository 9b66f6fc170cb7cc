"""An i386 program's symbols for a gdb that debugs an x86-64 machine.

Such a gdb takes the ELF file of an i386 program, but reads it with the wrong
registers: where variables are, and how frames are unwound, is told in numbers
that mean other registers on x86-64. So the file is written anew: as ELF32 for
x86-64 (the x32 ABI, whose pointers have 4 bytes too), its DWARF in x86-64's
numbers. No code changes, nor any address."""

import pathlib
import struct
import tempfile

from brix.dwarf_frames import FrameSection
from brix.dwarf_info import Translator

EM_X86_64 = 62
SHT_PROGBITS, SHT_STRTAB, SHT_NOBITS = 1, 3, 8
SHF_EXECINSTR = 4
MACHINE, ENTRY, TABLE, TABLE_SIZES = 18, 24, 32, 46  # places in the header
ROW = "<10I"  # of the table of sections
FRAMES = (".eh_frame", ".debug_frame")

folder = None  # where the new files are, while gdb runs


class Section:
    def __init__(self, file, fields):
        (self.name_at, self.type, self.flags, self.address, offset, self.size,
         self.link, self.info, self.align, self.entry_size) = fields
        self.name = ""
        self.data = bytearray() if self.type == SHT_NOBITS \
            else bytearray(file[offset:offset + self.size])

    def row(self, offset):
        size = self.size if self.type == SHT_NOBITS else len(self.data)
        return struct.pack(ROW, self.name_at, self.type, self.flags,
                           self.address, offset, size, self.link, self.info,
                           self.align, self.entry_size)


def read_sections(file):
    """The sections, and which of them has the names."""
    at, = struct.unpack_from("<I", file, TABLE)
    size, count, names = struct.unpack_from("<HHH", file, TABLE_SIZES)
    sections = [Section(file, struct.unpack_from(ROW, file, at + index * size))
                for index in range(count)]
    for section in sections:
        text = sections[names].data
        end = text.index(0, section.name_at)
        section.name = text[section.name_at:end].decode()
    return sections, sections[names]


def translate_frames(sections, entry):
    """One section for all that tell of frames."""
    made = FrameSection()
    for section in sections:
        if section.name in FRAMES and section.type != SHT_NOBITS:
            made.add_section(section.data, section.address,
                             section.name == ".eh_frame")
    for section in sections:
        if section.flags & SHF_EXECINSTR:
            made.add_rest(section.address, section.address + section.size,
                          entry)
    return made.out


def replace_frames(sections, names, data):
    """The old ones stay, nameless and empty, so that the numbers of sections
    do."""
    for section in sections:
        if section.name in FRAMES:
            section.name_at, section.data = 0, bytearray()
    section = Section(b"", (len(names.data), SHT_PROGBITS, 0, 0, 0, 0, 0, 0, 1,
                            0))
    section.data = data
    names.data += b".debug_frame\0"
    sections.append(section)


def write(path, file, sections):
    out = bytearray(file[:struct.calcsize("<16sHHIIIIIHHHHHH")])
    rows = b""
    for section in sections:
        out += bytes(-len(out) % 16)
        rows += section.row(len(out))
        out += section.data
    struct.pack_into("<H", out, MACHINE, EM_X86_64)
    struct.pack_into("<II", out, TABLE - 4, 0, len(out))
    struct.pack_into("<HHHH", out, TABLE_SIZES - 4, 0, 0,
                     struct.calcsize(ROW), len(sections))
    path.write_bytes(out + rows)


def translate(path):
    """The path of the file to load in place of PATH; its name is the same."""
    global folder
    folder = folder or tempfile.TemporaryDirectory(prefix="brix-symbols-")
    new = pathlib.Path(folder.name) / path.name
    if new.exists():
        return new
    file = path.read_bytes()
    sections, names = read_sections(file)
    Translator({section.name: section.data for section in sections}).run()
    entry, = struct.unpack_from("<I", file, ENTRY)
    replace_frames(sections, names, translate_frames(sections, entry))
    for section in sections:
        if section.type > SHT_STRTAB and section.type != SHT_NOBITS:
            # What only loaders read has another form for x86-64.
            section.type, section.link, section.info = SHT_PROGBITS, 0, 0
    write(new, file, sections)
    return new
