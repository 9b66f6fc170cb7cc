"""Brix with its own stub for gdb on COM2, a raw client that speaks the
protocol, and gdb itself."""

import os
import pathlib
import re
import socket
import subprocess
import time

import harness
import pexpect
from machine import INITRD, KERNEL, qemu

TIME_LIMIT = 60  # seconds
REPLY_LIMIT = 60
GDB_LIMIT = 60

# gdb's numbers of registers, and their sizes in digits.
RAX, RSP, R11, RIP, EFLAGS, CS = 0, 7, 11, 16, 17, 18
DIGITS = [16] * 17 + [8] * 7 + [20] * 8 + [8] * 8 + [16] * 9 + [32] * 16 \
    + [8]
TF = 1 << 8


class StubMachine(harness.Boot):
    """Boots with gdb=com2 gdbwait, so it waits for the debugger. COM2 is the
    socket at `door`."""

    def __init__(self, append="gdbwait", gdb="com2", **settings):
        words = f"gdb={gdb} {append}"
        self.waits = "gdbwait" in append
        settings = {"kernel": KERNEL, "initrd": INITRD, **settings}
        self.shares_console = gdb == "com1"
        super().__init__(qemu.Settings(command_line=words, **settings),
                         TIME_LIMIT)

    @property
    def door(self):
        return self.folder / "door"

    def device(self):
        """What QEMU makes the door of."""
        return f"socket,path={self.door},server=on,wait=off"

    def start(self, settings, console, monitor):
        door = self.device()
        ports = [f"socket,fd={console}", door]
        if self.shares_console:
            ports = [door, f"file,path={self.folder / 'log'}"]
        words = qemu.command(settings, *ports)
        words += ["-chardev", f"socket,fd={monitor},id=qmp",
                  "-mon", "chardev=qmp,mode=control"]
        with open(self.folder / "qemu", "w") as said:
            return qemu.start(words, stdin=subprocess.DEVNULL, stdout=said,
                              stderr=said, pass_fds=[console, monitor])

    def wait_door(self):
        self.wait_until(self.door.exists, "the stub's socket is not there")
        if self.waits and not self.shares_console:
            self.expect("waiting for the debugger")
            self.waits = False

    def client(self):
        self.wait_door()
        return Client(self.door, self.read_console)

    def read_console(self):
        """What is there. QEMU stops at a console that nobody reads."""
        self.console.expect([pexpect.TIMEOUT, pexpect.EOF], timeout=0)

    def start_gdb(self, *commands, scripts=(), image=KERNEL):
        """gdb -batch that runs COMMANDS, then the SCRIPTS."""
        self.wait_door()
        words = ["gdb", "-nx", "-q", "-batch", str(image),
                 "-ex", "set breakpoint pending on",
                 "-ex", "set style enabled off",
                 "-ex", f"target remote {self.door}"]
        for command in commands:
            words += ["-ex", command]
        for script in scripts:
            words += ["-x", str(script)]
        return subprocess.Popen(words, stdout=subprocess.PIPE, text=True,
                                stderr=subprocess.STDOUT,
                                stdin=subprocess.DEVNULL,
                                preexec_fn=qemu.die_with_starter)

    def gdb(self, *commands, **options):
        """What gdb prints. The console is read meanwhile."""
        gdb = self.start_gdb(*commands, **options)
        deadline = time.monotonic() + GDB_LIMIT
        while True:
            self.read_console()
            try:
                return gdb.communicate(timeout=harness.POLL)[0]
            except subprocess.TimeoutExpired:
                if time.monotonic() > deadline:
                    gdb.kill()
                    self.fail(f"gdb does not end:\n{gdb.communicate()[0]}")


class TerminalMachine(StubMachine):
    """The same on a pseudo terminal, which gdb takes for a serial port."""

    def device(self):
        return "pty"

    @property
    def door(self):
        said = (self.folder / "qemu").read_text()
        found = re.search(r"redirected to (\S+) \(label log\)", said)
        return pathlib.Path(found[1] if found else self.folder / "none")


