"""dmesg: the kernel's log, out of its ring in memory."""

from brix import kernel


def log_text():
    ring = kernel.variable("ring", "kernel/base/log.c")
    written = int(kernel.variable("ring_written", "kernel/base/log.c"))
    size = ring.type.sizeof
    data = kernel.read(int(ring.address), min(written, size))
    if written > size:
        start = written % size
        data = data[start:] + data[:start]
    return data.decode("latin-1")


@kernel.register
class Dmesg(kernel.Command):
    """Print the kernel's log, all that the ring holds or the last lines.
Usage: dmesg [LINES]"""

    name = "dmesg"

    def run(self, arguments):
        lines = log_text().splitlines()
        if arguments:
            lines = lines[-kernel.number(arguments[0]):]
        for line in lines:
            print(line)
        if not lines:
            print("The log is empty.")
