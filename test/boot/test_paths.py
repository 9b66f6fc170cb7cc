"""Every way from power-on to the shell: build/brix.iso as CD, disk and USB
stick from BIOS and UEFI on both of QEMU's PCs, both multiboot protocols, and
the kernel by itself by multiboot 1 and by PVH."""

import pytest
from harness import PROMPT
from machine import ISO, KERNEL

MULTIBOOT1_MAGIC = bytes.fromhex("02b0ad1b")

DRIVE = f"file={ISO},format=raw,snapshot=on"
# Not UHCI: its frames are of real time, and a busy host makes SeaBIOS give up.
CONTROLLER = {"pc": ["-device", "usb-ehci"], "q35": ["-device", "qemu-xhci"]}


def medium_words(medium, machine):
    """The ISO in the machine, as more words for QEMU."""
    if medium == "cd":
        return ["-cdrom", str(ISO)]
    if medium == "disk":
        return ["-drive", DRIVE]
    return CONTROLLER[machine] + ["-drive", f"if=none,id=usb,{DRIVE}", "-device",
                                  "usb-storage,drive=usb,bootindex=0"]


@pytest.mark.parametrize("machine", ["pc", "q35"])
@pytest.mark.parametrize("medium", ["cd", "disk", "usb"])
@pytest.mark.parametrize("uefi", [False, True], ids=["bios", "uefi"])
def test_iso_boots_to_the_shell_and_goes_off(boot, uefi, medium, machine):
    running = boot(iso=None, uefi=uefi, machine=machine,
                   extra=tuple(medium_words(medium, machine)))
    running.expect(PROMPT)
    running.send("hello64\r")
    running.expect("hello by syscall")
    running.expect(PROMPT)
    running.send("exit\r")
    running.wait_end()


@pytest.mark.parametrize("uefi", [False, True], ids=["bios", "uefi"])
@pytest.mark.parametrize("protocol, words", [("multiboot", "multiboot 1"),
                                             ("multiboot2", "multiboot 2")])
def test_both_protocols_of_grub(hello, hello_iso, protocol, words, uefi):
    # From UEFI multiboot 1 brings no ACPI tables: nothing to switch off with.
    machine = hello(iso=hello_iso(protocol, append="exit=reboot"), uefi=uefi)
    assert words in machine.log()


def test_second_entry_of_the_menu(boot):
    machine = boot(iso=ISO)
    machine.expect("automatically in")
    machine.send("\x1b[B\r")  # arrow down, enter
    machine.expect("multiboot 1")
    machine.expect(PROMPT)


@pytest.mark.parametrize("machine", ["pc", "q35", "microvm"])
def test_kernel_by_multiboot_1(hello, machine):
    assert "multiboot 1" in hello(machine=machine).log()


@pytest.mark.parametrize("machine", ["pc", "q35", "microvm"])
def test_kernel_by_pvh(hello, tmp_path, machine):
    image = KERNEL.read_bytes()
    assert image.count(MULTIBOOT1_MAGIC) >= 1
    kernel = tmp_path / "brix-pvh"
    kernel.write_bytes(image.replace(MULTIBOOT1_MAGIC, bytes(4), 1))
    assert "PVH" in hello(kernel=kernel, machine=machine).log()


def test_kernel_by_default_options_reaches_the_shell(boot):
    machine = boot()
    machine.expect(PROMPT)
    machine.send("exit\r")
    machine.wait_end()
