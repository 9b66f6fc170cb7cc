"""Writes small 64-bit ELF programs, right ones and wrong ones."""

import struct

BASE = 0x400000
HEADER_SIZE, SEGMENT_SIZE = 64, 56
READ, WRITE, EXECUTE = 4, 2, 1
PT_LOAD, PT_INTERP = 1, 3
PAGE = 4096

# exit_group(0)
CODE = bytes.fromhex("b8e7000000" "31ff" "0f05")


def segment(address=BASE, offset=0, file_size=PAGE, size=PAGE,
            flags=READ | EXECUTE, alignment=PAGE, kind=PT_LOAD):
    return struct.pack("<IIQQQQQQ", kind, flags, offset, address, address,
                       file_size, size, alignment)


def program(segments=None, code=CODE, file_size=PAGE, **header):
    """The bytes of a program with its headers and CODE in the first page,
    FILE_SIZE long. HEADER replaces fields of the ELF header."""
    segments = [segment()] if segments is None else segments
    code_offset = HEADER_SIZE + SEGMENT_SIZE * len(segments)
    field = {"kind": 2, "machine": 62, "version": 1, "ident_class": 2,
             "entry": BASE + code_offset, "table": HEADER_SIZE,
             "header_size": HEADER_SIZE, "segment_size": SEGMENT_SIZE,
             "count": len(segments), **header}
    ident = b"\x7fELF" + bytes([field["ident_class"], 1, 1]) + bytes(9)
    head = ident + struct.pack(
        "<HHIQQQIHHHHHH", field["kind"], field["machine"], field["version"],
        field["entry"], field["table"], 0, 0, field["header_size"],
        field["segment_size"], field["count"], 0, 0, 0)
    image = head + b"".join(segments) + code
    return image.ljust(file_size, b"\0")[:file_size]
