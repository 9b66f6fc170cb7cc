"""QEMU's command line for Brix, and a QEMU that ends with its starter."""

import ctypes
import dataclasses
import signal
import subprocess

from machine import FAILED, Failure

QEMU = "qemu-system-x86_64"
OVMF = "/usr/share/ovmf/OVMF.fd"
PR_SET_PDEATHSIG = 1


@dataclasses.dataclass
class Settings:
    """The machine. KERNEL is booted by -kernel with INITRD and COMMAND_LINE,
    or ISO is booted when it is not None, then from UEFI if uefi is set."""

    kernel: str = None
    initrd: str = None
    command_line: str = ""
    iso: str = None
    uefi: bool = False
    machine: str = "pc"
    memory: str = "256M"
    cpu: str = "max"
    icount: bool = False
    extra: tuple = ()


def command(settings, console, log):
    """QEMU's command line with COM1 on the chardev CONSOLE (for example
    "file,path=x") and COM2 on the chardev LOG. There is no display."""
    words = [QEMU, "-machine", settings.machine, "-m", settings.memory,
             "-cpu", settings.cpu, "-display", "none", "-monitor", "none",
             "-parallel", "none", "-nic", "none", "-no-reboot",
             "-chardev", console + ",id=console", "-serial", "chardev:console",
             "-chardev", log + ",id=log"]
    words += second_serial(settings.machine)
    if settings.icount:
        words += ["-icount", "shift=0,sleep=off"]
    return words + boot_words(settings) + list(settings.extra)


def second_serial(machine):
    """microvm has one serial port of its own; the other is put in by hand."""
    if machine.startswith("microvm"):
        return ["-device", "isa-serial,chardev=log,iobase=0x2f8,irq=3"]
    return ["-serial", "chardev:log"]


def boot_words(settings):
    """What to boot from."""
    if settings.iso is not None:
        firmware = ["-bios", OVMF] if settings.uefi else []
        return firmware + ["-cdrom", str(settings.iso)]
    words = ["-kernel", str(settings.kernel)]
    if settings.command_line:
        words += ["-append", settings.command_line]
    if settings.initrd is not None:
        words += ["-initrd", str(settings.initrd)]
    return words


def die_with_starter():
    """Runs in the child: no QEMU is left behind, however the starter ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(words, **options):
    """Starts QEMU with the command line WORDS."""
    try:
        return subprocess.Popen(words, preexec_fn=die_with_starter, **options)
    except FileNotFoundError:
        raise Failure(f"{QEMU} is missing: apt-get install qemu-system-x86",
                      FAILED) from None


def stop(process):
    """Ends QEMU at once, if it has not ended, and collects it."""
    if process.poll() is None:
        process.kill()
    process.wait()
