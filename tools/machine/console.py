"""The console of a running program: connects COM1 of the machine with the
host's standard input and output.

With `console=raw` bytes pass unchanged. COM1 carries firmware's and the boot
loader's words until the kernel writes START; nothing is passed on, either
way, before that.

    to the program     DLE DLE is one byte DLE, DLE EOT is end of input
    from the program   plain

With `console=tty` both sides are terminals, and COM1 is all theirs.
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
    """SOCKET is the machine's COM1, INPUT and OUTPUT are descriptors. TELL is
    given a sentence for the user."""

    def __init__(self, socket, input, output, mode="raw", tell=print):
        self.socket, self.input, self.output = socket, input, output
        self.socket.setblocking(False)
        self.is_raw = mode == "raw"
        self.pending = bytearray()  # input that waits for the machine
        # The end of what came before START; None after it.
        self.before_start = b"" if self.is_raw else None
        self.refusal = None  # the kernel's, of this CPU
        self.input_ended = False
        self.tell = tell
        self.is_slow_from = time.monotonic() + SLOW  # None: it has begun

    def run(self, time_limit):
        """Passes bytes on until the machine closes COM1, or for TIME_LIMIT
        seconds (None: for ever), or until the kernel refuses the CPU. True if
        the machine ended in time."""
        deadline = None if time_limit is None else time.monotonic() + time_limit
        while True:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                return False
            left = self.watch_for_life(left)
            for key, events in self.wait(left):
                if key.fd == self.input:
                    self.take_input()
                elif events & selectors.EVENT_READ and not self.take_output():
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
            self.tell(f"the machine has not started after {SLOW} seconds; "
                      "still waiting")
            return left
        return until if left is None else min(left, until)

    def wait(self, time_limit):
        """What can be read or written now. The set changes as input ends and
        as the machine is slow or quick, so it is built each time."""
        with selectors.SelectSelector() as selector:
            events = selectors.EVENT_READ
            if self.pending:
                events |= selectors.EVENT_WRITE
            selector.register(self.socket, events)
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

    def take_output(self):
        """Passes on what the program wrote. False when COM1 is closed."""
        try:
            data = self.socket.recv(READ_SIZE)
        except BlockingIOError:
            return True
        except ConnectionResetError:
            return False
        if not data:
            return False
        self.is_slow_from = None
        if self.before_start is not None:
            seen = self.before_start + data
            said, start, data = seen.partition(START)
            self.before_start = None if start else said[-SAID_MAX:]
            refusal = None if start else REFUSAL.search(said)
            if refusal is not None:
                self.refusal = refusal[0].decode("ascii")
        write_all(self.output, data)
        return True

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
