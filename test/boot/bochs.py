"""One boot of an ISO in Bochs, another PC altogether: other firmware, other
devices, and a CPU that is strict where QEMU is not."""

import os
import pathlib
import signal
import subprocess
import time

BOCHS_TIME_LIMIT = 120  # seconds
FILES = {
    "rc": "c\n",  # of the debugger that Debian builds in: continue
    "bochsrc": """\
config_interface: textconfig
display_library: rfb, options="timeout=0"
memory: guest={memory}, host={memory}
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/seabios/vgabios-stdvga.bin
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: {drive}
boot: {boot}
com1: enabled=1, mode=file, dev={folder}/com1
com2: enabled=1, mode=file, dev={folder}/com2
log: {folder}/bochs
cpu: model={cpu}, count={cpus}, ips=50000000, reset_on_triple_fault=0
clock: sync=none, time0=local
panic: action=fatal
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
speaker: enabled=0
"""}
DRIVES = {
    "cdrom": "type=cdrom, path={iso}, status=inserted",
    "disk": "type=disk, path={iso}, mode=volatile, cylinders=0"}


def run(folder, iso, cpu="corei7_haswell_4770", memory=256, boot="cdrom",
        cpus=1):
    """Boots ISO until the machine is off. Returns (console, log)."""
    drive = DRIVES[boot].format(iso=iso)
    for name, text in FILES.items():
        (folder / name).write_text(text.format(
            memory=memory, drive=drive, boot=boot, folder=folder, cpu=cpu,
            cpus=cpus))
    words = ["bochs", "-q", "-f", folder / "bochsrc", "-rc", folder / "rc"]
    with open(folder / "said", "w") as said:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=said,
                                   stderr=said, start_new_session=True)
        try:
            wait(process, folder)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return read(folder / "com1"), read(folder / "com2")


def wait(process, folder):
    deadline = time.monotonic() + BOCHS_TIME_LIMIT
    while process.poll() is None:
        if time.monotonic() > deadline:
            raise AssertionError(
                f"Bochs is not off after {BOCHS_TIME_LIMIT} seconds\n" +
                "\n".join(f"--- {name}, its end:\n{read(folder / name)[-2000:]}"
                          for name in ("com1", "com2", "said", "bochs")))
        time.sleep(0.1)


def read(path):
    path = pathlib.Path(path)
    if not path.exists():
        return ""
    return path.read_text(encoding="latin-1").replace("\r\n", "\n")
