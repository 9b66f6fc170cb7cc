"""No call keeps the CPU for long: ^C ends what has the largest arguments."""

import re
import time

import pytest
from harness import PROMPT
from machine import BUILD

ENDLESS = BUILD / "test/programs/static/endless"
INITRD_FOLDER = BUILD / "initrd"
CTRL_C = "\x03"
BEGUN = 0.3     # seconds until a call has begun in earnest
TIME_LIMIT = 20  # seconds, of which one is enough on an idle host

NAMES = re.findall(r'\{"(\w+)", \w+\}', (
    BUILD.parent / "test/boot/programs/endless.c").read_text())


@pytest.fixture(scope="module")
def files():
    found = {f"/{path.relative_to(INITRD_FOLDER)}": path.read_bytes()
             for path in INITRD_FOLDER.rglob("*") if path.is_file()}
    return {**found, "/bin/endless": ENDLESS.read_bytes()}


@pytest.mark.parametrize("name", NAMES)
def test_a_signal_ends_it(name, boot, initrd, files):
    machine = boot(command_line="log=com2", initrd=initrd(files), memory="1G")
    machine.expect(PROMPT)
    machine.send(f"endless {name}\r")
    machine.expect("go\r\n")
    time.sleep(BEGUN)
    machine.send(CTRL_C)
    machine.expect(PROMPT, TIME_LIMIT)
    machine.send("echo alive\r")
    machine.expect("\r\nalive\r\n", TIME_LIMIT)
