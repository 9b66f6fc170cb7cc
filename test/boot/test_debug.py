"""make debug: gdb has the kernel's symbols and stops at its first instruction,
in C, and in a program; nothing is left when it ends."""

import subprocess

import pytest
from machine import ROOT

TIME_LIMIT = 60


def debug(folder, *commands, program=()):
    """What gdb prints for COMMANDS, then ends."""
    words = ["-batch"]
    for command in commands:
        words += ["-ex", f"'{command}'"]
    done = subprocess.run(
        [ROOT / "tools/debug", "--gdb-args", " ".join(words), *program],
        capture_output=True, text=True, timeout=TIME_LIMIT,
        stdin=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin",
                                       "TMPDIR": str(folder)})
    assert list(folder.iterdir()) == [], "files were left"
    return done.stdout + done.stderr


def test_stops_at_the_entry(tmp_path):
    text = debug(tmp_path, "info symbol $pc", "p/x $cr0")
    assert "boot_start in section .boot" in text
    # 32-bit, no paging: protection alone is on.
    assert "$1 = [ ET PE ]" in text or "$1 = 0x11" in text


def test_stops_in_c_with_a_backtrace(tmp_path):
    text = debug(tmp_path, "hbreak kmain", "continue", "bt", "info locals")
    assert "Breakpoint" in text and "kmain" in text
    assert "main.c" in text


@pytest.mark.parametrize("name", ["hello64", "hello_int80"])
def test_stops_in_a_program(tmp_path, name):
    text = debug(tmp_path, "hbreak _start", "continue", "info symbol $pc",
                 program=[ROOT / "build/user" / name])
    assert "_start in section .text" in text


def test_memory_outlives_the_machine(tmp_path):
    text = debug(tmp_path, "continue", "dmesg 1", "check memory",
                 program=[ROOT / "build/user/hello64"])
    assert "SIGQUIT" in text and "power: switching off" in text, text
    assert "All rules hold." in text, text
