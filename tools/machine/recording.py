"""A run of Brix that is kept, instruction for instruction, so that gdb can go
back in it: QEMU's record and replay, and what that needs to work.

A recording is a folder: the kernel and the files that were booted, what came
from outside (`events`), a disk for QEMU's snapshots, and what to start QEMU
with again (`recording.json`)."""

import contextlib
import dataclasses
import json
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

from machine import BUILD, FAILED, Failure, qemu

FOLDER = BUILD / "recording"
SNAPSHOT_SIZE = "64M"  # of the disk that has nothing but snapshots on it
POLL = 0.05            # seconds

# A triple fault stops the CPU at once. When Brix switches the machine off, or
# the user ends the recording, the replay stops some time after the event before
# that, as fast as the host is. It ends before what power_off says, for that is
# such an event; or by a margin earlier.
EXACT_END = "guest-reset"
POWER_OFF = "guest-shutdown"
END_MARGIN = 10000
MODES = ("record", "replay")
START_LIMIT = 10  # seconds until QEMU must have its door for gdb open

# kvmvapic's reset would wait for ever for a CPU that waits for the replay.
NO_DEADLOCK = ("-global", "apic-common.vapic=off")


@dataclasses.dataclass
class Recording:
    folder: pathlib.Path
    memory: str = "64M"
    cpu: str = "max"
    command_line: str = ""
    iso: bool = False      # booted by GRUB, else by -kernel
    program: str = None    # the host's file that is the first program
    end: int = 0           # instructions until the machine stopped

    def settings_path(self):
        return self.folder / "recording.json"

    def save(self):
        values = dataclasses.asdict(self)
        del values["folder"]
        self.settings_path().write_text(json.dumps(values, indent=1))

    def kernel(self):
        return self.folder / "brix"

    def settings(self):
        settings = qemu.Settings(memory=self.memory, cpu=self.cpu)
        if self.iso:
            return settings
        return dataclasses.replace(
            settings, kernel=self.kernel(), initrd=self.folder / "initrd.cpio",
            command_line=self.command_line)

    def words(self, mode, console, extra=()):
        """QEMU's command line to record or to replay."""
        rules = (f"shift=auto,rr={mode},rrfile={self.folder / 'events'},"
                 "rrsnapshot=init")
        disk = f"file={self.folder / 'snapshots'},if=none,id=rr,format=qcow2"
        settings = self.settings()
        settings.extra = (*NO_DEADLOCK, "-no-shutdown", "-drive", disk,
                          "-icount", rules, *self.iso_words(), *extra)
        return qemu.command(settings, console,
                            f"file,path={self.folder / ('log.' + mode)}")

    def iso_words(self):
        """A CD whose reads are recorded too: of a plain one, the replay hangs.
        """
        if not self.iso:
            return ()
        image = self.folder / "brix.iso"
        return ("-drive", f"file={image},if=none,id=cd-direct,format=raw,"
                "readonly=on", "-drive", "driver=blkreplay,if=none,"
                "image=cd-direct,id=cd-rr,read-only=on",
                "-device", "ide-cd,drive=cd-rr", "-boot", "d")


def load(folder=FOLDER):
    try:
        values = json.loads((folder / "recording.json").read_text())
    except FileNotFoundError:
        raise Failure(f"no recording in {folder}: make record first",
                      FAILED) from None
    return Recording(folder, **values)


def create(recording, settings):
    """Fills the folder with copies of what SETTINGS boot, so that a later make
    changes nothing, and with an empty disk for snapshots."""
    folder = recording.folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, path in (("brix", settings.kernel), ("brix.iso", settings.iso),
                       ("initrd.cpio", settings.initrd)):
        if path is not None:
            shutil.copy(path, folder / name)
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2",
                    folder / "snapshots", SNAPSHOT_SIZE], check=True)


