"""The lines between programs and the host: consoles of virtio, which tools/run
uses, and COM1; and what happens when nobody reads them."""

import fcntl
import random
import subprocess
import termios
import time

import pytest
from machine import BUILD, ROOT

PROGRAMS = BUILD / "test/programs/static"
LATE_READER = PROGRAMS / "late_reader"
INIT = BUILD / "user/init"
SHELL = BUILD / "user/sh"
INPUT_SIZE = 300000
SAME_FOR = 20  # looks
LOOK = 0.1     # seconds
LATE = 5       # seconds in which a program could end, if it lost its output


def run(*words, **options):
    return subprocess.run([ROOT / "tools/run", *words], check=True, **options)


@pytest.mark.parametrize("machine, how", [
    ("pc", "interrupts"), ("q35", "interrupts"), ("microvm", "looks")])
def test_bytes_pass_both_ways_unchanged(machine, how, tmp_path):
    log = tmp_path / "log"
    data = random.Random(1).randbytes(INPUT_SIZE)
    done = run("--machine", machine, "--log", log, PROGRAMS / "tee",
               input=data, capture_output=True)
    assert done.stdout == data
    assert done.stderr == bytes(byte for byte in data if byte % 2 == 0)
    assert f"console: by virtio, with {how}" in log.read_text()


def test_a_late_reader_loses_nothing(tmp_path):
    """The machine ends only when all has gone out."""
    data = random.Random(2).randbytes(INPUT_SIZE)
    words = [ROOT / "tools/run", "--log", tmp_path / "log", PROGRAMS / "tee"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as late:
        late.stdin.write(data)
        late.stdin.close()
        time.sleep(LATE)
        late.stdin = None  # communicate would flush it
        output, errors = late.communicate()
    assert late.returncode == 0, errors[-500:]
    assert output == data
    assert errors == bytes(byte for byte in data if byte % 2 == 0)


def test_output_and_errors_to_one_place_keep_their_order(tmp_path):
    words = "echo one; nosuch; echo two; nosuch"
    done = run("--log", tmp_path / "log", SHELL, "-c", words + "; echo three",
               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = done.stdout.splitlines()
    assert lines[::2] == ["one", "two", "three"]
    assert all("nosuch" in line for line in lines[1::2])


def waiting_bytes(socket):
    """How much of what came nobody has read."""
    count = fcntl.ioctl(socket, termios.FIONREAD, bytes(4))
    return int.from_bytes(count, "little")


def wait_until_stuck(machine):
    """Waits until no more bytes come out of a console that nobody reads."""
    before, same = 0, 0

    def is_stuck():
        nonlocal before, same
        time.sleep(LOOK)
        now = waiting_bytes(machine.com1)
        same = same + 1 if now == before and now > 0 else 0
        before = now
        return same == SAME_FOR
    machine.wait_until(is_stuck, "the console takes bytes for ever")


def press_interrupt(machine):
    keys = [{"type": "key", "data": {"down": down, "key": {
        "type": "qcode", "data": key}}}
        for key, down in (("ctrl", True), ("c", True), ("c", False),
                          ("ctrl", False))]
    machine.execute("input-send-event", events=keys)


def test_a_console_that_nobody_reads_stops_the_program_alone(boot, initrd):
    """The key comes through, though all output waits."""
    files = {"/init": INIT.read_bytes(),
             "/large_output": (PROGRAMS / "large_output").read_bytes()}
    machine = boot(command_line="log=com2 -- /large_output",
                   initrd=initrd(files))
    wait_until_stuck(machine)
    press_interrupt(machine)
    machine.expect_log("program ended: signal 2")
    machine.wait_until(lambda: machine.process.poll() is not None or
                       "switching off" in machine.log(), "not switched off")


def test_an_interrupt_gets_through_a_full_terminal(boot, initrd):
    files = {"/init": INIT.read_bytes(),
             "/late_reader": LATE_READER.read_bytes()}
    machine = boot(command_line="log=com2 -- /late_reader 1000",
                   initrd=initrd(files))
    machine.expect("ready\r\n")
    machine.send("a line that nobody reads\r" * 800 + "\x03")
    machine.expect_log("program ended: signal 2")
