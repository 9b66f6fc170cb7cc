"""The sessions of LESSONS.md: what is typed there is answered as it stands
there, but for addresses and what is left out."""

import re

import pytest
from machine import ROOT
from test_shell import Session

TEXT = (ROOT / "LESSONS.md").read_text()
LESSON = re.compile(r"^## (\d+)\. .*\n", re.MULTILINE)
BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMPT = "brix$ "
REST = re.escape("...")
ADDRESS = re.compile(r"\b(0x)?[0-9a-f]{8,16}\b")
INDEX = re.compile(r"\[ *\d+\]|\d+ kB|\d+ MiB$")
SHOWN_BY_SEE = "see "  # has tests of its own

LESSONS = dict(zip(*[iter(LESSON.split(TEXT)[1:])] * 2))


def typed(lesson):
    """(command, answer) for all that the lesson has."""
    text = "".join(BLOCK.findall(lesson))
    for piece in text.split(PROMPT)[1:]:
        command, _, answer = piece.partition("\n")
        if not command.startswith(SHOWN_BY_SEE):
            yield command, answer


def shape(text):
    lines = (INDEX.sub("N", ADDRESS.sub("A", line)) for line in
             text.splitlines())
    return "".join(line.rstrip() + "\n" for line in lines if line.strip())


def is_as_shown(shown, said):
    pattern = re.escape(shape(shown)).replace(f"\n{REST}\\\n", "\n.*\\\n")
    return re.fullmatch(pattern.replace(REST, ".*"), shape(said),
                        re.DOTALL) is not None


def test_there_are_eight():
    assert list(LESSONS) == [str(number) for number in range(1, 9)]


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson(boot, lesson):
    shell = Session(boot(command_line="log=com2", memory="256M"))
    for command, shown in typed(LESSONS[lesson]):
        said = shell.type(command)
        assert is_as_shown(shown, said), f"{command}: {shown}\nsaid {said}"
