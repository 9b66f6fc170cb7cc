"""Runs one program of the host on Brix: what tools/run does, for the tests too.
Init, of Brix' own programs, is process 1 and starts it; the others are in /bin,
the shell among them, for programs that call system()."""

import contextlib
import dataclasses
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile

from machine import (BUILD, FAILED, KERNEL, Failure, cpio, iso, libraries,
                     outcome, qemu, tracing)
from machine.console import Console

# Options of a kernel that runs a command of the host.
SEED = "seed=1"  # where each run has to take the same
OPTIONS = "log=com2 panic=poweroff exit=poweroff"
INIT = "/sbin/init"
WORDS_FILE = "/run.args"
DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
OWN_PROGRAMS = BUILD / "initrd/bin"
TIMED_OUT = 124
MIB = 1 << 20
LEAST_MEMORY, SMALL_ARCHIVE = 256, 32  # MiB
WITH_VIRTIO = re.compile(r"(pc|q35|microvm)\b")  # types of machines


@dataclasses.dataclass
class Program:
    """IMAGE and its arguments. FILES is a dict of more files in the initrd,
    beside those that a dynamic program needs, ENVIRONMENT one of what its
    environment has more. BOOT is kernel, iso or uefi."""

    name: str
    image: bytes
    arguments: list = dataclasses.field(default_factory=list)
    environment: dict = dataclasses.field(default_factory=dict)
    settings: tuple = ()  # words of init's, before the program
    files: dict = dataclasses.field(default_factory=dict)
    boot: str = "kernel"
    append: str = ""
    kernel: str = KERNEL
    log: str = BUILD / "run.log"
    time_limit: float = None
    wait_for_gdb: bool = False
    outputs: tracing.Outputs = dataclasses.field(
        default_factory=tracing.Outputs)  # of its record


def guest_path(name):
    """A program has the path on Brix that it has on the host, so argv[0] is
    the same. A command line cannot carry blanks and the like."""
    return re.sub(r"[^\w./+-]", "_", os.path.abspath(name), flags=re.ASCII)


def own_files():
    """Brix' own programs, made by `make initrd`."""
    files = {f"/bin/{file.name}": file.read_bytes()
             for file in OWN_PROGRAMS.iterdir()}
    files[INIT] = files["/bin/init"]
    return files


def bare_root():
    """What programs ask for first."""
    text, folder, shared = 0o100644, 0o040755, 0o041777
    return {"/tmp": cpio.Node(shared), "/dev/shm": cpio.Node(shared),
            "/root": cpio.Node(folder),
            "/etc/passwd": cpio.Node(text, b"root:x:0:0:root:/root:/bin/sh\n"),
            "/etc/group": cpio.Node(text, b"root:x:0:\n"),
            "/etc/nsswitch.conf": cpio.Node(
                text, b"passwd: files\ngroup: files\nhosts: files\n")}


def with_program(program):
    """The files of PROGRAM: itself, those that were added, its libraries."""
    path = guest_path(program.name)
    files = {path: program.image, **program.files}
    return libraries.needed(program.name, program.image, path, files,
                            program.environment) | files


def write_initrd(program, folder):
    environment = {"PATH": DEFAULT_PATH, **program.environment}
    words = [*(f"env={name}={value}" for name, value in environment.items()),
             *program.settings, guest_path(program.name), *program.arguments]
    files = with_program(program)
    files[WORDS_FILE] = b"".join(os.fsencode(word) + b"\0" for word in words)
    for path, data in (own_files() | bare_root()).items():
        files.setdefault(path, data)
    path = folder / "initrd.cpio"
    path.write_bytes(cpio.archive(files))
    return path


def memory_for(initrd):
    """Enough for the archive and for files that become private."""
    archive = initrd.stat().st_size // MIB
    return f"{LEAST_MEMORY + 2 * archive * (archive > SMALL_ARCHIVE)}M"


def command_line(program, console_mode, settings):
    append = program.append
    if settings.virtio:
        append = f"{qemu.virtio_option(settings)} {append}"
    if settings.icount:
        append = f"{SEED} {append}"
    if program.outputs.is_any():
        append = f"{append} {tracing.OPTION}"
    if program.wait_for_gdb:
        append = watched_from_outside(append)
    return (f"{OPTIONS} console={console_mode} init={INIT} args={WORDS_FILE} "
            f"{append}").strip()


def watched_from_outside(append):
    """APPEND for a kernel that is debugged by QEMU's own stub, if it does not
    say otherwise."""
    is_said = any(word.startswith("gdb=") for word in append.split())
    return append if is_said else f"gdb=qemu {append}".strip()


