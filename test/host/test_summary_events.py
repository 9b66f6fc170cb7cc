"""What is made of a record that a program or a bad disk has spoiled, and of
programs that begin in other ways than one expects."""

import random

import pytest
from machine import page, record
from machine.page import Page
from machine.strace import WORDS
from machine.summary import Summary

PID, PATH = 2, 0x1000
EXECVE, MMAP, MUNMAP, CLONE, VFORK, BRK = 59, 9, 11, 56, 58, 12
AT = 1 << 40
ENOENT = 2


def call(number, *words, memory=b"", tid=PID):
    body = WORDS.pack(*words, *[0] * (6 - len(words)))
    return record.Event(record.CALL, 64, tid, number, body + memory)


def result(number, answer, tid=PID, pages=(0, 0, 0)):
    return record.Event(record.RESULT, 64, tid, number,
                        record.ANSWER.pack(answer, 100, *pages))


def fault(address, pages, tid=PID):
    return record.Event(record.FAULT, 0, tid, 2,
                        record.TOUCH.pack(address, 10, *pages))


def execve(path, answer=0, tid=PID):
    text = path.encode() + b"\0"
    piece = record.PIECE.pack(PATH, len(text)) + text.ljust(
        (len(text) + 7) // 8 * 8, b"\0")
    return [call(EXECVE, PATH, memory=piece, tid=tid),
            result(EXECVE, answer, tid)]


def born(tid, parent=PID):
    return record.Event(record.BIRTH, 0, tid, parent, b"")


def ended(tid, status=0):
    return record.Event(record.END, 0, tid, status, b"")


def shown(events, viewer=Summary, *more):
    written = []
    made = viewer(written.append, "ticks", *more)
    for event in events:
        made.take(event)
    made.finish()
    return made, "".join(written)


@pytest.mark.parametrize("viewer, more", [(Summary, ()), (Page, ("x",))])
def test_the_first_execve_may_fail(viewer, more):
    events = [*execve("/none", -ENOENT), *execve("/program"), ended(PID)]
    made, text = shown(events, viewer, *more)
    assert [program.name for program in made.programs] == ["/program"]
    assert text


def test_one_program_after_the_other():
    _, text = shown([*execve("/first"), call(MMAP, 0, 8192, 3, 0x22),
                     result(MMAP, AT), *execve("/second"), ended(PID, 9 << 8)])
    first, second = text.split("[pid 2] ")[1:]
    assert first.startswith("/first executed /second\n")
    assert "never unmapped: 8 KiB of" in first
    assert second.startswith("/second exited with 9\n")
    assert "never unmapped: 0 bytes of" in second


def test_a_child_in_the_memory_of_its_parent():
    made, text = shown([
        *execve("/program"), call(VFORK), born(3), *execve("/other", tid=3),
        result(VFORK, 3), call(MMAP, 0, 1, 3, 0x22), result(MMAP, AT),
        ended(3), ended(PID)])
    parent, guest, other = made.programs
    assert text.count("memory: that of the process that made it") == 1
    assert guest.asked is parent.asked and guest.end == "executed /other"
    assert other.asked.left() == (0, 0) and parent.asked.left()[0] == 4096


def test_faults_are_told_apart():
    made, text = shown([
        *execve("/program"), fault(AT, (1, 1, 0)), fault(AT, (1, 513, 1)),
        fault(AT, (1, 513, 1)), ended(PID, 11)])
    assert "faults: 3, 1 gave a frame, 1 a large page, 1 neither; 30" in text
    assert "/program was killed by SIGSEGV" in text


def spoiled(draw):
    """Events in any order, of any thread."""
    def number():
        return draw.choice([0, 1, 4096, AT, (1 << 64) - 1, draw.getrandbits(64)])
    for _ in range(60):
        tid, other = draw.choice([PID, 3, 4]), draw.choice([PID, 3])
        which = draw.choice([EXECVE, MMAP, MUNMAP, CLONE, VFORK, BRK])
        pages = [draw.randrange(1000) for _ in range(3)]
        yield draw.choice([
            call(which, *(number() for _ in range(6)), tid=tid),
            result(which, draw.choice([0, AT, -22]), tid, pages),
            fault(number(), pages, tid), born(tid, other),
            ended(tid, draw.choice([0, 9])),
            record.Event(record.TAKE_OVER, 0, tid, other, b"")])


@pytest.mark.parametrize("seed", range(200))
def test_nothing_spoiled_ends_the_summary(seed):
    _, text = shown([*execve("/program"), *spoiled(random.Random(seed))])
    assert text.startswith("summary: [pid 2] /program ")


@pytest.mark.parametrize("seed", range(50))
def test_what_came_before_is_on_the_page(seed):
    """Strace's lines may know no way to go on; then the page ends there."""
    written = []
    page = Page(written.append, "ticks", "x")
    try:
        for event in [*execve("/program"), *spoiled(random.Random(seed))]:
            page.take(event)
    except (KeyError, AttributeError):
        pass
    page.finish()
    assert "</html>" in written[0] and page.columns["text"]


@pytest.mark.parametrize("first, count, state", [
    (0, 1 << 63, 1), (1, 1 << 25, 1), (0, 1, 256)])
def test_a_byte_map_that_cannot_be(first, count, state):
    event = record.Event(record.PAGES, 0, PID, first,
                         record.RUN.pack(count, state))
    with pytest.raises(record.Damaged):
        shown([event], Page, "x")


def test_what_an_end_frees_is_part_of_it():
    def pages(first, state):
        return record.Event(record.PAGES, 0, PID, first, record.RUN.pack(1, state))
    made, _ = shown([pages(0, 1), *execve("/program"), pages(0, 2), ended(PID, 256),
                     pages(0, 1)], Page, "x")
    assert made.columns["text"][-1] == "exited with 1"
    assert made.columns["pages"][-1] == [
        0, 1, 2, made.columns["program"][-1], 0, 1, 1, page.NOBODY]
