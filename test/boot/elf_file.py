"""Writes small ELF programs of both classes, right ones and wrong ones."""

import struct

BASE = 0x400000
READ, WRITE, EXECUTE = 4, 2, 1
PT_NULL, PT_LOAD, PT_INTERP, PT_GNU_STACK = 0, 1, 3, 0x6474E551
PAGE = 4096

HEADER_SIZE, SEGMENT_SIZE = {64: 64, 32: 52}, {64: 56, 32: 32}
HEADER = {64: "<HHIQQQIHHHHHH", 32: "<HHIIIIIHHHHHH"}
CLASS, MACHINE = {64: 2, 32: 1}, {64: 62, 32: 3}

# exit_group(0)
CODE = bytes.fromhex("b8e7000000" "31ff" "0f05")


def segment(address=BASE, offset=0, file_size=PAGE, size=PAGE,
            flags=READ | EXECUTE, alignment=PAGE, kind=PT_LOAD, bits=64):
    """A program header. Numbers are cut to the class's words."""
    address, offset, file_size, size, alignment = (
        number % (1 << bits)
        for number in (address, offset, file_size, size, alignment))
    if bits == 64:
        return struct.pack("<IIQQQQQQ", kind, flags, offset, address, address,
                           file_size, size, alignment)
    return struct.pack("<IIIIIIII", kind, offset, address, address, file_size,
                       size, flags, alignment)


def header(bits=64, **fields):
    """The ELF header of a program; FIELDS replace its own."""
    field = {"magic": b"\x7fELF", "ident_class": CLASS[bits], "ident_data": 1,
             "kind": 2, "machine": MACHINE[bits], "version": 1, "entry": BASE,
             "table": HEADER_SIZE[bits], "header_size": HEADER_SIZE[bits],
             "segment_size": SEGMENT_SIZE[bits], "count": 0, **fields}
    ident = field["magic"] + bytes([field["ident_class"], field["ident_data"],
                                    1]) + bytes(9)
    table = field.get("table_field", field["table"])
    return ident + struct.pack(
        HEADER[bits], field["kind"], field["machine"], field["version"],
        field["entry"] % (1 << bits), table, 0, 0, field["header_size"],
        field["segment_size"], field["count"], 0, 0, 0)


def program(segments=None, code=CODE, file_size=PAGE, **fields):
    """The bytes of a program with its headers and CODE in the first page,
    FILE_SIZE long. FIELDS replace fields of the ELF header."""
    segments = [segment()] if segments is None else segments
    code_offset = HEADER_SIZE[64] + SEGMENT_SIZE[64] * len(segments)
    image = header(**{"entry": BASE + code_offset, "count": len(segments),
                      **fields}) + b"".join(segments) + code
    return image.ljust(file_size, b"\0")[:file_size]
