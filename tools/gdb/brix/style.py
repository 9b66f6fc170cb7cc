"""Colours of a terminal, used where gdb itself uses colours."""

import gdb

RESET = "\x1b[0m"


def painted(text, code):
    """TEXT in the colour CODE (the numbers of ECMA-48's SGR)."""
    if not code or not gdb.parameter("style enabled"):
        return text
    return f"\x1b[{code}m{text}{RESET}"


def size(count):
    """COUNT bytes as people read them."""
    for unit, shift in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if count >= 1 << shift and count % (1 << shift) == 0:
            return f"{count >> shift} {unit}"
    return f"{count} bytes"


def plural(count, word):
    return f"{count} {word}" + ("" if count == 1 else "s")
