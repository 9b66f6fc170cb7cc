"""USB keyboards behind xHCI controllers, on machines that have no other."""

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


@pytest.mark.parametrize("uefi", [False, True], ids=["bios", "uefi"])
def test_keyboard_that_firmware_had_before(boot, hello_iso, uefi):
    iso = hello_iso("multiboot2", append="init=/init")
    machine = start(boot, iso=iso, uefi=uefi,
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