def symbols(image=KERNEL):
    """Address of each symbol of an ELF file."""
    text = subprocess.run(["nm", image], capture_output=True, text=True,
                          check=True).stdout
    rows = (line.split() for line in text.splitlines())
    return {row[2]: int(row[0], 16) for row in rows if len(row) == 3}


class Client:
    """A debugger that says what the tests want, well-formed or not. While it
    waits it calls IDLE."""

    def __init__(self, door, idle):
        self.idle = idle
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(os.fspath(door))
        self.received = b""
        self.text = ""  # what came as O packets
        self.has_acks = True

    def close(self):
        self.line.close()

    def send_raw(self, data):
        self.line.settimeout(REPLY_LIMIT)
        self.line.sendall(data)

    def send(self, body):
        data = body if isinstance(body, bytes) else body.encode("latin-1")
        self.send_raw(b"$%b#%02x" % (data, sum(data) % 256))

    def receive_raw(self, limit=REPLY_LIMIT):
        """Some more bytes; none when none came in time."""
        self.line.settimeout(limit)
        try:
            data = self.line.recv(65536)
        except TimeoutError:
            return b""
        assert data, "the machine ended"
        return data

    def receive(self, limit=REPLY_LIMIT):
        """The body of the next packet that is no console text."""
        deadline = time.monotonic() + limit
        while True:
            found = re.search(rb"\$([^#]*)#([0-9a-f]{2})", self.received)
            if found is None:
                assert time.monotonic() < deadline, \
                    f"no packet within {limit} s; received: {self.received}"
                self.received += self.receive_raw(0.2)
                self.idle()
                continue
            self.received = self.received[found.end():]
            body = found[1]
            assert sum(body) % 256 == int(found[2], 16), body
            if self.has_acks:
                self.send_raw(b"+")
            if re.fullmatch(rb"O([0-9a-f]{2})*", body) and body != b"OK":
                self.text += bytes.fromhex(body[1:].decode()).decode("latin-1")
                continue
            return body.decode("latin-1")

    def ask(self, body, limit=REPLY_LIMIT):
        self.send(body)
        return self.receive(limit)

    def connect(self):
        """What every gdb says first. Returns why the machine stands still."""
        self.send_raw(b"+")
        assert "PacketSize" in self.ask("qSupported:swbreak+;hwbreak+")
        return self.ask("?")

    def interrupt(self):
        self.send_raw(b"\x03")
        return self.receive()

    # Registers and memory.

    def register(self, number):
        return int.from_bytes(bytes.fromhex(self.ask(f"p{number:x}")), "little")

    def set_register(self, number, value):
        size = DIGITS[number] // 2
        digits = value.to_bytes(size, "little").hex()
        assert self.ask(f"P{number:x}={digits}") == "OK"

    def memory(self, address, size):
        reply = self.ask(f"m{address:x},{size:x}")
        return bytes.fromhex(reply) if not reply.startswith("E") else None

    def word(self, address):
        return int.from_bytes(self.memory(address, 8), "little")

    def write(self, address, data):
        reply = self.ask(f"M{address:x},{len(data):x}:{data.hex()}")
        assert reply == "OK", reply

    # Running.

    def break_at(self, address, kind=0, size=1):
        assert self.ask(f"Z{kind},{address:x},{size:x}") == "OK"

    def clear(self, address, kind=0, size=1):
        assert self.ask(f"z{kind},{address:x},{size:x}") == "OK"

    def step(self):
        return self.ask("vCont;s:1;c")

    def go(self, limit=REPLY_LIMIT):
        return self.ask("vCont;c", limit)

    def monitor(self, command):
        """What `monitor COMMAND` prints."""
        self.text = ""
        assert self.ask("qRcmd," + command.encode().hex()) == "OK"
        return self.text


def read_until(client, text, limit=REPLY_LIMIT):
    """Takes what a client of a shared line gets, to the end of TEXT."""
    deadline = time.monotonic() + limit
    while text not in client.received:
        assert time.monotonic() < deadline, \
            f"no {text} in {client.received[-500:]}"
        client.received += client.receive_raw(0.2)
    client.received = client.received.split(text, 1)[1]
