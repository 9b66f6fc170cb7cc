"""When memory runs out, pages of files that can be read again are given back."""

import array

from machine import BUILD, cpio

PROGRAM = BUILD / "test/programs/static/reclaims"
PAGE = 4096
DATA_SIZE = 24 << 20
MEMORY = "48M"  # for the archive and the kernel, and less than that again
TIME_LIMIT = 90
OPTIONS = "log=com2 panic=poweroff exit=poweroff validate init=/reclaims"


def archive(data, shift):
    """An archive whose files lie SHIFT bytes behind page boundaries, so that
    what programs see of them are copies."""
    program = PROGRAM.read_bytes()
    parts = cpio.entry(1, "reclaims", cpio.REGULAR, program)
    header = len(cpio.entry(2, "data", cpio.REGULAR, b""))
    gap = (shift - len(parts) - header) % PAGE
    name = b"data".ljust(len(b"data") + gap, b"\0")
    member = cpio.entry(2, name.decode(), cpio.REGULAR, data)
    return parts + member + cpio.entry(0, cpio.TRAILER, 0, b"")


def test_files_larger_than_memory(boot, tmp_path):
    data = array.array("Q", range(DATA_SIZE // 8)).tobytes()
    path = tmp_path / "initrd.cpio"
    path.write_bytes(archive(data, shift=4))
    machine = boot(initrd=path, memory=MEMORY, command_line=OPTIONS,
                   time_limit=TIME_LIMIT)
    machine.wait_end()
    assert "first program ended: exit status 0" in machine.log(), machine.log()
    assert machine.output().split() == (
        "cached more is available than free all pages came back").split()
