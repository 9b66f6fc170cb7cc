"""The kernel's stub on a serial adapter by USB: for machines without a serial
port."""

import re

import stub


class UsbMachine(stub.StubMachine):
    """COM2 has the log; the door is the adapter's other end."""

    def __init__(self, append):
        super().__init__(f"{append} log=com2", gdb="usb", extra=(
            "-device", "qemu-xhci", "-device",
            "usb-serial,chardev=adapter,always-plugged=on"))

    def start(self, settings, console, monitor):
        door = self.device()
        settings.extra += ("-chardev", f"{door},id=adapter")
        return stub.harness.Boot.start(self, settings, console, monitor)

    def wait_door(self):
        self.expect_log("a debugger may connect to a serial adapter by USB")


def test_gdb_by_usb():
    with UsbMachine("gdbwait norandmaps init=/bin/malloc_test") as machine:
        text = machine.gdb(
            "break first_program_start", "continue", "bt", "delete",
            "break main", "continue", "bt", "stepi", "x/3i $pc", "detach")
        machine.wait_end()
    for wanted in (r"Breakpoint 1, first_program_start \(\) at kernel/",
                   r"#1 .* in kmain \(", r"hit Breakpoint \d+, main \(argc=1"):
        assert re.search(wanted, text), f"no {wanted} in\n{text}"


def test_interrupt_by_usb():
    """^C comes at a tick."""
    with UsbMachine("") as machine:
        machine.expect(stub.harness.PROMPT)
        client = machine.client()
        machine.expect_log("usb: serial adapter")
        client.send_raw(b"\x03")
        assert client.connect().startswith("T")
        assert client.register(stub.RIP) != 0
        client.send("c")
        assert client.interrupt().startswith("T")
        client.close()
