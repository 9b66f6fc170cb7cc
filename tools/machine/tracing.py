"""Follows a machine's record while it runs, and writes what strace would, why
memory calls were refused, at the end a summary, and a file that keeps all."""

import contextlib
import dataclasses
import re
import sys
import threading

from machine import FAILED, KERNEL, Failure, record
from machine.record_file import Keeper
from machine.record_last import LastKeeper
from machine.strace import Strace
from machine.summary import Summary
from machine.why import Why

OPTION = "trace=record"
PAUSE = 0.01  # seconds between two looks at the record
SIZE = re.compile(r"(\d+)([bkmgtBKMGT]?)")


def memory_words(settings, path):
    """QEMU's words for memory that is the file at PATH."""
    size = SIZE.fullmatch(settings.memory)
    if size is None:
        raise Failure(f"a record needs --memory as one size, not "
                      f"{settings.memory}", FAILED)
    backend = (f"memory-backend-file,id=record,share=on,reserve=off,"
               f"size={size[1]}{size[2] or 'M'},mem-path={path}")
    return ("-object", backend, "-machine", "memory-backend=record")


@dataclasses.dataclass
class Outputs:
    """Files for what strace would print, for why memory calls of KERNEL were
    refused, for the summary, whose times are in TICKS, for the record itself,
    and for the last part of it; or None."""

    trace: object = None
    reasons: object = None
    summary: object = None
    record: object = None
    record_last: object = None
    kernel: str = KERNEL
    ticks: str = "ticks"

    def is_any(self):
        return any(output is not None
                   for output in (self.trace, self.reasons, self.summary,
                                  self.record, self.record_last))


class Follower:
    """Writes the record of the machine whose memory is the file at PATH to
    OUTPUTS, until the machine is off."""

    def __init__(self, path, outputs):
        self.path = path
        self.outputs = outputs
        self.trouble = None
        self.is_off = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def writer(self, output):
        """Nobody may read it any longer; the machine has to go on."""
        def write(text):
            if self.trouble is None:
                try:
                    output.write(text)
                    output.flush()
                except OSError as error:
                    self.trouble = ("the trace can't be written: "
                                    f"{error.strerror}")
        return write

    def viewers(self):
        outputs, found = self.outputs, []
        if outputs.reasons is not None:
            found.append(Why(self.writer(outputs.reasons), outputs.kernel))
        if outputs.trace is not None:
            found.append(Strace(self.writer(outputs.trace),
                                outputs.trace is not sys.stderr))
        if outputs.summary is not None:
            found.append(Summary(self.writer(outputs.summary), outputs.ticks))
        if outputs.record is not None:
            found.append(Keeper(self.writer(outputs.record), outputs.ticks,
                                outputs.kernel))
        if outputs.record_last is not None:
            found.append(LastKeeper(self.writer(outputs.record_last),
                                    outputs.ticks, outputs.kernel))
        return found

    def run(self):
        viewers = self.viewers()
        ring = record.Ring(self.path)
        with contextlib.closing(ring):
            is_last = False
            while not is_last:
                is_last = self.is_off.wait(PAUSE)
                self.take(viewers, ring)
            for viewer in viewers:
                viewer.finish()

    def take(self, viewers, ring):
        try:
            for event in ring.events():
                for viewer in viewers:
                    viewer.take(event)
        except record.Damaged as damage:
            self.trouble = f"the record is damaged: {damage}"
            self.is_off.wait()
        except Exception as error:  # a program decides what is in it
            self.trouble = f"the record can't be shown: {error!r}"
            self.is_off.wait()

    def finish(self, tell):
        self.is_off.set()
        self.thread.join()
        if self.trouble is not None:
            tell(self.trouble)


@contextlib.contextmanager
def followed(path, outputs, tell):
    """While a machine runs."""
    path.touch()
    follower = Follower(path, outputs)
    follower.thread.start()
    try:
        yield
    finally:
        follower.finish(tell)
