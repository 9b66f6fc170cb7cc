"""The record of trace=record when things go wrong: nobody reads it, the machine
panics, or what is in it is no event."""

import io
import struct
import subprocess
import time

import pytest
from machine import BUILD, KERNEL, outcome, record, tracing
from machine.qemu import Settings

PROGRAMS = BUILD / "test/programs/static"
CALLS, GETPPID = 40000, 110  # of many_calls.c
# Before a call the kernel waits for room for eight events.
NEARLY_FULL = record.RING - 10 * (32 << 10)
TIME_LIMIT = 120


@pytest.fixture
def memory(tmp_path):
    """The file that is the machine's memory."""
    path = tmp_path / "memory"
    path.touch()
    return path


@pytest.fixture
def start(boot, initrd, memory):
    """start(name, ...) boots init with the program NAME, with a record and more
    words of QEMU's."""
    def run(name, *more):
        words = tracing.memory_words(Settings(memory="64M"), memory)
        files = {"/sbin/init": (BUILD / "initrd/bin/init").read_bytes(),
                 "/program": (PROGRAMS / name).read_bytes(),
                 "/words": b"/program\0"}
        return boot(memory="64M", extra=(*words, *more), initrd=initrd(files),
                    command_line=f"log=com2 {tracing.OPTION} panic=poweroff "
                                 "exit=poweroff init=/sbin/init args=/words")
    return run


def events_until_off(machine, ring):
    found, deadline = [], time.monotonic() + TIME_LIMIT
    while machine.process.poll() is None:
        found += ring.events()
        assert time.monotonic() < deadline
        time.sleep(tracing.PAUSE)
    return found + list(ring.events())


def test_a_full_record_waits_and_loses_nothing(start, memory):
    machine = start("many_calls")
    ring = record.Ring(memory)
    machine.wait_until(lambda: ring.find() and
                       ring.written.value > NEARLY_FULL, "it is not full")
    machine.send("typed meanwhile")
    machine.expect("typed meanwhile")  # interrupts come in
    calls = [event for event in events_until_off(machine, ring)
             if (event.type, event.number) == (record.CALL, GETPPID)]
    assert len(calls) == CALLS
    assert "first program ended: exit status 0" in machine.log()


def test_a_panic_ends_the_trace(start, memory, tmp_path):
    """gdb puts an instruction that is none into the kernel."""
    output, told = io.StringIO(), []
    door = tmp_path / "gdb"
    with tracing.followed(memory, tracing.Outputs(output), told.append):
        machine = start("cat", "-gdb", f"unix:{door},server=on,wait=off")
        machine.wait_until(lambda: "read(0, " in output.getvalue(),
                           "cat does not read")
        subprocess.run(
            ["gdb", "-nx", "-batch", "-ex", f"target remote {door}", "-ex",
             "set *(unsigned short *)sys_write = 0x0b0f", "-ex", "detach",
             KERNEL], stdin=subprocess.DEVNULL, capture_output=True, check=True)
        machine.send("some\n")
        machine.wait_end()
    assert outcome.find_panic(machine.log()) is not None
    assert not told
    assert output.getvalue().endswith('write(1, "some\\n", 5 <unfinished ...>\n')


@pytest.mark.parametrize("event, complaint", [
    (struct.pack("<IHHII", 0, record.SKIP, 0, 0, 0), "0 bytes"),
    (struct.pack("<IHHII", 8, record.SKIP, 0, 0, 0), "8 bytes"),
    (struct.pack("<IHHII", 20, record.SKIP, 0, 0, 0), "20 bytes"),
    (struct.pack("<IHHII", 1 << 31, record.CALL, 64, 2, 1), "2147483648 bytes"),
    (struct.pack("<IHHII", 32, record.CALL, 64, 2, 1), "type 1 and 32 bytes"),
    (struct.pack("<IHHII", 16, 77, 64, 2, 1), "type 77"),
])
def test_what_is_no_event_is_said(event, complaint, memory):
    ring = memory_with(event, memory)
    with pytest.raises(record.Damaged, match=complaint):
        list(ring.events())


@pytest.mark.parametrize("written", [record.RING + 8, 1 << 63])
def test_more_than_there_is_room_for_is_said(written, memory):
    ring = memory_with(b"", memory, written)
    with pytest.raises(record.Damaged, match=f"{written} bytes"):
        list(ring.events())


def test_tools_run_says_that_a_record_is_damaged(memory):
    memory_with(struct.pack("<IHHII", 8, 77, 0, 0, 0), memory)
    told = []
    with tracing.followed(memory, tracing.Outputs(io.StringIO()), told.append):
        pass
    assert len(told) == 1 and "the record is damaged: an event" in told[0]


def memory_with(event, path, written=None):
    """The ring in a memory of two large pages at PATH, with EVENT in it."""
    head = struct.pack("<16sQQ", record.MAGIC,
                       len(event) + 64 if written is None else written, 0)
    page = head.ljust(record.DATA, b"\0") + event
    path.write_bytes(bytes(record.PAGE) + page.ljust(record.PAGE, b"\0"))
    return record.Ring(path)
