#!/usr/bin/python3
"""Writes what the parsers' fuzzers begin with: seeds.py FOLDER. A folder for
each of them."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
SMALL = 64 * 1024  # bytes

# Multiboot 1 with a memory map, multiboot 2 with an end tag, PVH.
BOOT = [bytes([0]) + (0x40).to_bytes(4, "little") + bytes(200),
        bytes([1]) + (16).to_bytes(4, "little") + bytes(4) + bytes([0] * 4)
        + (8).to_bytes(4, "little"),
        bytes([2]) + (0x336EC578).to_bytes(4, "little") + bytes(60)]


def strings_of(path):
    """The strings at the beginning of lines, as in a table."""
    return re.findall(r'^ *\{?"([^"\\]+)"', (ROOT / path).read_text(), re.M)


def small_files(*folders):
    for folder in folders:
        for path in sorted(folder.glob("*")):
            if path.is_file() and path.stat().st_size < SMALL:
                yield path.read_bytes()


def options():
    rows = re.findall(r'\{"(\w+)", (?:"([^"]*)"|NULL)',
                      (ROOT / "kernel/base/option.c").read_text())
    lines = [f"{name}={choice}" for name, choices in rows
             for choice in choices.split("|")]
    return [line.encode() for line in lines] + [
        b'args="a b" -- x y', " ".join(lines).encode()]


def seeds():
    return {
        "elf": small_files(BUILD / "user"),
        "archive": small_files(BUILD / "test/host/archives"),
        "boot": BOOT,
        "options": options(),
        "packets": [phrase.encode()
                    for phrase in strings_of("test/host/test_gdb_fuzz.c")],
        "usb": [bytes([n, 1, 2, 1]) * 500 for n in range(1, 32)],
    }


def main(folder):
    for name, inputs in seeds().items():
        to = pathlib.Path(folder) / name
        to.mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(inputs):
            (to / f"seed{number}").write_bytes(data)


main(sys.argv[1])
