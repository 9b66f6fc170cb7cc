"""Writes cpio archives (newc), the format of Brix' initrd."""

import pathlib

DIRECTORY, REGULAR = 0o040755, 0o100755
ALIGNMENT = 4


def padded(data):
    return data + bytes(-len(data) % ALIGNMENT)


def entry(inode, name, mode, data, links=1):
    """One member: magic, 13 fields of 8 hexadecimal digits, name, data."""
    raw_name = name.encode() + b"\0"
    no_time, no_device, no_check = 0, 0, 0
    fields = (inode, mode, 0, 0, links, no_time, len(data), no_device,
              no_device, no_device, no_device, len(raw_name), no_check)
    header = b"070701" + b"".join(b"%08X" % field for field in fields)
    return padded(header + raw_name) + padded(data)


def archive(files):
    """The archive of FILES, a dict from a path in the guest to its bytes."""
    names = {name.strip("/"): data for name, data in files.items()}
    folders = {str(parent) for name in names
               for parent in pathlib.PurePosixPath(name).parents} - {"."}
    members = [(folder, DIRECTORY, b"") for folder in sorted(folders)]
    members += [(name, REGULAR, data) for name, data in names.items()]
    parts = [entry(inode, *member) for inode, member in enumerate(members, 1)]
    return b"".join(parts) + entry(0, "TRAILER!!!", 0, b"")
