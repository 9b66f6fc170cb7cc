"""USB keyboards and serial adapters behind xHCI controllers, on machines that
have no other keyboard."""

import socket

import pexpect.fdpexpect
import pytest
from harness import PROMPT

MACHINE = "q35,i8042=off"
KEYBOARD = ("-device", "usb-kbd,id=keyboard")

# Two hubs in a row behind the second of two controllers.
HUBS = ("-device", "nec-usb-xhci", "-device", "qemu-xhci,id=second",
        "-device", "usb-hub,bus=second.0,port=2",
        "-device", "usb-hub,bus=second.0,port=2.3",
        "-device", "usb-kbd,bus=second.0,port=2.3.8")
MACHINES = {
    "qemu-xhci": {"extra": ("-device", "qemu-xhci", *KEYBOARD)},
    "nec-usb-xhci": {"extra": ("-device", "nec-usb-xhci", *KEYBOARD)},
    "hubs": {"extra": HUBS},
    "behind a bridge": {"extra": (
        "-device", "pcie-root-port,id=bridge", "-device",
        "qemu-xhci,bus=bridge", *KEYBOARD)},
    "UHCI beside it": {"machine": "pc,i8042=off", "extra": (
        "-device", "piix3-usb-uhci", "-device", "qemu-xhci,id=x",
        "-device", "usb-kbd,bus=x.0")},
}
KEYS = {" ": "spc", "\n": "ret", "/": "slash"}


def keys_of(text):
    """The keys that type TEXT, each with those that are held with it."""
    for c in text:
        held = ["shift"] if c.isupper() else []
        yield [*held, KEYS.get(c, c.lower())]


def press(machine, *keys):
    """Presses KEYS together; QEMU lets them go before the next are pressed."""
    machine.execute("human-monitor-command",
                    **{"command-line": f"sendkey {'-'.join(keys)} 20"})


def type_keys(machine, text):
    for keys in keys_of(text):
        press(machine, *keys)


def start(boot, **settings):
    """A machine at its prompt, which a keyboard has been found on."""
    machine = boot(**{"machine": MACHINE, "command_line": "log=com2",
                      **settings})
    machine.expect(PROMPT)
    return machine


def wait_keyboards(machine, count):
    machine.wait_until(lambda: machine.log().count("usb: keyboard") >= count,
                       f"not {count} keyboards in the log")


def check_keys(machine, word="Hallo"):
    type_keys(machine, f"echo {word}\n")
    machine.expect(f"echo {word}\r\n{word}\r\n")
    machine.expect(PROMPT)


@pytest.mark.parametrize("name", MACHINES)
def test_keyboard(boot, name):
    machine = start(boot, **MACHINES[name])
    wait_keyboards(machine, 1)
    check_keys(machine)


def test_keyboard_that_uefi_had_before(boot, hello_iso):
    """Its registers lie above 4 GiB then."""
    iso = hello_iso("multiboot2", append="init=/init")
    machine = start(boot, iso=iso, uefi=True,
                    extra=("-device", "qemu-xhci", *KEYBOARD))
    wait_keyboards(machine, 1)
    check_keys(machine)


def test_keyboards_come_and_go(boot):
    """With a key held while it goes, and a hub with all that is behind it."""
    machine = start(boot, extra=("-device", "qemu-xhci,id=bus"))
    for round in range(1, 4):
        machine.execute("device_add", driver="usb-kbd", id="k", bus="bus.0")
        wait_keyboards(machine, round)
        machine.execute("input-send-event", events=[{
            "type": "key", "data": {
                "down": True, "key": {"type": "qcode", "data": "shift"}}}])
        machine.execute("device_del", id="k")
    machine.execute("device_add", driver="usb-hub", id="h", bus="bus.0",
                    port="1")
    machine.execute("device_add", driver="usb-kbd", id="k", bus="bus.0",
                    port="1.2")
    wait_keyboards(machine, 4)
    machine.execute("device_del", id="h")
    machine.execute("device_add", driver="usb-kbd", id="l", bus="bus.0")
    wait_keyboards(machine, 5)
    check_keys(machine, "nochmal")


def test_a_key_that_is_held_repeats(boot):
    machine = start(boot, extra=("-device", "qemu-xhci", *KEYBOARD))
    wait_keyboards(machine, 1)
    for down in (True, False):
        machine.execute("input-send-event", events=[{
            "type": "key", "data": {
                "down": down, "key": {"type": "qcode", "data": "a"}}}])
        machine.expect("aaaaa" if down else "")
    press(machine, "ctrl", "c")
    machine.expect(PROMPT)
    check_keys(machine)


def test_keys_after_a_panic(boot):
    machine = boot(machine=MACHINE, command_line="log=com2 init=/nosuch",
                   extra=("-device", "qemu-xhci", *KEYBOARD))
    machine.expect("panic> ")
    wait_keyboards(machine, 1)
    type_keys(machine, "frames\n")
    machine.expect("KiB of RAM")
    machine.execute("device_del", id="keyboard")
    machine.expect("panic> ")
    machine.send("poweroff\r")
    machine.wait_end()


def test_serial_adapter_as_console(boot, tmp_path):
    """With a serial port beside it; pulled out, and another one plugged in."""
    doors = [tmp_path / name for name in ("first", "second")]
    extra = ["-device", "qemu-xhci,id=bus"]
    for number, door in enumerate(doors):
        extra += ["-chardev", f"socket,id=line{number},path={door},"
                  "server=on,wait=off"]
    machine = boot(machine=MACHINE, command_line="log=com2 usb=console",
                   extra=tuple(extra))
    machine.expect(PROMPT)
    for number, door in enumerate(doors):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(door))
            machine.execute("device_add", driver="usb-serial", id="adapter",
                            bus="bus.0", chardev=f"line{number}")
            console = pexpect.fdpexpect.fdspawn(
                line.fileno(), timeout=machine.time_limit)
            if number == 0:
                console.expect_exact(PROMPT)  # from before it was there
            machine.wait_until(
                lambda: machine.log().count("serial adapter") > number,
                "no adapter in the log")
            console.send("cat /proc/cmdline\r")
            console.expect_exact("usb=console\r\n")
            machine.expect("usb=console\r\n")
            machine.execute("device_del", id="adapter")
    machine.send("echo still here\r")
    machine.expect("\r\nstill here")
