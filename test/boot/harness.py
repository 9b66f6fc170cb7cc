"""One boot of Brix in QEMU: the console to talk to, the log, the screen, a
time limit, and a message with the last output when the time is up."""

import json
import pathlib
import socket
import subprocess
import tempfile
import time

import pexpect
import pexpect.fdpexpect
from machine import outcome, qemu

TIME_LIMIT = 120  # seconds; the slowest boot takes 20 on an idle host
LAST_LINES = 25
POLL = 0.05  # seconds
PROMPT = "brix$ "  # of user/sh

# How COM1 ends: by a reset when there was input that nobody read.
END = (pexpect.EOF, ConnectionResetError)

# VGA text: 80 x 25 cells of a character and its colour.
TEXT_ADDRESS, TEXT_COLUMNS, TEXT_ROWS = 0xB8000, 80, 25
TEXT_SIZE = TEXT_COLUMNS * TEXT_ROWS * 2


class Monitor:
    """QEMU's machine protocol (QMP) on CHANNEL."""

    def __init__(self, channel):
        self.lines = channel.makefile("rw")
        self.lines.readline()  # the greeting
        self.execute("qmp_capabilities")

    def execute(self, command, **arguments):
        request = {"execute": command, "arguments": arguments}
        self.lines.write(json.dumps(request))
        self.lines.flush()
        while True:
            answer = json.loads(self.lines.readline())
            assert "error" not in answer, answer
            if "return" in answer:  # and not one of QEMU's events
                return answer["return"]


class Boot:
    """A machine that runs. Leaving the context ends it, always."""

    def __init__(self, settings, time_limit=TIME_LIMIT):
        self.time_limit = time_limit
        self.temporary = tempfile.TemporaryDirectory(prefix="brix-test-")
        self.folder = pathlib.Path(self.temporary.name)
        self.com1, console = socket.socketpair()
        self.qmp, monitor = socket.socketpair()
        with console, monitor:
            self.process = self.start(settings, console.fileno(),
                                      monitor.fileno())
        self.transcript = open(self.folder / "console", "w+", newline="")
        self.console = pexpect.fdpexpect.fdspawn(
            self.com1.fileno(), timeout=time_limit, encoding="latin-1")
        self.console.logfile_read = self.transcript
        self.monitor = None

    def start(self, settings, console, monitor):
        words = qemu.command(settings, f"socket,fd={console}",
                             f"file,path={self.folder / 'log'}")
        words += ["-chardev", f"socket,fd={monitor},id=qmp",
                  "-mon", "chardev=qmp,mode=control"]
        with open(self.folder / "qemu", "w") as said:
            return qemu.start(words, stdin=subprocess.DEVNULL, stdout=said,
                              stderr=said, pass_fds=[console, monitor])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        qemu.stop(self.process)
        self.transcript.close()
        self.qmp.close()
        self.com1.close()
        self.temporary.cleanup()

    def expect(self, text, time_limit=None):
        """Waits until TEXT is on the console; returns what came before it."""
        limit = self.time_limit if time_limit is None else time_limit
        try:
            self.console.expect_exact(text, timeout=limit)
        except pexpect.TIMEOUT:
            self.fail(f"no {text!r} on the console within {limit} seconds")
        except END:
            self.fail(f"the machine ended without {text!r} on the console")
        return self.console.before

    def send(self, text):
        self.console.send(text)

    def expect_log(self, text):
        """Waits until TEXT is in the log."""
        self.wait_until(lambda: text in self.log(), f"no {text!r} in the log")

    def wait_screen(self, text):
        """Waits until TEXT is on the screen, in VGA text."""
        self.wait_until(lambda: text in self.screen_text(),
                        f"no {text!r} on the screen")

    def wait_until(self, is_so, complaint):
        deadline = time.monotonic() + self.time_limit
        while not is_so():
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.fail(complaint)
            time.sleep(POLL)

    def wait_end(self):
        """Waits until the machine is off."""
        try:
            self.console.expect(pexpect.EOF, timeout=self.time_limit)
        except ConnectionResetError:
            pass
        except pexpect.TIMEOUT:
            self.fail(f"the machine is not off after {self.time_limit} seconds")
        self.process.wait()

    def output(self):
        """What came out of the console so far, read by expect or wait_end."""
        self.transcript.flush()
        text = (self.folder / "console").read_text(encoding="latin-1")
        return text.replace("\r\n", "\n")

    def log(self):
        return outcome.read(self.folder / "log")

    def screen_text(self):
        """The rows of VGA text that are not blank, joined by newlines."""
        file = self.folder / "screen"
        self.execute("pmemsave", val=TEXT_ADDRESS, size=TEXT_SIZE,
                     filename=str(file))
        cells = file.read_bytes()[::2].decode("latin-1").replace("\0", " ")
        rows = [cells[start:start + TEXT_COLUMNS].rstrip()
                for start in range(0, len(cells), TEXT_COLUMNS)]
        return "\n".join(row for row in rows if row)

    def screen_pixels(self):
        """(width, height, list of the pixels' colours) of the screen."""
        file = self.folder / "screen.ppm"
        self.execute("screendump", filename=str(file))
        _, size, _, data = file.read_bytes().split(b"\n", 3)
        width, height = map(int, size.split())
        return width, height, [data[at:at + 3]
                               for at in range(0, len(data), 3)]

    def execute(self, command, **arguments):
        """Lets QEMU's monitor execute COMMAND."""
        if self.monitor is None:
            self.monitor = Monitor(self.qmp)
        return self.monitor.execute(command, **arguments)

    def fail(self, message):
        said = (self.folder / "qemu").read_text()
        parts = [message]
        for title, text in (("console", self.output()), ("log", self.log()),
                            ("QEMU", said)):
            parts.append(f"--- {title}, its end:")
            parts.append(outcome.tail(text, LAST_LINES))
        raise AssertionError("\n".join(parts))
