"""Is this file a program that Brix can run? Answers before a machine starts,
so that a wrong file gets a clear message instead of a boot. The rules are those
of kernel/exec/elf.c, which are Linux's."""

import collections
import os
import struct

from machine import Failure

NOT_EXECUTABLE = 126  # the shell's status for a file that cannot be run
NOT_FOUND = 127

ET_EXEC, ET_DYN = 2, 3
EM_386, EM_486, EM_X86_64 = 3, 6, 62
PT_LOAD, PT_INTERP = 1, 3
PAGE_SIZE = 4096
PATH_MAX = 4096

# Behind the 16 bytes of e_ident: type, machine, version, entry, phoff, shoff,
# flags, ehsize, phentsize, phnum.
IDENT_SIZE = 16
HEADER = {32: "<HHIIIIIHHH", 64: "<HHIQQQIHHH"}
HEADER_SIZE = {32: 52, 64: 64}
MACHINE_AT = 18
# Of a program header: type, offset, address, size in the file, in memory.
SEGMENT = {32: "<III4xII8x", 64: "<I4xQQ8xQQ8x"}
Segment = collections.namedtuple(
    "Segment", "type offset address file_size memory_size")
# Where a program's addresses end: mm/layout.h.
USER_END = {32: 0xFFFFE000, 64: 0x7FFFFFFFF000}


def read_program(path):
    """The bytes of the x86 program at PATH, or Failure."""
    try:
        with open(path, "rb") as file:
            image = file.read()
    except FileNotFoundError:
        raise Failure(f"{path}: no such file", NOT_FOUND) from None
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}", NOT_EXECUTABLE) from None
    problem = find_problem(image)
    if problem is not None:
        raise Failure(f"{path}: {problem}", NOT_EXECUTABLE)
    return image


def word_size(image):
    """32 or 64: the machine decides, and not the class."""
    machine, = struct.unpack_from("<H", image.ljust(IDENT_SIZE + 4, b"\0"),
                                  MACHINE_AT)
    return 64 if machine == EM_X86_64 else 32


def read_header(image, bits):
    """The fields of HEADER; what a short file lacks of them is zero."""
    return struct.unpack_from(HEADER[bits],
                              image.ljust(HEADER_SIZE[bits], b"\0"), IDENT_SIZE)


def find_problem(image):
    """Why Brix cannot run IMAGE, or None."""
    if image[:4] != b"\x7fELF":
        return "not an ELF file"
    bits = word_size(image)
    kind, machine, _, entry, table, *_, size, count = read_header(image, bits)
    if machine not in (EM_386, EM_486, EM_X86_64):
        return f"not for x86 (ELF machine {machine})"
    if kind not in (ET_EXEC, ET_DYN):
        return f"not a program (ELF type {kind}); is it linked?"
    if size != struct.calcsize(SEGMENT[bits]):
        return f"program headers of {size} bytes, which is the wrong size"
    if not 0 < size * count <= PAGE_SIZE:
        return f"{count} program headers: none, or more than a page of them"
    if table + size * count > len(image):
        return "the program headers are cut off"
    headers = program_headers(image)
    asker = first_of(headers, PT_INTERP)
    return (asker and find_bad_name(image, asker) or
            find_bad_segment(headers, USER_END[bits]) or
            find_bad_extent(headers, kind, entry, USER_END[bits],
                            asker is not None))


def program_headers(image):
    """Of an IMAGE that has them whole."""
    bits = word_size(image)
    _, _, _, _, table, *_, size, count = read_header(image, bits)
    return [Segment._make(header) for header in struct.iter_unpack(
        SEGMENT[bits], image[table:table + size * count])]


def first_of(headers, kind):
    return next((header for header in headers if header.type == kind), None)


def find_bad_name(image, header):
    """What is wrong with the interpreter's name."""
    name = image[header.offset:header.offset + header.file_size]
    if not 2 <= header.file_size <= PATH_MAX:
        return "the dynamic linker's name is of a wrong length"
    if len(name) < header.file_size:
        return "the dynamic linker's name is cut off"
    if name[-1] != 0:
        return "the dynamic linker's name has no end"
    return None


def interpreter(image):
    """The path of the interpreter of IMAGE, which has no problem, or None."""
    header = first_of(program_headers(image), PT_INTERP)
    if header is None:
        return None
    name = image[header.offset:header.offset + header.file_size]
    return os.fsdecode(name[:name.index(0)])


def find_bad_segment(headers, end):
    """Which rule a segment of a program whose addresses end at END breaks."""
    for number, header in enumerate(headers):
        name = f"the segment of program header {number}"
        if header.type != PT_LOAD:
            continue
        if header.file_size > header.memory_size:
            return f"{name} has more bytes in the file than in memory"
        if header.address >= end or header.address + header.memory_size > end:
            return f"{name} ends past a program's memory"
        if header.file_size and (header.offset - header.address) % PAGE_SIZE:
            return f"{name}: offset and address differ in their page"
    return None


def find_bad_extent(headers, kind, entry, end, is_interpreted):
    """What is wrong with the whole of the segments. An interpreter begins
    elsewhere."""
    segments = [header for header in headers if header.type == PT_LOAD]
    if kind == ET_EXEC and entry >= end and not is_interpreted:
        return f"the entry {entry:#x} is past a program's memory"
    if kind == ET_DYN and segments:
        first = min(segment.address & -PAGE_SIZE for segment in segments)
        if first == max(segment.address + segment.memory_size
                        for segment in segments):
            return "all segments are empty"
    return None


def entry_point(path):
    """The address at which the ELF file PATH starts."""
    with open(path, "rb") as file:
        image = file.read(HEADER_SIZE[64])
    return read_header(image, word_size(image))[3]
