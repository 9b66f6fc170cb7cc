"""QEMU's command line for Brix, and a QEMU that ends with its starter."""

import ctypes
import dataclasses
import os
import re
import signal
import subprocess
import tempfile

from machine import FAILED, Failure

QEMU = "qemu-system-x86_64"
OVMF = "/usr/share/ovmf/OVMF.fd"
PR_SET_PDEATHSIG = 1
KERNEL_TEXT = "0xffffffff80200000+0x600000"
VIRTIO_MEMORY = "0xfeb00000"  # of microvm's virtio-mmio-bus.0


@dataclasses.dataclass
class Settings:
    """The machine, and what it boots: `kernel` with `initrd` and
    `command_line` by -kernel, or the CD `iso`. `extra` is words of QEMU's."""

    kernel: str = None
    initrd: str = None
    command_line: str = ""
    iso: str = None
    uefi: bool = False
    machine: str = "pc"
    memory: str = "256M"  # "": as the archive needs it
    cpu: str = "max"
    icount: bool = False
    has_serial: bool = True
    virtio: tuple = ()  # chardevs of consoles by virtio, two at most
    virtio_input: str = "null"  # the chardev of the first one's input
    extra: tuple = ()


def command(settings, console, log):
    """QEMU's command line with COM1 on the chardev CONSOLE (for example
    "file,path=x") and COM2 on the chardev LOG. There is no display."""
    words = [QEMU, *memory_words(settings), "-cpu", settings.cpu,
             "-display", "none", "-monitor", "none", "-parallel", "none",
             "-nic", "none", "-no-reboot",
             "-chardev", console + ",id=console", "-chardev", log + ",id=log"]
    words += serial_words(settings) + virtio_words(settings)
    if settings.icount:
        words += ["-icount", "shift=0,sleep=off"]
    words += coverage_words()
    return words + boot_words(settings) + list(settings.extra)


def coverage_words():
    """Where the environment's KERNEL_COVERAGE names a folder, QEMU writes there
    which instructions of the kernel it translates, each run a file of its own:
    test/bench/kernel_coverage.py."""
    folder = os.environ.get("KERNEL_COVERAGE")
    if not folder:
        return []
    file, path = tempfile.mkstemp(".log", dir=folder)
    os.close(file)
    return ["-d", "in_asm", "-D", path, "-dfilter", KERNEL_TEXT]


def memory_words(settings):
    """The machine with memory of which the host gives only what is used, so
    there may be more than the host has. Who names a backend, or a size that is
    more than a number, gets what is said."""
    size = re.fullmatch(r"(\d+)([bkmgtBKMGT]?)", settings.memory)
    named = (settings.machine, *settings.extra)
    if size is None or any("memory-backend" in word for word in named):
        return ["-machine", settings.machine, "-m", settings.memory]
    bytes_size = size[1] + (size[2] or "M")  # -m counts in MiB, -object not
    backend = f"memory-backend-ram,id=lazy,size={bytes_size},reserve=off"
    return ["-machine", f"{settings.machine},memory-backend=lazy",
            "-m", settings.memory, "-object", backend]


def serial_words(settings):
    """microvm has one serial port of its own; the other is put in by hand."""
    if not settings.has_serial:
        return ["-serial", "none"]
    if settings.machine.startswith("microvm"):
        return ["-serial", "chardev:console",
                "-device", "isa-serial,chardev=log,iobase=0x2f8,irq=3"]
    return ["-serial", "chardev:console", "-serial", "chardev:log"]


def virtio_words(settings):
    """Consoles in the order in which Brix finds them. QEMU works for them when
    they ask, so that each run with -icount takes the same. Output goes by a
    virtserialport, because a virtconsole throws away what the host does not
    take at once."""
    in_memory = settings.machine.startswith("microvm")
    words = []
    for number, chardev in enumerate(settings.virtio):
        bus = f"virtio-mmio-bus.{number}"
        device = (f"virtio-serial-device,bus={bus}" if in_memory
                  else "virtio-serial-pci,ioeventfd=off")
        source = settings.virtio_input if number == 0 else "null"
        words += ["-device", f"{device},id=line{number}",
                  "-chardev", f"{source},id=input{number}", "-device",
                  f"virtconsole,bus=line{number}.0,chardev=input{number}",
                  "-chardev", f"{chardev},id=output{number}", "-device",
                  f"virtserialport,bus=line{number}.0,nr=1,"
                  f"chardev=output{number}"]
    return words


def virtio_option(settings):
    """The kernel's option that finds the consoles."""
    where = VIRTIO_MEMORY if settings.machine.startswith("microvm") else "pci"
    return f"virtio={where}"


def boot_words(settings):
    """What to boot from."""
    words = ["-bios", OVMF] if settings.uefi else []
    if settings.iso is not None:
        words += ["-cdrom", str(settings.iso)]
    if settings.kernel is not None:
        words += ["-kernel", str(settings.kernel)]
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
