"""The record of a machine that runs: kernel/base/record.h says what is in it.
The machine's memory is a file that QEMU shares with us."""

import ctypes
import dataclasses
import mmap
import os
import struct

MAGIC = b"Brix record 1.2\0"
PAGE, DATA = 2 << 20, 4096
RING = PAGE - DATA
EVENT = struct.Struct("<IHHII")  # struct record_event
PIECE = struct.Struct("<QQ")  # struct record_piece
WRITTEN, READ = 16, 24  # in struct record_ring
ANSWER = struct.Struct("<qQ3Q")  # struct record_result
TOUCH = struct.Struct("<QQ3Q")  # struct record_fault
RUN = struct.Struct("<2Q")  # struct record_pages
(SKIP, CALL, RESULT, SIGNAL, BIRTH, END, TAKE_OVER, REFUSAL, FAULT,
 PAGES) = range(10)
# What an event has at least, by its type.
BODY_MIN = {SKIP: 0, CALL: 48, RESULT: 40, SIGNAL: 128, BIRTH: 0, END: 0,
            TAKE_OVER: 0, REFUSAL: 56, FAULT: 40,
            PAGES: 16}


class Damaged(Exception):
    """What is in the record is no event."""


@dataclasses.dataclass
class Event:
    type: int
    door: int
    tid: int
    number: int
    body: bytes

    def packed(self):
        """As it was in the record."""
        return EVENT.pack(EVENT.size + len(self.body), self.type, self.door,
                          self.tid, self.number) + self.body


def size_at(data, offset, end, place):
    """The size of the event at OFFSET of DATA, which has to end by END. It is at
    PLACE of all bytes, for who is told that it is none."""
    size, kind, *_ = EVENT.unpack_from(data, offset)
    if size % 8 != 0 or offset + size > end:
        raise Damaged(f"an event of {size} bytes at {place}")
    if kind not in BODY_MIN or size < EVENT.size + BODY_MIN[kind]:
        raise Damaged(f"an event of type {kind} and {size} bytes at {place}")
    return size


def event_at(data, offset, size):
    _, kind, door, tid, number = EVENT.unpack_from(data, offset)
    return Event(kind, door, tid, number,
                 bytes(data[offset + EVENT.size:offset + size]))


class Ring:
    """The ring in the file at PATH, as soon as there is one."""

    def __init__(self, path):
        self.file = open(path, "r+b")
        self.data = None
        self.read = 0

    def close(self):
        self.file.close()

    def find(self):
        """Is the ring there? The kernel takes the topmost page that is free when
        it starts, so none that looks like it lies above."""
        if self.data is None:
            size = os.fstat(self.file.fileno()).st_size
            for at in reversed(self.pages(size)):
                if os.pread(self.file.fileno(), len(MAGIC), at) == MAGIC:
                    self.open(at)
                    break
        return self.data is not None

    def pages(self, size):
        """Large pages of the file that hold something."""
        found, at = [], 0
        while at < size:
            try:
                start = os.lseek(self.file.fileno(), at, os.SEEK_DATA)
                end = os.lseek(self.file.fileno(), start, os.SEEK_HOLE)
            except OSError:
                break
            found += range(start // PAGE * PAGE, end, PAGE)
            at = (end + PAGE - 1) // PAGE * PAGE
        return found

    def open(self, at):
        self.data = mmap.mmap(self.file.fileno(), PAGE, offset=at)
        self.written = ctypes.c_uint64.from_buffer(self.data, WRITTEN)
        self.told = ctypes.c_uint64.from_buffer(self.data, READ)

    def events(self):
        """All that have come since the last time, and makes room for more."""
        if not self.find():
            return
        written = self.written.value
        if not 0 <= written - self.read <= RING:
            raise Damaged(f"{written} bytes, {self.read} of them read")
        while self.read < written:
            at = DATA + self.read % RING
            end = min(PAGE, at + written - self.read)
            size = size_at(self.data, at, end, self.read)
            event = event_at(self.data, at, size)
            self.read += size
            self.told.value = self.read
            if event.type != SKIP:
                yield event


class Memory:
    """Pieces of a program's memory."""

    def __init__(self, body):
        self.pieces = []
        at = 0
        while at + PIECE.size <= len(body):
            address, size = PIECE.unpack_from(body, at)
            at += PIECE.size
            self.pieces.append((address, body[at:at + size]))
            at += (size + 7) // 8 * 8

    def bytes(self, address, size):
        """SIZE bytes at ADDRESS, or None where they are not known."""
        found = self.some(address, size)
        return found if found is not None and len(found) == size else None

    def some(self, address, size):
        """The same, or fewer where not all are known."""
        found = None
        for start, data in self.pieces:
            if start <= address < start + len(data):
                part = data[address - start:address - start + size]
                found = part if found is None else max(found, part, key=len)
        return found

    def string(self, address):
        """The string there without its zero byte, and whether that was seen."""
        data = self.some(address, 1 << 16)
        if data is None:
            return None
        text, end, _ = data.partition(b"\0")
        return text, bool(end)
