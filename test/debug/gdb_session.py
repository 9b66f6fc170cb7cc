"""gdb on a machine of its own, or on a core file: the tests' way in. Each has
its own socket and a time limit, and nothing is left of either."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from machine import INITRD, KERNEL, ROOT, qemu
from machine.qemu import Settings

LOAD = ROOT / "tools/gdb/load.py"
TIME_LIMIT = 60
START_LIMIT = 30
# Addresses are the same in each run, and nothing is left to chance.
OPTIONS = "log=com2 loglevel=debug norandmaps gdb=qemu"


def run_gdb(words, time_limit=TIME_LIMIT):
    """What gdb says. It waits for ever on a target that runs, so it is killed
    when the time is up, with what it started."""
    process = subprocess.Popen(
        ["gdb", "-nx", "-q", "-batch", *words], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True)
    try:
        return process.communicate(timeout=time_limit)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said = process.communicate()[0]
        raise AssertionError(f"gdb took more than {time_limit} s:\n{said}")


def as_words(commands):
    return [word for command in commands for word in ("-ex", command)]


class Machine:
    """A halted QEMU whose gdb door is a socket."""

    options = OPTIONS

    def __init__(self, program=None, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="brix-gdb-"))
        self.door = self.folder / "gdb"
        line = f"{self.options} init={program}" if program else self.options
        if "iso" not in settings:
            settings = {"kernel": KERNEL, "initrd": INITRD, "memory": "64M",
                        "command_line": line, **settings}
        self.process = qemu.start(self.words(Settings(**settings)),
                                  stdin=subprocess.DEVNULL)

    def socket(self):
        return f"socket,path={self.door},server=on,wait=off"

    def words(self, settings):
        settings.extra += ("-S", "-gdb", "chardev:gdb", "-chardev",
                          f"{self.socket()},id=gdb")
        return qemu.command(settings, f"file,path={self.folder / 'console'}",
                            f"file,path={self.folder / 'log'}")

    def is_ready(self):
        return self.door.exists()

    def __enter__(self):
        deadline = time.monotonic() + START_LIMIT
        while not self.is_ready():
            assert time.monotonic() < deadline, "QEMU did not start"
            time.sleep(0.01)
        return self

    def __exit__(self, *_):
        qemu.stop(self.process)
        shutil.rmtree(self.folder)

    def gdb(self, *commands, scripts=(), time_limit=TIME_LIMIT):
        """What gdb says to COMMANDS, and then to the files SCRIPTS."""
        words = [str(KERNEL), "-x", str(LOAD),
                 "-ex", f"target remote {self.door}", *as_words(commands)]
        for script in scripts:
            words += ["-x", str(script)]
        return run_gdb(words, time_limit)


class StubMachine(Machine):
    """The same with the kernel's own stub, which waits on COM2."""

    options = "gdb=com2 gdbwait norandmaps"

    def words(self, settings):
        return qemu.command(settings, f"file,path={self.folder / 'console'}",
                            self.socket())

    def is_ready(self):
        console = self.folder / "console"
        return console.exists() and b"debugger" in console.read_bytes()


def gdb_on_core(core, *commands):
    return run_gdb([str(KERNEL), "-c", str(core), "-x", str(LOAD),
                    *as_words(commands)])
