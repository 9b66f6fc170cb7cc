"""A CPU that will not do, under a loader that has chosen a graphics mode: the
reason is on the screen, to be read."""

import pytest
from machine import BUILD

GLYPHS = BUILD / "made/glyphs.inc"  # of the drawings, by boot/glyphs.awk
WIDTH, ROWS = 8, 13
LONGEST = 80


def glyphs():
    """A dict from a character's rows of dots to the character."""
    rows = [line.split(None, 1)[1].strip().replace("0b", "").split(", ")
            for line in GLYPHS.read_text().splitlines()]
    return {tuple(dots): chr(ord(" ") + i) for i, dots in enumerate(rows)}


def read_pixels(machine):
    """The text at the top left of the screen."""
    width, _, pixels = machine.screen_pixels()
    ink = max(pixels, key=sum)
    known = glyphs()
    text = ""
    for left in range(0, min(width, LONGEST * WIDTH), WIDTH):
        dots = tuple("".join("01"[pixels[row * width + left + x] == ink]
                             for x in range(WIDTH)) for row in range(ROWS))
        text += known.get(dots, "?")
    return text.rstrip()


@pytest.mark.parametrize("cpu, mode, reason", [
    ("qemu32", "1024x768x32", "this CPU has no long mode (64 bit)"),
    ("max,-nx", "800x600x24", "this CPU has no NX"),
    ("max,-nx", "640x480x16", "this CPU has no NX"),
    ("max,-nx", "640x480x15", "this CPU has no NX")])
def test_the_reason_is_drawn(boot, hello_iso, cpu, mode, reason):
    iso = hello_iso("multiboot2", f"set gfxpayload={mode}")
    machine = boot(iso=iso, cpu=cpu)
    machine.expect("Brix: this CPU")
    machine.wait_until(lambda: reason in read_pixels(machine),
                       "the reason is not on the screen")


@pytest.mark.parametrize("protocol, mode", [
    ("multiboot2", "text"), ("multiboot", "640x480x32")])
def test_the_reason_is_on_a_screen_of_text(boot, hello_iso, protocol, mode):
    """By multiboot 1 the loader goes back to text."""
    iso = hello_iso(protocol, f"set gfxpayload={mode}")
    machine = boot(iso=iso, cpu="max,-nx")
    machine.wait_screen("this CPU has no NX")
