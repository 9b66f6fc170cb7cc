"""Names that break lists and lines: /proc tells of them as Linux does."""

import oracle
import pytest
from machine import BUILD

import test_programs

PROGRAM = BUILD / "test/programs/static/odd_names"
START = "/start"
NAMES = ["/new\nline\\", "/bin/a b\t(c) R 1", "/<&\"'>", "/\u00fc\u20ac",
         "/" + 200 * "\n", "/\x01\x7f\\012"]


@pytest.fixture(scope="module")
def linux():
    program = PROGRAM.read_bytes()
    cases = [oracle.Case(START, (name,)) for name in NAMES]
    return oracle.answers(cases, {START: program,
                                  **{name: program for name in NAMES}})


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_proc_tells_of_it_as_linux(name, linux, tmp_path):
    output, status, said = test_programs.on_brix(
        PROGRAM, [name], b"", tmp_path / "log",
        ["--add", f"{PROGRAM}={name}"])
    assert (output, status) == linux[oracle.Case(START, (name,))], said
