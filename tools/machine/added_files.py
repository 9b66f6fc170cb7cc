"""Files and folders of the host that the guest gets."""

import os
import stat

from machine import FAILED, Failure, cpio


def read(host, guest):
    """{path in the guest: bytes or Node} of the file or folder HOST, which is
    to be GUEST. OSError for what can't be read."""
    if not os.path.isdir(host):
        if not stat.S_ISREG(os.stat(host).st_mode):
            raise Failure(f"{host}: neither a file nor a folder", FAILED)
        return {guest: contents(host)}
    files = {}
    for folder, folders, names in os.walk(host, onerror=refuse):
        below = os.path.relpath(folder, host)
        here = os.path.normpath(os.path.join(guest, below))
        if here != "/":
            files[here] = cpio.Node(os.stat(folder).st_mode)
        for name in names + folders:
            path = os.path.join(folder, name)
            node = read_node(path)
            if node is not None:
                files[os.path.join(here, name)] = node
    return files


def refuse(error):
    raise error


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def read_node(path):
    """What is no folder; of devices, sockets and pipes, which have no bytes,
    None."""
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        return cpio.Node(stat.S_IFLNK | 0o777, os.fsencode(os.readlink(path)))
    if stat.S_ISREG(mode):
        return cpio.Node(mode, contents(path))
    return None
