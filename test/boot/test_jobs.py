"""Jobs of the shell: the same keys on Brix' console, and on a terminal of the
Linux that this test runs on."""

import re
import time

import pexpect
import pytest
from harness import PROMPT
from machine import BUILD

SHELL = BUILD / "user/sh"
CTRL_C, CTRL_D, CTRL_Z = "\x03", "\x04", "\x1a"
TIME_LIMIT = 60


@pytest.fixture(params=["brix", "linux"])
def console(request, boot):
    """A shell that waits for a line."""
    if request.param == "linux":
        spawned = pexpect.spawn(str(SHELL), encoding="latin-1",
                                timeout=TIME_LIMIT,
                                env={"PATH": str(SHELL.parent)})
    else:
        spawned = boot(command_line="log=com2").console
        spawned.timeout = TIME_LIMIT
    spawned.expect_exact(PROMPT)
    yield spawned
    if request.param == "linux":
        spawned.close(force=True)


def type_line(console, line):
    """What LINE brings onto the terminal."""
    console.send(line + "\r")
    console.expect_exact(PROMPT)
    return re.sub(r"^.*\n", "", console.before.replace("\r", ""), count=1)


def start_cat(console, line="sh -c cat"):
    console.send(line + "\r")
    console.expect_exact("\n")
    echo(console, "a")


def echo(console, text):
    console.send(text + "\r")
    console.expect_exact(f"{text}\r\n{text}\r\n")


def stop(console):
    console.send(CTRL_Z)
    console.expect_exact("stopped: sh\r\n" + PROMPT)


def test_a_stopped_program_goes_on(console):
    start_cat(console)
    stop(console)
    assert type_line(console, "jobs") == "[1] stopped: sh\n"
    assert type_line(console, "echo here") == "here\n"
    console.send("fg\r")
    console.expect_exact("sh\r\n")
    echo(console, "b")
    stop(console)
    console.send("fg 1\r")
    console.expect_exact("sh\r\n")
    echo(console, "c")
    console.send(CTRL_D)
    console.expect_exact(PROMPT)
    assert type_line(console, "jobs") == ""


def test_jobs_are_told_apart(console):
    start_cat(console, "sh -c cat")
    stop(console)
    start_cat(console, "sh -c cat")
    stop(console)
    assert type_line(console, "jobs") == "[1] stopped: sh\n[2] stopped: sh\n"
    assert "no such job" in type_line(console, "fg 3")
    console.send("fg 1\r")
    console.expect_exact("sh\r\n")
    echo(console, "d")
    console.send(CTRL_C)
    console.expect_exact("killed by signal 2")
    console.expect_exact(PROMPT)
    assert type_line(console, "jobs") == "[2] stopped: sh\n"


def test_a_job_behind_the_prompt_can_not_read(console):
    start_cat(console)
    stop(console)
    assert type_line(console, "bg").startswith("[1] running: sh\n")
    deadline = time.monotonic() + TIME_LIMIT
    while not type_line(console, "jobs").endswith("[1] stopped: sh\n"):
        assert time.monotonic() < deadline


def test_a_key_ends_the_whole_line(console):
    for key in (CTRL_C, CTRL_Z):
        start_cat(console, "sh -c cat; echo not this")
        console.send(key)
        console.expect_exact(PROMPT)
        assert "not this" not in console.before
