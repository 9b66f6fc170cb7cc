"""Each line of user/tests.txt gives on Brix what it gives on Linux."""

import os
import pathlib
import shlex

import oracle
import pytest
from machine import BUILD, ROOT, program
from machine.qemu import Settings

INITRD_FOLDER = BUILD / "initrd"
TIME_LIMIT = 60


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


def case_of(line):
    """What LINE asks of Linux."""
    name, arguments, file = split(line)
    return oracle.Case(f"/bin/{name}", tuple(arguments),
                       pathlib.Path(file).read_bytes())


@pytest.fixture(scope="module")
def linux():
    """What all lines do on Linux, by case."""
    return oracle.answers([case_of(line) for line in table()], initrd_files())


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
def test_as_on_linux(line, linux, tmp_path):
    name, arguments, file = split(line)
    with open(file, "rb") as input:
        output, (status, message) = on_brix(name, arguments, input, tmp_path)
    expected, expected_status = linux[case_of(line)]
    log = pathlib.Path(tmp_path / "log").read_text(errors="replace")
    assert output.decode() == expected.decode(), f"{message}\n{log}"
    assert status == expected_status, f"{message}\n{log}"
