"""The machines that run the conformance programs: Linux 6.1 and Brix, in the
same QEMU, with the same initial file system and the same first program."""

import dataclasses
import os
import pathlib
import shutil
import tempfile

import debian
from machine import BUILD, program
from machine.qemu import Settings

FOLDER = BUILD / "conformance"
PROGRAMS = ("conformance", "conformance32", "conformance-pie",
            "conformance32-pie")
RUNNER = "runner"
PAGE_SIZE = 4096
DATA_PAGES, DATA_REST = 5, 100
RETURN = 0xC3  # the instruction `ret`
NUMBER_AT = 8  # TOUCH_OFFSET of touch.h

SETTINGS = Settings(memory="512M", cpu="max")

# What a program could see of Linux and Brix has not: the vdso and its data,
# the vsyscall page, execute-only memory by protection keys, addresses of 56 bits. Large pages
# never,
# because khugepaged makes them at times of its own; a pool for MAP_HUGETLB.
LINUX_OPTIONS = (
    f"{debian.OPTIONS} rdinit=/runner norandmaps vdso=0 vdso32=0 vsyscall=none "
    "nopku no5lvl transparent_hugepage=never hugepages=64")
BRIX_OPTIONS = "norandmaps hugepages=64"


def data_file():
    """Page N begins with an instruction, and has N at NUMBER_AT."""
    pages = bytearray(DATA_PAGES * PAGE_SIZE + DATA_REST)
    for page in range(DATA_PAGES + 1):
        at = page * PAGE_SIZE
        pages[at] = RETURN
        pages[at + NUMBER_AT] = page
    return bytes(pages)


def files(commands):
    """The file system that runs COMMANDS, a list of lines."""
    found = {f"/{name}": (FOLDER / name).read_bytes()
             for name in (*PROGRAMS, RUNNER)}
    found["/commands"] = "".join(line + "\n" for line in commands).encode()
    found["/data"] = data_file()
    return found


def linux_files(commands):
    """The same for Linux, where the runner mounts /proc."""
    return {**files(commands), "/proc/.keep": b""}


def lines_of(output):
    """What the runner and its programs said, without firmware's words."""
    text = output.decode("latin-1").replace("\r", "")
    start = text.find("=== ")
    return text[max(start, 0):].splitlines()


def on_linux(commands, time_limit):
    """The lines."""
    settings = dataclasses.replace(SETTINGS, command_line=LINUX_OPTIONS)
    return lines_of(debian.boot(settings, linux_files(commands), time_limit))


def on_brix(commands, time_limit):
    """The lines, and the kernel's log if the end was not a good one."""
    given = files(commands)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="brix-conformance-"))
    try:
        chosen = program.Program(
            name="/runner", image=given["/runner"], files=given,
            append=BRIX_OPTIONS, log=folder / "log", time_limit=time_limit)
        with open(os.devnull, "rb") as empty, \
                open(folder / "console", "wb") as output:
            end = program.run(chosen, SETTINGS, empty.fileno(),
                              output.fileno())
        lines = lines_of((folder / "console").read_bytes())
        status, message = program.exit_status(*end, chosen)
        return lines, None if status == 0 else f"status {status}: {message}"
    finally:
        shutil.rmtree(folder)
