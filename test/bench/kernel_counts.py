#!/usr/bin/env python3
"""What single calls of byte map and frames cost in the kernel, counted by
itself under QEMU's -icount (bench=mm), beside what callgrind counts in the same
code on the host: instructions."""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))

from machine import BUILD, INITRD, KERNEL, Failure, qemu  # noqa: E402
from machine.qemu import Settings  # noqa: E402

HOST_PROGRAM = BUILD / "test/bench/instructions"
HOST_SCRIPT = ROOT / "test/bench/instructions.sh"
TIME_LIMIT = 120  # seconds
TOLERANCE = 0.1

# As large as the map on the host; the host gives what is used.
MEMORY = "1000G"
OPTIONS = "log=com2 bench=mm panic=poweroff init=/bin/hello64"

LINE = re.compile(r"bench: (\S+) ([\d.]+) instructions a (?:pair|call)")


def machine(**others):
    """A machine that counts and goes off."""
    backend = f"memory-backend-ram,id=m,size={MEMORY},reserve=off"
    return Settings(kernel=KERNEL, initrd=INITRD, command_line=OPTIONS,
                    memory=MEMORY, machine="pc,memory-backend=m",
                    cpu="max,phys-bits=46", icount=True,
                    extra=("-object", backend), **others)


def in_log(log):
    """Case to instructions, of a kernel's log."""
    return {name: float(count) for name, count in LINE.findall(log)}


def on_host(cases):
    """The same for CASES, by callgrind."""
    said = subprocess.run([HOST_SCRIPT, HOST_PROGRAM, *cases], check=True,
                          capture_output=True, text=True).stdout
    rows = [line.split() for line in said.splitlines()[1:]]
    return {row[0]: float(row[1]) for row in rows}


def is_near(count, expected):
    return abs(count - expected) <= TOLERANCE * expected


def in_kernel():
    with tempfile.TemporaryDirectory(prefix="brix-bench-") as folder:
        log = pathlib.Path(folder) / "log"
        process = qemu.start(
            qemu.command(machine(), "null", f"file,path={log}"),
            stdin=subprocess.DEVNULL)
        try:
            process.wait(TIME_LIMIT)
        except subprocess.TimeoutExpired:
            pass
        finally:
            qemu.stop(process)
        text = log.read_text(encoding="latin-1")
    found = in_log(text)
    if not found or "first program ended" not in text:
        raise Failure(f"the kernel did not count:\n{text[-2000:]}", 1)
    return found


def main():
    """0 if all are near."""
    try:
        kernel = in_kernel()
    except Failure as failure:
        print(f"bench-mm-kernel: {failure}", file=sys.stderr)
        return failure.status
    host = on_host(kernel)
    print(f"{'case':<20}{'kernel':>9}{'host':>9}{'difference':>12}")
    for name, count in kernel.items():
        share = count / host[name] - 1
        mark = "" if is_near(count, host[name]) else " FAR OFF"
        print(f"{name:<20}{count:>9.1f}{host[name]:>9.1f}{share:>12.1%}{mark}")
    return 0 if all(is_near(kernel[name], host[name]) for name in kernel) else 1


if __name__ == "__main__":
    sys.exit(main())
