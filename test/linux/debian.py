"""Debian 12's Linux 6.1 in QEMU, the oracle of what a program sees. The host's
kernel is another on each computer, and need not run programs for i386."""

import dataclasses
import fcntl
import os
import pathlib
import subprocess
import tempfile

from machine import BUILD, FAILED, Failure, cpio, qemu

FOLDER = BUILD / "linux"
PACKAGE = "linux-image-cloud-amd64"
UNPACKED = FOLDER / "kernel"
BOOTS_MAX = 3

# Every kernel command line begins with these.
OPTIONS = "console=ttyS0 quiet loglevel=0 panic=-1 mitigations=off"


def kernel():
    """The path of Linux's kernel, downloaded and unpacked when it is not there.
    The package is never installed. Several may call at once."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not UNPACKED.exists():
            fetch()
    return next(UNPACKED.glob("boot/vmlinuz-*"))


def fetch():
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        package = dependency() or dependency(update=True)
        tell("apt-get", "download", package, cwd=folder)
        archives = list(pathlib.Path(folder).glob("*.deb"))
        tell("dpkg-deb", "-x", str(archives[0]), f"{folder}/linux")
        os.replace(f"{folder}/linux", UNPACKED)


def dependency(update=False):
    """The package with the kernel that PACKAGE stands for, or None."""
    if update:
        tell("apt-get", "update")
    answer = subprocess.run(["apt-cache", "depends", PACKAGE],
                            capture_output=True, text=True)
    for line in answer.stdout.splitlines():
        if "Depends: linux-image-" in line:
            return line.split()[-1]
    if update:
        raise Failure(f"apt-get knows no {PACKAGE}: the tests need Debian's "
                      "Linux 6.1", FAILED)
    return None


def tell(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Failure("the tests need Debian's Linux 6.1, but "
                      f"`{' '.join(words)}` failed:\n{done.stderr}", FAILED)


def boot(settings, files, time_limit):
    """What a machine of SETTINGS says on its console until Linux switches it
    off. Its initial file system has FILES, path to bytes. On a busy host one
    boot in a hundred ends before Linux says a word: the machine is started
    again."""
    with tempfile.TemporaryDirectory(prefix="brix-linux-") as folder:
        initrd = pathlib.Path(folder) / "initrd.cpio"
        initrd.write_bytes(cpio.archive(files))
        settings = dataclasses.replace(settings, kernel=kernel(),
                                       initrd=initrd)
        for _ in range(BOOTS_MAX):
            said = boot_once(settings, pathlib.Path(folder), time_limit)
            if said:
                break
        return said


def boot_once(settings, folder, time_limit):
    console = folder / "console"
    process = qemu.start(qemu.command(settings, f"file,path={console}", "null"),
                         stdin=subprocess.DEVNULL)
    try:
        process.wait(time_limit)
    except subprocess.TimeoutExpired:
        said = console.read_text("latin-1").splitlines()
        raise Failure(f"Linux took more than {time_limit} seconds:\n" +
                      "\n".join(said[-20:]), FAILED) from None
    finally:
        qemu.stop(process)
    if process.returncode != 0:
        raise Failure("QEMU, which ran Linux, ended with "
                      f"{process.returncode}", FAILED)
    return console.read_bytes()
