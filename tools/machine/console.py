"""The console of a running program: connects lines of the machine with the
host's standard input, output and error. The program's line is a console of
virtio, which is fast, or COM1; its errors may have a line of their own.

With `console=raw` bytes pass unchanged. COM1 carries firmware's and the boot
loader's words until the kernel writes START; nothing is passed on, either
way, before that.

    to the program     DLE DLE is one byte DLE, DLE EOT is end of input
    from the program   plain

With `console=tty` both sides are terminals, and the lines are all theirs.
"""

import os
import re
import selectors
import time

DLE, EOT = b"\x10", b"\x04"
START = b"\x10\x02"
READ_SIZE = 65536
PENDING_MAX = 65536  # stop reading input while this much waits for the machine
# QEMU sends each byte by itself. To look only so often, in seconds, passes
# them on five times as fast.
PAUSE = 0.001
SAID_MAX = 4096  # of what comes before START, its end
SLOW = 5  # seconds without a sign of life that are worth a word
# The kernel's last words on a CPU that will not do (boot/start.asm).
REFUSAL = re.compile(rb"Brix: this CPU [^\r\n]*(?=\r\n)")

# What firmware and loader send to a terminal beside text.
CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x09\x0b-\x1f]")


class Console:
    """LINES is pairs of a socket, one of the machine's lines, and the
    descriptor where it goes; the first is the program's, whose input goes to
    the socket DOOR (None: to the line). INPUT is a descriptor. TELL is given a
    sentence for the user. HAS_BEGUN() tells whether the kernel runs: a program
    may be silent."""

    def __init__(self, lines, input, mode="raw", tell=print, door=None,
                 has_begun=lambda: False):
        self.lines, self.input = dict(lines), input
        first = next(iter(self.lines))
        self.doors = {first: door or first}
        self.socket = self.doors[first]
        for line in {*self.lines, self.socket}:
            line.setblocking(False)
        self.is_raw = mode == "raw"
        self.pending = bytearray()  # input that waits for the machine
        # The end of what came before START; None after it.
        self.before_start = b"" if self.is_raw else None
        self.refusal = None  # the kernel's, of this CPU
        self.input_ended = False
        self.tell, self.has_begun = tell, has_begun
        self.is_slow_from = time.monotonic() + SLOW  # None: it has begun

    def run(self, time_limit):
        """Passes bytes on until the machine closes its lines, or for TIME_LIMIT
        seconds (None: for ever), or until the kernel refuses the CPU. True if
        the machine ended in time."""
        deadline = None if time_limit is None else time.monotonic() + time_limit
        while True:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                return False
            left = self.watch_for_life(left)
            for key, events in self.wait(left):
                if key.fileobj == self.input:
                    self.take_input()
                elif events & selectors.EVENT_READ:
                    self.take_output(key.fileobj)
            if not self.lines:
                return True
            if self.refusal is not None:
                return False
            self.send_pending()
            time.sleep(PAUSE)

    def watch_for_life(self, left):
        """Says so once when nothing came for long. Returns how many seconds of
        LEFT may pass until the next look."""
        if self.is_slow_from is None:
            return left
        until = self.is_slow_from - time.monotonic()
        if until <= 0:
            self.is_slow_from = None
            if self.has_begun():
                return left
            self.tell(f"the machine has not started after {SLOW} seconds; "
                      "still waiting")
            return left
        return until if left is None else min(left, until)

    def wait(self, time_limit):
        """What can be read or written now. The set changes as input ends and
        as the machine is slow or quick, so it is built each time."""
        with selectors.SelectSelector() as selector:
            wanted = dict.fromkeys(self.lines, selectors.EVENT_READ)
            if self.pending:
                wanted[self.socket] = (wanted.get(self.socket, 0) |
                                       selectors.EVENT_WRITE)
            for line, events in wanted.items():
                selector.register(line, events)
            if self.wants_input():
                selector.register(self.input, selectors.EVENT_READ)
            return selector.select(time_limit)

    def wants_input(self):
        has_started = self.before_start is None
        has_room = len(self.pending) < PENDING_MAX
        return has_started and has_room and not self.input_ended

    def take_input(self):
        """Reads the host's input and, if raw, escapes it for the machine."""
        try:
            data = os.read(self.input, READ_SIZE)
        except OSError:
            data = b""
        self.input_ended = not data
        if self.is_raw:
            data = data.replace(DLE, DLE + DLE) if data else DLE + EOT
        self.pending += data

    def take_output(self, line):
        """Passes on what came on LINE. The machine closes it at its end."""
        try:
            data = line.recv(READ_SIZE)
        except BlockingIOError:
            return
        except ConnectionResetError:
            data = b""
        if not data:
            del self.lines[line]
            return
        self.is_slow_from = None
        if self.before_start is not None:
            data = self.look_for_start(line, data)
        write_all(self.lines[line], data)

    def look_for_start(self, line, data):
        """Keeps what comes before START, and returns what comes after it on
        LINE, which is the program's from then on: COM1, if the kernel has not
        found another."""
        said, start, rest = (self.before_start + data).partition(START)
        if start:
            self.before_start = None
            self.socket = self.doors.get(line, line)
            return rest
        self.before_start = said[-SAID_MAX:]
        refusal = REFUSAL.search(said)
        if refusal is not None:
            self.refusal = refusal[0].decode("ascii")
        return b""

    def words_before_start(self):
        """What firmware and loader said when no program has started."""
        text = (self.before_start or b"").decode("latin-1")
        return CONTROL.sub("", text.replace("\r", "")).strip()

    def send_pending(self):
        try:
            sent = self.socket.send(self.pending) if self.pending else 0
        except (BlockingIOError, BrokenPipeError, ConnectionResetError):
            sent = 0
        del self.pending[:sent]


def write_all(output, data):
    view = memoryview(data)
    while view:
        view = view[os.write(output, view):]
