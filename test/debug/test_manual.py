"""The sessions of DEBUGGING.md: what is typed there is understood, and answered
as it stands there, but for numbers."""

import re

import stub
from gdb_session import Machine
from machine import ROOT
from test_backwards import record, replay

MANUAL = (ROOT / "DEBUGGING.md").read_text()
COMMAND = re.compile(r"^\(gdb\) (.+)$", re.MULTILINE)
COMPLAINT = re.compile(
    r"No symbol|Undefined|[Cc]annot|Error|Exception|warning: Error|No stack|"
    r"not being run|ambiguous|There is no|Usage|No frame")


def commands(title):
    """What is typed in gdb in the chapter TITLE."""
    return COMMAND.findall(chapter(title))


# What a gdb that is typed to says besides, or says at another place.
CHATTER = re.compile(
    r"Continuing\.$|\[New Thread|Detaching from|Ending remote|"
    r"\[Inferior .* detached\]|warning: File transfers|Brix' console is|"
    r"Hardware assisted breakpoint 1 at|0x0+fff0 in|$")
NUMBER = re.compile(r"\b(0x)?[0-9a-f]*[0-9][0-9a-f]*\b")
MAP_ROW = re.compile(r"\|?[.:sSPKThrR ]{32,}\|?")
REST = "..."


def chapter(title):
    return MANUAL.partition(f"## {title}\n")[2].partition("\n## ")[0]


def asked(title):
    """The commands of a chapter, each told before it is run."""
    return [word for command in commands(title)
            for word in (f"echo (gdb) {command}\\n", command)]


def shape(line):
    """LINE without what is another in each run and build."""
    line = NUMBER.sub("N", MAP_ROW.sub("MAP", line))
    return re.sub(r"\s+", " ", line).strip()


def answers(text):
    """(command, lines of its answer), the first without a command."""
    command, lines = "", []
    for line in text.splitlines():
        found = COMMAND.match(line)
        if found:
            yield command, lines
            command, lines = found[1], []
        elif not CHATTER.match(line):
            lines.append(shape(line))
    yield command, lines


def shown(title):
    """The chapter's sessions as one text: its blocks, from behind the last
    command of the shell's."""
    blocks = re.findall(r"^```\n(.*?)^```$", chapter(title), re.M | re.S)
    text = "".join(blocks)
    return re.split(r"^\$ (?:.*\\\n)*.*\n", text, flags=re.M)[-1]


def is_answered(wanted, said):
    """Are the lines WANTED those SAID? REST in WANTED stands for anything."""
    pattern = "\n".join(wanted) + "\n"
    pattern = re.escape(pattern).replace("\\\n", "\n")
    rest = re.escape(REST)
    pattern = re.sub(rf"^{re.escape(rest)}\n", "(.*\\\\n)*?", pattern,
                     flags=re.M).replace(rest, ".*")
    return re.fullmatch(pattern, "\n".join(said) + "\n") is not None


def assert_as_shown(title, text):
    said = list(answers(text))
    wanted = list(answers(shown(title)))
    assert [command for command, _ in wanted] == \
        [command for command, _ in said], text
    for (command, lines), (_, told) in zip(wanted, said):
        assert is_answered(lines, told), \
            f"{title}: {command}: shown {lines}, said {told}"


def assert_understood(text, *wanted):
    assert not COMPLAINT.search(text), text
    for words in wanted:
        assert words in text, f"no {words} in\n{text}"


def test_session_in_qemu():
    line = "gdb=qemu init=/bin/malloc_test"
    with Machine(command_line=line, memory="256M") as machine:
        text = machine.gdb("thbreak *boot_start", "continue",
                           *asked("In QEMU"))
    assert_as_shown("In QEMU", text)
    assert_understood(text, "upper_half", "large pages of 2 MiB",
                      "process 1 (malloc_test) at 0x401020", "in malloc (",
                      "All rules hold.")


def test_session_over_a_serial_line():
    with stub.StubMachine("gdbwait init=/bin/malloc_test",
                          memory="128M") as machine:
        text = machine.gdb(*asked("Over a serial line"))
        machine.wait_end()
    assert_as_shown("Over a serial line", text)
    assert_understood(text, "Reading /bin/malloc_test from remote target",
                      "in malloc (", "r-xp", "large pages of 2 MiB",
                      "detached")


def test_session_backwards(tmp_path):
    record(tmp_path / "it")
    text = replay(tmp_path / "it", *asked("Backwards"))
    assert_as_shown("Backwards", text)
    assert_understood(text, "in sys_munmap (", "$1 = ", "sys_mmap (address=0, "
                      "length=8")