class Monitor:
    """QMP on a socket pair, of which QEMU gets `theirs`."""

    def __init__(self):
        self.ours, self.theirs = socket.socketpair()
        self.lines = None
        self.reason = None  # why the machine stopped

    def words(self):
        return ("-chardev", f"socket,fd={self.theirs.fileno()},id=qmp",
                "-mon", "chardev=qmp,mode=control")

    def start(self, words, **options):
        process = qemu.start(words, pass_fds=[self.theirs.fileno()], **options)
        self.theirs.close()
        self.lines = self.ours.makefile("rw")
        self.lines.readline()  # the greeting
        self.ask("qmp_capabilities")
        return process

    def ask(self, command):
        self.lines.write(json.dumps({"execute": command}))
        self.lines.flush()
        for line in self.lines:
            answer = json.loads(line)
            if "return" in answer:
                return answer["return"]
            if answer.get("event") == "SHUTDOWN" and self.reason is None:
                self.reason = answer["data"]["reason"]
        raise EOFError

    def wait_end(self, time_limit=None):
        """Waits until the machine has stopped, by itself or by ^C. Returns how
        many instructions it has executed, or None if QEMU is gone."""
        deadline = None if time_limit is None else \
            time.monotonic() + time_limit
        try:
            while self.ask("query-status")["running"]:
                if deadline is not None and time.monotonic() > deadline:
                    self.ask("stop")
                time.sleep(POLL)
            return self.ask("query-replay")["icount"]
        except (OSError, EOFError, ValueError):
            return None


def run(recording, mode, console, time_limit=None, **options):
    """Runs until the machine stops. Returns the instructions up to an end that
    each replay reaches, or None; and why it stopped."""
    monitor = Monitor()
    process = monitor.start(recording.words(mode, console, monitor.words()),
                            **options)
    try:
        count = monitor.wait_end(time_limit)
        if count is None:
            return None, None
        is_exact = monitor.reason == EXACT_END
        with contextlib.suppress(OSError, EOFError):
            monitor.ask("quit")  # writes the rest of the events
        process.wait()
        count = count if is_exact else max(count - END_MARGIN, 1)
        return count, monitor.reason
    finally:
        qemu.stop(process)


def console_of_replay(recording):
    return f"file,path={recording.folder / 'console.replay'}"


def start_replay(recording, door):
    """Starts a replay that waits for gdb at the socket DOOR."""
    words = recording.words("replay", console_of_replay(recording), (
        "-S", "-gdb", "chardev:gdb", "-chardev",
        f"socket,path={door},server=on,wait=off,id=gdb"))
    process = qemu.start(words, start_new_session=True,
                         stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + START_LIMIT
    while not door.exists():
        if time.monotonic() > deadline or process.poll() is not None:
            qemu.stop(process)
            raise Failure("QEMU did not start", FAILED)
        time.sleep(POLL)
    return process


def count_at_power_off(recording):
    """Replays up to power_off, by gdb. Returns the instructions until there,
    or None if it isn't reached."""
    with tempfile.TemporaryDirectory(prefix="brix-record-") as folder:
        door = pathlib.Path(folder) / "gdb"
        process = start_replay(recording, door)
        try:
            said = subprocess.run(
                ["gdb", "-nx", "-batch", recording.kernel(),
                 "-ex", f"target remote {door}", "-ex", "thbreak power_off",
                 "-ex", "continue", "-ex", "monitor info replay"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, check=False).stdout
        finally:
            qemu.stop(process)
    count = re.search(r"instruction count = (\d+)", said)
    return int(count[1]) if count and "power_off ()" in said else None


def record(recording, console, time_limit=None, **options):
    """Records, and then finds out where exactly it ends, mostly by a first
    replay: at the end itself the machine is off, and gdb cannot go back from
    there."""
    recording.end, reason = run(recording, "record", console, time_limit,
                                **options)
    if reason == POWER_OFF:
        recording.end = count_at_power_off(recording)
    elif reason != EXACT_END:
        recording.end, _ = run(recording, "replay",
                               console_of_replay(recording),
                               stdin=subprocess.DEVNULL)
    if not recording.end:
        raise Failure("the recording cannot be replayed", FAILED)
    recording.save()
