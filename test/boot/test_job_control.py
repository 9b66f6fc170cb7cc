"""A terminal and those who share it: job_control does on Brix' console, started
by init, what it does on a terminal of the Linux that this test runs on."""

import signal

import pexpect
from machine import BUILD

PROGRAM = BUILD / "test/programs/static/job_control"
INIT = BUILD / "user/init"
TIME_LIMIT = 60

# What the program says, and what is typed then.
KEYS = [("a line\r\n", "typed\r"), ("press ^C\r\n", "\x03"), ("poll, ^C\r\n", "\x03"),
        ("press ^\\\r\n", "\x1c"), ("press ^Z\r\n", "\x1a"),
        ("TIOCNOTTY: done, error 0\r\n", "")]


def drive(console):
    """All that is on the terminal in the end."""
    said = ""
    for text, key in KEYS:
        console.expect_exact(text, timeout=TIME_LIMIT)
        said += console.before + text
        if key:
            console.send(key)
    return said


def notice_keys():
    """A shell starts what runs in the background with these ignored."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


def test_as_on_linux(boot, initrd):
    linux = pexpect.spawn(str(PROGRAM), encoding="latin-1",
                          preexec_fn=notice_keys)
    expected = drive(linux)
    linux.close()
    files = {"/init": INIT.read_bytes(), "/job_control": PROGRAM.read_bytes()}
    machine = boot(command_line="log=com2 -- /job_control",
                   initrd=initrd(files))
    said = drive(machine.console)
    assert said[said.index("front group"):] == expected
    machine.wait_end()
    assert "program ended: exit status 0" in machine.log()
