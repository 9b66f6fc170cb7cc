"""Much text at once, by the serial line and by the keyboard: all of it arrives,
also while nobody reads."""

import concurrent.futures
import time

import pytest
from harness import PROMPT
from machine import BUILD

INIT = BUILD / "user/init"
LATE_READER = BUILD / "test/programs/static/late_reader"

LINES = 1000
PASTED = "".join(f"echo 'a'b{number:04}' of a paste of 40 kB'\r"
                 for number in range(LINES))

FULL = 4096  # bytes that a terminal holds
LINE = "abcdefghijklmnopqrstuvwxyz abcdefghijklmno\r"
TYPED_LINES = 6
KEYS = {" ": "spc", "\r": "ret"}
KEYS_AT_ONCE = 4  # with their releases; QEMU's keyboard remembers 16 bytes
LOOK_AT_STATUS = "i /1bx 0x64"
HAS_BYTE = 1  # in the controller's status: not taken yet
TAKEN_WITHIN = 30  # seconds


@pytest.fixture
def late(boot, initrd):
    """late(seconds) is a machine whose program reads after SECONDS alone."""
    def start(seconds):
        files = {"/init": INIT.read_bytes(),
                 "/late_reader": LATE_READER.read_bytes()}
        machine = boot(command_line=f"log=com2 -- /late_reader {seconds}",
                       initrd=initrd(files))
        machine.expect("ready\r\n")
        return machine
    return start


@pytest.fixture
def in_the_background():
    """in_the_background(function, argument...): sending ends when all is taken,
    and meanwhile what comes back has to be read."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        yield pool.submit


def lines_of(text):
    return text.count("\r")


def sum_of(text):
    return sum(text.replace("\r", "\n").encode())


def test_a_paste_arrives_whole_at_the_shell(boot, in_the_background):
    machine = boot(command_line="log=com2")
    machine.expect(PROMPT)
    in_the_background(machine.send, PASTED)
    for number in range(LINES):
        machine.expect(f"ab{number:04} of a paste of 40 kB")


def test_a_paste_waits_for_a_late_reader(late, in_the_background):
    machine = late(1)
    in_the_background(machine.send, PASTED + "end\r")
    machine.expect(f"{LINES} lines, sum {sum_of(PASTED)}\r\n")


def is_taken(machine):
    said = machine.execute("human-monitor-command",
                           **{"command-line": LOOK_AT_STATUS})
    return int(said.split("=")[1], 0) & HAS_BYTE == 0


def type_keys(machine, text):
    events = []
    for letter in text:
        key = {"type": "qcode", "data": KEYS.get(letter, letter)}
        events += [{"type": "key", "data": {"down": down, "key": key}}
                   for down in (True, False)]
    for start in range(0, len(events), 2 * KEYS_AT_ONCE):
        machine.execute("input-send-event",
                        events=events[start:start + 2 * KEYS_AT_ONCE])
        deadline = time.monotonic() + TAKEN_WITHIN
        while not is_taken(machine):
            assert time.monotonic() < deadline, "keys stay in the keyboard"


def test_keys_wait_for_a_late_reader(late, in_the_background):
    """What is typed when the terminal is full waits for room in it."""
    machine = late(6)
    pasted = LINE * (FULL // len(LINE))
    machine.send(pasted)
    for _ in range(lines_of(pasted)):
        machine.expect("\n")
    typed = in_the_background(type_keys, machine, LINE * TYPED_LINES + "end\r")
    text = pasted + LINE * TYPED_LINES
    machine.expect(f"{lines_of(text)} lines, sum {sum_of(text)}\r\n")
    typed.result()
