"""Writes cpio archives (newc), the format of Brix' initrd."""

import dataclasses
import os
import pathlib

from machine import FAILED, Failure

DIRECTORY, REGULAR = 0o040755, 0o100755
TYPE_MASK, TYPE_REGULAR, TYPE_DIRECTORY = 0o170000, 0o100000, 0o040000
ALIGNMENT = 4
PAGE = 4096
NAME_SIZE_MAX = 4096  # with its zero byte: Linux leaves out what has a longer one
TRAILER = "TRAILER!!!"

# A header: a magic and fields of 8 hexadecimal digits, of which these are read.
MAGIC_SIZE, FIELD_SIZE, FIELD_COUNT = 6, 8, 13
HEADER_SIZE = MAGIC_SIZE + FIELD_SIZE * FIELD_COUNT
MODE_FIELD, SIZE_FIELD, NAME_SIZE_FIELD = 1, 6, 11


@dataclasses.dataclass(frozen=True)
class Node:
    """A file that is no regular one that everybody may execute: type and
    rights as st_mode has them, and the bytes (of a link, where it leads)."""
    mode: int
    data: bytes = b""


def padded(data):
    return data + bytes(-len(data) % ALIGNMENT)


def entry(inode, name, mode, data, links=1):
    """One member: magic, 13 fields of 8 hexadecimal digits, name, data."""
    raw_name = os.fsencode(name) + b"\0"
    no_time, no_device, no_check = 0, 0, 0
    fields = (inode, mode, 0, 0, links, no_time, len(data), no_device,
              no_device, no_device, no_device, len(raw_name), no_check)
    header = b"070701" + b"".join(b"%08X" % field for field in fields)
    return padded(header + raw_name) + padded(data)


def archive(files):
    """The archive of FILES, a dict from a path in the guest to its bytes or its
    Node."""
    names = {name.strip("/"): data if isinstance(data, Node) else
             Node(REGULAR, data) for name, data in files.items()}
    folders = {str(parent): Node(DIRECTORY) for name in names
               for parent in pathlib.PurePosixPath(name).parents}
    folders |= {name: node for name, node in names.items()
                if node.mode & TYPE_MASK == TYPE_DIRECTORY}
    for name in names.keys() & folders.keys():
        if names[name].mode & TYPE_MASK == TYPE_REGULAR:
            raise Failure(f"/{name}: a file and a folder have this path",
                          FAILED)
    folders.pop(".", None)
    members = [(name, folders[name]) for name in sorted(folders)]
    members += [member for member in names.items() if member[0] not in folders]
    parts = [entry(inode, name, node.mode, node.data)
             for inode, (name, node) in enumerate(members, 1)]
    return aligned(b"".join(parts) + entry(0, TRAILER, 0, b""))


def field_of(header, field):
    at = MAGIC_SIZE + FIELD_SIZE * field
    return int(header[at:at + FIELD_SIZE], 16)


def members_of(data):
    """(header, name, bytes) of each member of the archive DATA, the trailer
    too."""
    at, name = 0, b""
    while name != TRAILER.encode():
        start = at + HEADER_SIZE
        header = data[at:start]
        name_size = field_of(header, NAME_SIZE_FIELD)
        name = data[start:start + name_size].rstrip(b"\0")
        start += name_size + -(start + name_size) % ALIGNMENT
        end = start + field_of(header, SIZE_FIELD)
        yield header, name, data[start:end]
        at = end + -end % ALIGNMENT


def with_name(header, name, name_size):
    """HEADER and NAME, which zeros fill up to NAME_SIZE."""
    at = MAGIC_SIZE + FIELD_SIZE * NAME_SIZE_FIELD
    return (header[:at] + b"%08X" % name_size
            + header[at + FIELD_SIZE:HEADER_SIZE] + name.ljust(name_size, b"\0"))


def gap_at(at, name):
    """How many zeros more the name of a member that begins at AT needs, so that
    its data are at a multiple of a page."""
    gap = -(at + HEADER_SIZE + len(name) + 1) % PAGE
    return gap - gap % ALIGNMENT


def filler(gap):
    """A member as long as GAP, or a page more, to come before one whose name would get
    longer than readers take: the root, which is there anyhow."""
    size = gap if gap >= HEADER_SIZE + len(b".\0") else gap + PAGE
    return with_name(entry(0, ".", DIRECTORY, b""), b".", size - HEADER_SIZE)


def aligned(data):
    """The archive DATA, in which the bytes of each file are at a multiple of a
    page, so that Brix maps them where they lie. To every reader, the zeros
    behind a name belong to it."""
    parts, at = [], 0
    for header, name, content in members_of(data):
        kind = field_of(header, MODE_FIELD) & TYPE_MASK
        is_moved = kind == TYPE_REGULAR and content
        gap = gap_at(at, name) if is_moved else 0
        if len(name) + 1 + gap > NAME_SIZE_MAX:
            parts.append(filler(gap))
            at += len(parts[-1])
            gap = 0
        parts += [padded(with_name(header, name, len(name) + 1 + gap)),
                  padded(content)]
        at += len(parts[-2]) + len(parts[-1])
    return b"".join(parts)
