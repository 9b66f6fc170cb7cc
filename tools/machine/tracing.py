"""Follows a machine's record while it runs, and writes what strace would."""

import contextlib
import re
import sys
import threading

from machine import FAILED, Failure, record
from machine.strace import Strace

OPTION = "trace=record"
PAUSE = 0.01  # seconds between two looks at the record
SIZE = re.compile(r"(\d+)([bkmgtBKMGT]?)")


def memory_words(settings, path):
    """QEMU's words for memory that is the file at PATH."""
    size = SIZE.fullmatch(settings.memory)
    if size is None:
        raise Failure(f"--strace needs --memory as one size, not "
                      f"{settings.memory}", FAILED)
    backend = (f"memory-backend-file,id=record,share=on,reserve=off,"
               f"size={size[1]}{size[2] or 'M'},mem-path={path}")
    return ("-object", backend, "-machine", "memory-backend=record")


class Follower:
    """Writes the record of the machine whose memory is the file at PATH to
    OUTPUT, until the machine is off."""

    def __init__(self, path, output):
        self.path = path
        self.output = output
        self.trouble = None
        self.is_off = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def write(self, text):
        """Nobody may read it any longer; the machine has to go on."""
        if self.trouble is None:
            try:
                self.output.write(text)
                self.output.flush()
            except OSError as error:
                self.trouble = f"the trace can't be written: {error.strerror}"

    def run(self):
        strace = Strace(self.write, self.output is not sys.stderr)
        ring = record.Ring(self.path)
        with contextlib.closing(ring):
            is_last = False
            while not is_last:
                is_last = self.is_off.wait(PAUSE)
                self.take(strace, ring)
            strace.finish()

    def take(self, strace, ring):
        try:
            for event in ring.events():
                strace.take(event)
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
def followed(path, output, tell):
    """While a machine runs."""
    path.touch()
    follower = Follower(path, output)
    follower.thread.start()
    try:
        yield
    finally:
        follower.finish(tell)
