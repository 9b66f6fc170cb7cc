"""The report of a panic as a QR code on the screen: what a telephone reads is
what the log says, on screens of several sizes."""

import re
import subprocess

import pytest
from machine import INITRD, KERNEL, iso

MODES = ["640x480x32", "800x600x16", "1024x768x32", "1920x1080x32"]
PROMPT = "panic> "
PREFIX = r"^\[ *\d+\.\d+\] (error: )?"


def read_code(image):
    """The text of the QR code in the picture IMAGE, or None."""
    read = subprocess.run(["zbarimg", "-q", "--nodbus", "--raw", "--oneshot",
                           "-Sbinary", image], capture_output=True)
    return read.stdout.decode() if read.returncode == 0 else None


def screen_code(machine):
    image = machine.folder / "screen.ppm"
    machine.execute("screendump", filename=str(image))
    return read_code(image)


@pytest.fixture
def panic(boot, tmp_path):
    """panic(mode) is a machine that has panicked on a screen of MODE."""
    def start(mode):
        menu = iso.menu("init=/nosuch", True, "multiboot2",
                        f"set gfxpayload={mode}")
        machine = boot(iso=iso.make_iso(tmp_path, KERNEL, INITRD, menu))
        machine.expect(PROMPT)
        return machine
    return start


def plain(line):
    """A line of the log as the code has it."""
    return " ".join(re.sub(PREFIX, "", line).split())


@pytest.mark.parametrize("mode", MODES)
def test_the_code_says_what_the_log_says(panic, mode):
    machine = panic(mode)
    machine.wait_until(lambda: screen_code(machine), "no code on the screen")
    title, *lines = screen_code(machine).splitlines()

    notes = subprocess.run(["readelf", "-n", KERNEL], capture_output=True,
                           text=True, check=True).stdout
    build = re.search(r"Build ID: (\w{16})", notes)[1]
    assert re.fullmatch(rf"Brix [\d.]+ build {build}", title)
    said = machine.output().splitlines()
    start = next(i for i, line in enumerate(said) if "PANIC:" in line)
    assert lines == [plain(line) for line in said[start:start + len(lines)]]
    assert lines[0].startswith("PANIC: the first program /nosuch")
    assert any("kmain+0x" in line for line in lines)


def test_what_is_typed_leaves_the_code_alone(panic):
    machine = panic("800x600x32")
    machine.wait_until(lambda: screen_code(machine), "no code on the screen")
    code = screen_code(machine)
    for command in ("help", "dmesg 4000", "bytemap", "regs"):
        machine.send(command + "\r")
        machine.expect("\r\n")
        machine.expect(PROMPT)
    machine.wait_until(lambda: screen_code(machine) == code,
                       "the code has changed")
