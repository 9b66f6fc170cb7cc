"""What the boot tests share: machines, and the ISOs that they boot."""

import contextlib
import tempfile

import harness
import pytest
from machine import INITRD, KERNEL, cpio, iso
from machine.qemu import Settings

# A first program that says one line and ends, on a kernel that then goes off.
HELLO = "log=com2 loglevel=debug init=/bin/hello64"
HELLO_OUTPUT = "hello by syscall\n"


@pytest.fixture
def boot():
    """boot(**settings) starts a machine, by default one that boots build/brix
    by -kernel. It is ended with the test."""
    with contextlib.ExitStack() as machines:
        def start(time_limit=harness.TIME_LIMIT, **settings):
            if "iso" not in settings:
                settings = {"kernel": KERNEL, "initrd": INITRD, **settings}
            machine = harness.Boot(Settings(**settings), time_limit)
            return machines.enter_context(machine)
        yield start


@pytest.fixture
def hello(boot):
    """hello(**settings) boots hello64, and checks what it says and that the
    machine goes off by itself. Returns the machine."""
    def run(**settings):
        line = f"{HELLO} {settings.pop('append', '')}"
        machine = boot(**{"command_line": line, **settings})
        check_hello(machine)
        return machine
    return run


def check_hello(machine):
    machine.wait_end()
    if "first program ended: exit status 0" not in machine.log():
        machine.fail("the log does not say that the first program ended well")
    # Firmware and loader may have written to the console before.
    if not machine.output().endswith(HELLO_OUTPUT):
        machine.fail("the console does not end with what hello64 says")


@pytest.fixture(scope="session")
def hello_iso():
    """hello_iso(protocol, setup) is the path of an ISO that boots hello64. The
    lines SETUP stand in its menu between kernel and boot."""
    made = {}
    with tempfile.TemporaryDirectory(prefix="brix-iso-") as folder:
        def make(protocol="multiboot2", setup="", append=""):
            key = protocol, setup, append
            if key not in made:
                menu = iso.menu(f"{HELLO} {append}", True, protocol, setup)
                made[key] = iso.make_iso(f"{folder}/{len(made)}", KERNEL,
                                         INITRD, menu)
            return made[key]
        yield make


@pytest.fixture
def initrd(tmp_path):
    """initrd(files) is the path of an initrd with FILES, path to bytes."""
    def make(files):
        path = tmp_path / "initrd.cpio"
        path.write_bytes(cpio.archive(files))
        return path
    return make
