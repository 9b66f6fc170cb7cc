"""A record that is kept: a file that tools/run --record writes and tools/see
reads.

It begins with MAGIC, which has the version of both, and a line of JSON about the
run: `ticks`, what times are counted in, `kernel`, the file of the kernel, and
`before`, the threads that there were, if the run had begun before: each as
[thread, process, program, and its pages: mapped, resident, large]. Up to its end there are events, one behind the other, as kernel/base/record.h says,
without RECORD_SKIP. Another version of the file is refused; one that is cut off
or damaged is read up to there."""

import json
import mmap

from machine import FAILED, Failure, record

MAGIC = b"Brix events 1.2\n"
AT_ONCE = 1 << 16  # bytes that are written together
LINE_MAX = 1 << 16


class Keeper:
    """Takes events, and gives the file's bytes to WRITE."""

    def __init__(self, write, ticks, kernel):
        self.write = write
        self.about = {"ticks": ticks, "kernel": str(kernel)}
        self.begin([])

    def begin(self, before):
        about = {**self.about, "before": before}
        self.waiting = bytearray(MAGIC + json.dumps(about).encode() + b"\n")

    def take(self, event):
        self.waiting += event.packed()
        if len(self.waiting) >= AT_ONCE:
            self.flush()

    def finish(self):
        self.flush()

    def flush(self):
        self.write(bytes(self.waiting))
        self.waiting.clear()


class RecordFile:
    """The file at PATH."""

    def __init__(self, path):
        self.path = path
        try:
            with open(path, "rb") as file:
                if file.read(len(MAGIC)) != MAGIC:
                    raise Failure(f"{path}: no record, or of another version",
                                  FAILED)
                self.data = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        except OSError as error:
            raise Failure(f"{path}: {error.strerror}", FAILED) from None
        self.at = self.data.find(b"\n", len(MAGIC), len(MAGIC) + LINE_MAX) + 1
        self.ticks, self.kernel, self.before = self.about()

    def about(self):
        try:
            about = json.loads(self.data[len(MAGIC):self.at])
            before = [(int(tid), int(pid), str(name), *map(int, memory))
                      for tid, pid, name, *memory in about["before"]]
            return str(about["ticks"]), str(about["kernel"]), before
        except (ValueError, KeyError, TypeError):
            raise Failure(f"{self.path}: what it says about the run is damaged",
                          FAILED) from None

    def events(self):
        """All, or Damaged with where the file stops to be one."""
        at, end = self.at, len(self.data)
        while at < end:
            if at + record.EVENT.size > end:
                raise record.Damaged(f"{end - at} bytes of an event at {at}")
            size = record.size_at(self.data, at, end, at)
            yield record.event_at(self.data, at, size)
            at += size
