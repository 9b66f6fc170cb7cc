"""Each line of user/tests.txt gives on Brix what it gives on Linux."""

import os
import pathlib
import shlex
import subprocess

import pytest
from machine import BUILD, ROOT, program
from machine.qemu import Settings

PROGRAMS = BUILD / "user"
INITRD_FOLDER = BUILD / "initrd"
TIME_LIMIT = 60
SIGNAL_BASE = 128


def table():
    for line in (ROOT / "user/tests.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            yield line


def split(line):
    """(program, arguments, file of the standard input)."""
    words = shlex.split(line)
    file = os.devnull
    if "<" in words:
        file = ROOT / "user" / words[-1]
        words = words[:words.index("<")]
    return words[0], words[1:], file


def on_linux(name, arguments, input):
    done = subprocess.run([PROGRAMS / name, *arguments], stdin=input, cwd="/",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={"PATH": str(PROGRAMS)})
    is_signal = done.returncode < 0
    status = SIGNAL_BASE - done.returncode if is_signal else done.returncode
    return done.stdout, status


def initrd_files():
    """All of the initrd, so that the shell finds the programs."""
    files = (path for path in INITRD_FOLDER.rglob("*") if path.is_file())
    return {f"/{path.relative_to(INITRD_FOLDER)}": path.read_bytes()
            for path in files}


def on_brix(name, arguments, input, folder):
    path = f"/bin/{name}"
    files = initrd_files()
    chosen = program.Program(name=path, image=files[path], files=files,
                             arguments=arguments, log=folder / "log",
                             time_limit=TIME_LIMIT)
    output = folder / "output"
    with open(output, "wb") as file:
        end = program.run(chosen, Settings(), input.fileno(), file.fileno())
    return output.read_bytes(), program.exit_status(*end, chosen)


@pytest.mark.parametrize("line", table())
def test_as_on_linux(line, tmp_path):
    name, arguments, file = split(line)
    with open(file, "rb") as input:
        expected = on_linux(name, arguments, input)
        input.seek(0)
        output, (status, message) = on_brix(name, arguments, input, tmp_path)
    log = pathlib.Path(tmp_path / "log").read_text(errors="replace")
    assert output.decode() == expected[0].decode(), f"{message}\n{log}"
    assert status == expected[1], f"{message}\n{log}"
