"""What a person sees on a screen of 25 rows: the byte map fits, and what has
scrolled away can be seen again."""

import re

import pytest
from harness import PROMPT, TEXT_ROWS
from machine import BUILD

USED, FREE = 0x02, 0x01  # a program's, nobody's: kernel/abi/bytemap.h
GIB_1000 = 512000        # large pages


def press_with_shift(machine, key):
    keys = (("shift", True), (key, True), (key, False), ("shift", False))
    machine.execute("input-send-event", events=[
        {"type": "key", "data": {"down": down, "key": {
            "type": "qcode", "data": name}}} for name, down in keys])


def mixed(pages, run):
    """PAGES bytes: runs of used pages among free ones."""
    return bytes(USED if page // run % 3 == 1 else FREE
                 for page in range(pages))


@pytest.fixture
def shell(boot, initrd):
    programs = {"/init": (BUILD / "user/sh").read_bytes(),
                "/mixed": mixed(GIB_1000, 70), "/short": mixed(128, 5)}
    machine = boot(command_line="log=com2", initrd=initrd(programs))
    machine.expect(PROMPT)
    return machine


def run(machine, command):
    machine.send(command + "\r")
    return machine.expect(PROMPT)


def test_the_map_of_1000_gib_fits_the_screen(shell):
    answer = run(shell, "map /mixed")
    assert len(answer.splitlines()) <= TEXT_ROWS
    share, mib = re.search(r"letter stands for (\d+) pages \((\d+) MiB\)",
                           answer).groups()
    assert int(mib) == 2 * int(share)
    rows = re.findall(r"^(0x[0-9a-f]{12}) (\S+)", answer, re.MULTILINE)
    assert int(rows[0][0], 16) == 0 and "P" in rows[0][1]
    shell.wait_screen("map /mixed")

    answer = run(shell, "map /short")
    assert "stands for" not in answer


def test_what_scrolled_away_can_be_seen_again(shell):
    for number in range(60):
        run(shell, f"echo row {number}")
    assert "row 20" not in shell.screen_text()
    for row in ("row 47", "row 35"):
        press_with_shift(shell, "pgup")
        shell.wait_screen(f"echo {row}")
    press_with_shift(shell, "pgdn")
    shell.wait_screen("echo row 47")
    run(shell, "echo the end")
    shell.wait_screen("echo the end")
