"""Is this file a program that Brix can run? Answers before a machine starts,
so that a wrong file gets a clear message instead of a boot."""

import struct

from machine import Failure

NOT_EXECUTABLE = 126  # the shell's status for a file that cannot be run
NOT_FOUND = 127

ELFCLASS32, ELFCLASS64 = 1, 2
ELFDATA2LSB = 1
ET_EXEC, ET_DYN = 2, 3
EM_386, EM_X86_64 = 3, 62
PT_INTERP = 3

# Of the ELF header: type, machine, version, entry, phoff, shoff, flags,
# ehsize, phentsize, phnum.
HEADER = {ELFCLASS32: "<HHIIIIIHHH", ELFCLASS64: "<HHIQQQIHHH"}
MACHINE = {ELFCLASS32: EM_386, ELFCLASS64: EM_X86_64}
# Where p_offset and p_filesz stand in a program header.
SEGMENT = {ELFCLASS32: "<I4xII4xI", ELFCLASS64: "<I4xQ8x8xQ"}
IDENT_SIZE = 16


def read_program(path):
    """The bytes of the static x86 program at PATH, or Failure."""
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


def find_problem(image):
    """Why Brix cannot run IMAGE, or None."""
    if image[:4] != b"\x7fELF":
        return "not an ELF file"
    kind = image[4] if len(image) > 4 else 0
    if kind not in HEADER or image[5:6] != bytes([ELFDATA2LSB]):
        return "an ELF file, but neither 32-bit nor 64-bit little endian"
    try:
        header = struct.unpack_from(HEADER[kind], image, IDENT_SIZE)
        if header[1] != MACHINE[kind]:
            return f"not for x86 (ELF machine {header[1]})"
        if header[0] not in (ET_EXEC, ET_DYN):
            return f"not a program (ELF type {header[0]}); is it linked?"
        return find_interpreter(image, kind, header)
    except struct.error:
        return "the ELF file is cut off"


def find_interpreter(image, kind, header):
    """Why a program with the dynamic linker's name in it is refused."""
    table, entry_size, count = header[4], header[8], header[9]
    for index in range(count):
        at = table + index * entry_size
        name, offset, *_, size = struct.unpack_from(SEGMENT[kind], image, at)
        if name == PT_INTERP:
            linker = image[offset:offset + size].rstrip(b"\0").decode("latin-1")
            return f"needs the dynamic linker {linker}; link it with -static"
    return None


def entry_point(path):
    """The address at which the ELF file PATH starts."""
    with open(path, "rb") as file:
        image = file.read(64)
    return struct.unpack_from(HEADER[image[4]], image, IDENT_SIZE)[3]