def machine_settings(program, settings, console_mode, folder):
    """SETTINGS with the kernel, the initrd and the command line put in."""
    initrd = write_initrd(program, folder)
    settings = dataclasses.replace(
        settings, memory=settings.memory or memory_for(initrd))
    line = command_line(program, console_mode, settings)
    if program.boot == "kernel":
        return dataclasses.replace(settings, kernel=program.kernel,
                                   initrd=initrd, command_line=line)
    menu = iso.menu(line, True, "multiboot2")
    image = iso.make_iso(folder, program.kernel, initrd, menu)
    return dataclasses.replace(settings, iso=image, uefi=program.boot == "uefi")


def line_outputs(settings, output, errors):
    """Where the lines of the machine go: the program's, COM1 where that is
    another, and the errors', which share a line with the output where they come
    out at the same place, so that their order stays."""
    if not WITH_VIRTIO.match(settings.machine):
        return [output]
    is_shared = errors is None or os.path.sameopenfile(output, errors)
    return [output, output] + ([] if is_shared else [errors])


def with_lines(settings, lines, door):
    """(SETTINGS with the sockets LINES as lines and DOOR for the input by
    virtio, the chardev that is COM1)."""
    first, *others = (f"socket,fd={line.fileno()}" for line in lines)
    if not others:
        return settings, first
    com1, *errors = others
    return dataclasses.replace(settings, virtio=(first, *errors),
                               virtio_input=f"socket,fd={door.fileno()}"), com1


def run(program, settings, input, output, console_mode="raw", tell=print,
        errors=None):
    """Runs PROGRAM on a machine of SETTINGS between the descriptors INPUT,
    OUTPUT and ERRORS (None: they go to OUTPUT). Returns (machine ended in time,
    log, what QEMU said)."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="brix-run-"))
    process = None
    try:
        outputs = line_outputs(settings, output, errors)
        with contextlib.ExitStack() as closing, \
                open(folder / "qemu", "w+") as said:
            ours, theirs = zip(*(socket.socketpair()
                                 for _ in (None, *outputs)))
            for line in (*ours, *theirs):
                closing.enter_context(line)
            settings, com1 = with_lines(settings, theirs[1:], theirs[0])
            settings = machine_settings(program, settings, console_mode, folder)
            if program.wait_for_gdb:
                settings.extra += gdb_words(program, folder, tell)
            if program.outputs.is_any():
                settings.extra += tracing.memory_words(settings,
                                                       folder / "memory")
                closing.enter_context(tracing.followed(
                    folder / "memory", program.outputs, tell))
            process = qemu.start(
                qemu.command(settings, com1, f"file,path={folder / 'log'}"),
                pass_fds=[line.fileno() for line in theirs],
                stdin=subprocess.DEVNULL, stderr=said)
            for line in theirs:
                line.close()
            door = ours[0] if settings.virtio else None
            console = Console(zip(ours[1:], outputs), input, console_mode,
                              tell, door,
                              lambda: bool(outcome.read(folder / "log")))
            in_time = console.run(program.time_limit)
            if console.refusal is not None:
                raise Failure(console.refusal, FAILED)
            if in_time:
                process.wait()
            qemu.stop(process)
            said.seek(0)
            words = said.read() + console.words_before_start()
            return in_time, outcome.read(folder / "log"), words
    finally:
        if process is not None:
            qemu.stop(process)
        keep_log(folder / "log", program.log)
        shutil.rmtree(folder)


def gdb_words(program, folder, tell):
    door = folder / "gdb"
    tell(f"waiting for: gdb {program.kernel} -ex 'target remote {door}'")
    return ("-S", "-gdb", "chardev:gdb",
            "-chardev", f"socket,path={door},server=on,wait=off,id=gdb")


def keep_log(log, kept):
    """Other runs may write KEPT at the same time: it is replaced whole."""
    if log.exists():
        kept = pathlib.Path(kept)
        kept.parent.mkdir(exist_ok=True)
        draft = tempfile.NamedTemporaryFile(dir=kept.parent, delete=False)
        with draft, open(log, "rb") as written:
            shutil.copyfileobj(written, draft)
        os.chmod(draft.name, 0o644)
        os.replace(draft.name, kept)


def exit_status(in_time, log, said, program):
    """(exit status, message or None) for what run() returned."""
    refusal = outcome.find_refusal(log)
    if refusal is not None:
        return refusal
    end = outcome.find_end(log)
    if end is not None:
        status, number = end
        return (status, None) if number is None else (
            outcome.SIGNAL_BASE + number, outcome.death(number, program.log))
    reason = outcome.find_not_started(log)
    if reason is not None:
        return FAILED, reason
    panic = outcome.find_panic(log)
    if panic is not None:
        return FAILED, panic
    if not in_time and not log:
        return TIMED_OUT, (f"the machine has not started in "
                           f"{program.time_limit:g} seconds\n{said}").strip()
    if not in_time:
        return TIMED_OUT, (f"no end after {program.time_limit:g} seconds; the "
                           f"log's last lines:\n{outcome.tail(log)}")
    raise Failure("the machine ended before the program did\n" +
                  (said or outcome.tail(log)), FAILED)
