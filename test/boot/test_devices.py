"""Machines that lack a device, or have more of them or others: each is probed,
none is needed."""

import pytest

MACHINES = {
    "two CPUs": {"extra": ("-smp", "2")},
    "eight CPUs": {"extra": ("-smp", "8")},
    "no keyboard controller": {"machine": "q35,i8042=off"},
    "no HPET": {"machine": "pc,hpet=off"},
    "no PIT": {"machine": "microvm,pit=off"},
    "no PIC": {"machine": "microvm,pic=off"},
    "no RTC": {"machine": "microvm,rtc=off"},
    "no screen": {"extra": ("-vga", "none")},
    "a Cirrus card": {"extra": ("-vga", "cirrus")},
    "a virtio card": {"extra": ("-vga", "virtio")},
    "SMM and a large TSEG": {
        "machine": "q35,smm=on",
        "extra": ("-global", "mch.extended-tseg-mbytes=48")},
    "two NUMA nodes": {"extra": (
        "-smp", "2", "-object", "memory-backend-ram,id=a,size=128M",
        "-object", "memory-backend-ram,id=b,size=128M",
        "-numa", "node,memdev=a", "-numa", "node,memdev=b")},
}


@pytest.mark.parametrize("name", MACHINES)
def test_boots_with(hello, name):
    hello(**MACHINES[name])


@pytest.mark.parametrize("name", ["two CPUs", "no keyboard controller",
                                  "a Cirrus card", "no screen"])
@pytest.mark.parametrize("uefi", [False, True], ids=["bios", "uefi"])
def test_boots_the_iso_with(hello, hello_iso, name, uefi):
    hello(iso=hello_iso(), uefi=uefi, **MACHINES[name])


def test_without_acpi_it_stops_and_says_so(boot):
    """Nothing can switch such a machine off."""
    machine = boot(command_line="log=com2 init=/bin/hello64",
                   extra=("-no-acpi",))
    machine.expect("hello by syscall")
    machine.expect_log("first program ended: exit status 0")
    machine.expect_log("power")


def test_without_acpi_it_restarts(boot):
    machine = boot(command_line="log=com2 exit=reboot init=/bin/hello64",
                   extra=("-no-acpi",))
    machine.wait_end()  # -no-reboot turns the restart into an end


@pytest.mark.parametrize("machine", ["pc", "q35", "q35,i8042=off", "microvm"])
def test_restarts(boot, machine):
    running = boot(command_line="log=com2 exit=reboot init=/bin/hello64",
                   machine=machine)
    running.wait_end()
    assert "exit status 0" in running.log()


def test_without_serial_line_the_screen_has_it_all(boot):
    machine = boot(has_serial=False, command_line="exit=halt init=/bin/hello64")
    machine.wait_screen("hello by syscall")
    machine.wait_screen("first program ended: exit status 0")


@pytest.mark.parametrize("uefi", [False, True], ids=["bios", "uefi"])
@pytest.mark.parametrize("mode", ["text", "640x480x16", "800x600x24",
                                  "800x600x32", "1024x768x32",
                                  "1920x1080x32"])
def test_screen_modes(hello, hello_iso, mode, uefi):
    """The multiboot2 command chooses the mode anew, so this comes after it."""
    iso = hello_iso("multiboot2", f"set gfxpayload={mode}")
    hello(iso=iso, uefi=uefi)


@pytest.mark.parametrize("uefi", [False, True], ids=["bios", "uefi"])
def test_framebuffer_shows_text(boot, hello_iso, uefi):
    """The screen is large, and what is drawn on it is not one colour."""
    iso = hello_iso("multiboot2", "set gfxpayload=1024x768x32", "exit=halt")
    machine = boot(iso=iso, uefi=uefi)
    machine.expect_log("first program ended")
    width, height, pixels = machine.screen_pixels()
    assert (width, height) == (1024, 768)
    background = max(set(pixels), key=pixels.count)
    drawn = sum(pixel != background for pixel in pixels)
    assert drawn > 100
