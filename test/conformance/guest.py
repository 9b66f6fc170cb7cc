"""The machines that run the conformance programs: Linux 6.1 and Brix, in the
same QEMU, with the same initial file system and the same first program."""

import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile

from machine import BUILD, FAILED, Failure, cpio, program, qemu
from machine.qemu import Settings

FOLDER = BUILD / "conformance"
PROGRAMS = ("conformance", "conformance32")
RUNNER = "runner"
PAGE_SIZE = 4096
DATA_PAGES, DATA_REST = 5, 100
RETURN = 0xC3  # the instruction `ret`
NUMBER_AT = 8  # TOUCH_OFFSET of touch.h
BOOTS_MAX = 3

SETTINGS = Settings(memory="512M", cpu="max")

# What a program could see of Linux and Brix has not: the vdso and its data,
# the vsyscall page, execute-only memory by protection keys, addresses of 56 bits. Large pages
# never,
# because khugepaged makes them at times of its own; a pool for MAP_HUGETLB.
LINUX_OPTIONS = (
    "console=ttyS0 quiet loglevel=0 panic=-1 rdinit=/runner norandmaps vdso=0 "
    "vdso32=0 vsyscall=none nopku no5lvl transparent_hugepage=never hugepages=8 "
    "mitigations=off")
BRIX_OPTIONS = "norandmaps"

LINUX_PACKAGE = "linux-image-cloud-amd64"
LINUX = FOLDER / "linux"


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


def linux_kernel():
    """The path of Linux's kernel, downloaded and unpacked when it is not there.
    The package is never installed. Several may call at once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not LINUX.exists():
            fetch_linux()
    return next(LINUX.glob("boot/vmlinuz-*"))


def fetch_linux():
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        package = dependency() or dependency(update=True)
        tell("apt-get", "download", package, cwd=folder)
        archives = list(pathlib.Path(folder).glob("*.deb"))
        tell("dpkg-deb", "-x", str(archives[0]), f"{folder}/linux")
        os.replace(f"{folder}/linux", LINUX)


def dependency(update=False):
    """The package with the kernel that LINUX_PACKAGE stands for, or None."""
    if update:
        tell("apt-get", "update")
    answer = subprocess.run(["apt-cache", "depends", LINUX_PACKAGE],
                            capture_output=True, text=True)
    for line in answer.stdout.splitlines():
        if "Depends: linux-image-" in line:
            return line.split()[-1]
    if update:
        raise Failure(f"apt-get knows no {LINUX_PACKAGE}: the conformance "
                      "tests need Debian's Linux 6.1", FAILED)
    return None


def tell(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Failure("the conformance tests need Debian's Linux 6.1, but "
                      f"`{' '.join(words)}` failed:\n{done.stderr}", FAILED)


def lines_of(output):
    """What the runner and its programs said, without firmware's words."""
    text = output.decode("latin-1").replace("\r", "")
    start = text.find("=== ")
    return text[max(start, 0):].splitlines()


def on_linux(commands, time_limit):
    """The lines. On a busy host one boot in a hundred ends before Linux says a
    word: the machine is started again."""
    for _ in range(BOOTS_MAX):
        lines = boot_linux(commands, time_limit)
        if lines:
            break
    return lines


def boot_linux(commands, time_limit):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="brix-linux-"))
    try:
        archive = folder / "initrd.cpio"
        archive.write_bytes(cpio.archive(
            {**files(commands), "/proc/.keep": b""}))
        settings = Settings(
            kernel=linux_kernel(), initrd=archive, memory=SETTINGS.memory,
            cpu=SETTINGS.cpu, command_line=LINUX_OPTIONS)
        words = qemu.command(settings, f"file,path={folder / 'console'}",
                             "null")
        process = qemu.start(words, stdin=subprocess.DEVNULL)
        try:
            process.wait(time_limit)
        except subprocess.TimeoutExpired:
            raise Failure(f"Linux took more than {time_limit} seconds:\n" +
                          "\n".join(lines_of((folder / "console")
                                             .read_bytes())[-20:]),
                          FAILED) from None
        finally:
            qemu.stop(process)
        if process.returncode != 0:
            raise Failure("QEMU, which ran Linux, ended with "
                          f"{process.returncode}", FAILED)
        return lines_of((folder / "console").read_bytes())
    finally:
        shutil.rmtree(folder)


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
