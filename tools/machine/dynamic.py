"""What an ELF file says to the dynamic linker: which libraries it needs, and
where to look for them. The file is not trusted."""

import dataclasses
import os
import struct

from machine import elf

PT_DYNAMIC = 2
DT_NULL, DT_NEEDED, DT_STRTAB, DT_STRSZ = 0, 1, 5, 10
DT_RPATH, DT_RUNPATH = 15, 29
ENTRY = {32: "<iI", 64: "<qQ"}


class BadFile(Exception):
    """The file is no library or program for a dynamic linker, and why."""


@dataclasses.dataclass
class Dynamic:
    bits: int
    needed: list
    rpath: list
    runpath: list


def read(image):
    """The Dynamic of the file IMAGE, or BadFile. A static file needs
    nothing."""
    if image[:4] != b"\x7fELF":
        raise BadFile("not an ELF file")
    bits = elf.word_size(image)
    kind, machine, _, _, table, *_, size, count = elf.read_header(image, bits)
    if machine not in (elf.EM_386, elf.EM_486, elf.EM_X86_64):
        raise BadFile(f"not for x86 (ELF machine {machine})")
    if kind not in (elf.ET_EXEC, elf.ET_DYN):
        raise BadFile(f"neither a program nor a library (ELF type {kind})")
    if size != struct.calcsize(elf.SEGMENT[bits]) or \
            table + size * count > len(image):
        raise BadFile("its program headers are cut off")
    headers = elf.program_headers(image)
    found = entries(image, headers, bits)
    names = Names(image, headers, dict(found))
    return Dynamic(bits, *(
        [names.at(value) for tag, value in found if tag == wanted]
        for wanted in (DT_NEEDED, DT_RPATH, DT_RUNPATH)))


def entries(image, headers, bits):
    """The pairs (tag, value) of the dynamic section, up to its end."""
    header = elf.first_of(headers, PT_DYNAMIC)
    if header is None:
        return []
    section = image[header.offset:header.offset + header.file_size]
    size = struct.calcsize(ENTRY[bits])
    found = []
    for tag, value in struct.iter_unpack(
            ENTRY[bits], section[:len(section) - len(section) % size]):
        if tag == DT_NULL:
            return found
        found.append((tag, value))
    raise BadFile("its dynamic section has no end")


class Names:
    """The table of strings, of which the dynamic section knows the address."""

    def __init__(self, image, headers, values):
        address = values.get(DT_STRTAB, 0)
        header = next((header for header in headers if
                       header.type == elf.PT_LOAD and
                       0 <= address - header.address < header.file_size), None)
        start = 0 if header is None else address - header.address + header.offset
        self.table = image[start:start + values.get(DT_STRSZ, 0)] \
            if header is not None else b""

    def at(self, offset):
        end = self.table.find(b"\0", offset)
        if end < 0:
            raise BadFile("the name of a library lies outside its table")
        return os.fsdecode(self.table[offset:end])
