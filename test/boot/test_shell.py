"""A session at the shell, as one sits before it: keys in, text out."""

import re

import pytest
from harness import PROMPT
from machine import BUILD

CTRL_C, CTRL_D, CTRL_U, CTRL_BACKSLASH = "\x03", "\x04", "\x15", "\x1c"
BACKSPACE, UP = "\x7f", "\x1b[A"
INITRD_FOLDER = BUILD / "initrd"
CHILDREN = BUILD / "test/programs/static/children"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Session:
    """A shell that waits for a line."""

    def __init__(self, machine):
        self.machine = machine
        machine.expect(PROMPT)

    def type(self, line):
        """What LINE brings onto the terminal, without its echo."""
        self.machine.send(line + "\r")
        text = self.machine.expect(PROMPT).replace("\r\n", "\n")
        echo, _, answer = text.partition("\n")
        assert echo.endswith(line), f"{line!r} was echoed as {echo!r}"
        return COLOUR.sub("", answer)


@pytest.fixture
def shell(boot):
    return Session(boot(command_line="log=com2"))


def test_help_names_what_there_is(shell):
    answer = shell.type("help")
    for command in ("help", "map", "free", "maps", "exit"):
        assert re.search(rf"^{command}\b", answer, re.MULTILINE), answer


def test_map_draws_each_large_page(shell):
    """256 MiB are 128 letters in rows of 64, and each has its meaning."""
    answer = shell.type("map")
    rows = re.findall(r"^0x[0-9a-f]{12} (\S+)", answer, re.MULTILINE)
    assert sum(map(len, rows[:2])) == 128, answer
    letters = "".join(rows[:2])
    assert "s" in letters and "." in letters
    for letter in set(letters):
        assert re.search(rf"^ *{re.escape(letter)} ", answer, re.MULTILINE)


def test_map_shows_what_is_one_programs(shell):
    assert "+" not in shell.type("map")
    answer = shell.type("map 1")
    letters = re.findall(r"^0x[0-9a-f]{12} (\S+)", answer, re.MULTILINE)
    shown = re.search(r"^ *\+ +shown .* (\d+) +\d+ MiB$", answer, re.MULTILINE)
    assert "".join(letters).count("+") == int(shown[1]) > 0, answer
    assert shell.type("map 99") == "99: ENOENT (no such file)\n"


def test_ls_of_a_large_directory(boot, initrd):
    """Few names are sorted, many come as they are in the directory."""
    many = [f"/many/{number * 7 % 3000}" for number in range(3000)]
    few = [f"/few/{number * 7 % 30:02}" for number in range(30)]
    files = dict.fromkeys(many + few, b"")
    files["/init"] = (BUILD / "user/sh").read_bytes()
    shell = Session(boot(command_line="log=com2", initrd=initrd(files)))
    listed = shell.type("ls /many").split()
    assert sorted(listed) == sorted(name.split("/")[2] for name in many)
    listed = shell.type("ls /few").split()
    assert listed == sorted(name.split("/")[2] for name in few)


def test_free_tells_the_memory(shell):
    answer = shell.type("free")
    total = re.search(r"total +(\d+) kB", answer)
    free = re.search(r"free +(\d+) kB", answer)
    assert 240 * 1024 < int(total[1]) <= 256 * 1024, answer
    assert 0 < int(free[1]) <= int(total[1])


def test_free_memory_comes_back(shell):
    """Programs that ended leave nothing behind."""
    for _ in range(2):  # what is made once is made now
        shell.type("malloc_test")
        shell.type("crash null")
        before = shell.type("free")
    for _ in range(5):
        shell.type("malloc_test")
        shell.type("crash null")
    assert shell.type("free") == before


@pytest.mark.parametrize("first", ["/init", "/bin/sh"])
def test_process_1_reaps_orphans(boot, initrd, first):
    """Two programs leave more children than there may be processes."""
    files = {f"/{path.relative_to(INITRD_FOLDER)}": path.read_bytes()
             for path in INITRD_FOLDER.rglob("*") if path.is_file()}
    files["/bin/children"] = CHILDREN.read_bytes()
    shell = Session(boot(command_line=f"log=com2 init={first}",
                         initrd=initrd(files)))
    for _ in range(3):
        assert shell.type("children leave") == "600 left\n"


def test_maps_has_the_areas_of_linux(shell):
    answer = shell.type("maps")
    line = r"^[0-9a-f]{8,16}-[0-9a-f]{8,16} [r-][w-][x-]p [0-9a-f]{8} "
    assert len(re.findall(line, answer, re.MULTILINE)) >= 3, answer
    assert "[stack]" in answer


def test_maps_of_another_program(shell):
    assert "/init" in shell.type("maps 1")
    assert shell.type("maps 99") == "/proc/99/maps: ENOENT (no such file)\n"
    assert shell.type("maps a/b") == "a/b: ENOENT (no such file)\n"


def test_page_leads_to_memory(shell):
    start, permissions, *_ = shell.type("maps 1").splitlines()[1].split()
    assert permissions == "r-xp"
    address = int(start.split("-")[0], 16) + 0x123
    *walk, place = shell.type(f"page {address:#x} 1").splitlines()
    entries = [re.match(r"  (\w+) *\[ *(\d+)\] 0x(\w+)  present ", line)
               for line in walk]
    assert [entry[1] for entry in entries] == ["pml4", "pdpt", "pd", "pt"]
    assert [int(entry[2]) for entry in entries] == [
        address >> shift & 511 for shift in (39, 30, 21, 12)]
    found = re.match(r"in memory at 0x(\w+), in large page (\d+): \w", place)
    memory = int(found[1], 16)
    assert memory == int(entries[-1][3], 16) + 0x123
    assert int(found[2]) == memory >> 21


@pytest.mark.parametrize("words, said", [
    ("1234567000", "no memory is there"),
    ("0x800000000000", "no program has addresses so high"),
    ("ffffffffffffffff", "no program has addresses so high"),
    ("400000 99", "ENOENT"), ("400000 a/b", "ENOENT"), ("", "usage"),
    ("4x", "usage"), ("11112222333344445", "usage")])
def test_page_says_what_is_wrong(shell, words, said):
    assert said in shell.type(f"page {words}")


def test_frag_counts_what_map_counts(shell):
    free = re.search(r"\. +free .* (\d+) MiB", shell.type("map"))
    rows = shell.type("frag").splitlines()[1:]
    sizes = [re.match(r" *\d+ +\d+ +(\d+) MiB", row)[1] for row in rows[:-1]]
    total = re.match(r"free: (\d+) MiB, of it (\d+) MiB in one run", rows[-1])
    assert sum(map(int, sizes)) == int(total[1])
    assert abs(int(total[1]) - int(free[1])) <= 8, rows


def test_runs_programs_with_arguments(shell):
    assert shell.type("hello64") == "hello by syscall\n"
    assert shell.type("echo one 'two  words'") == "one two  words\n"
    assert "crash" in shell.type("ls /bin")


def test_goes_on_after_a_crash(shell):
    shell.type("crash null")
    assert "signal 11" in shell.machine.log() or \
        "SIGSEGV" in shell.machine.log()
    assert shell.type("hello32").startswith("hello")


def test_an_unknown_command_is_named(shell):
    assert "nosuch" in shell.type("nosuch")


def test_line_editing(shell):
    shell.machine.send("echo wronk" + BACKSPACE + "g\r")
    shell.machine.expect("\n")
    assert shell.machine.expect(PROMPT).strip() == "wrong"
    shell.machine.send("what is this" + CTRL_U + "echo new\r")
    shell.machine.expect("\n")
    assert shell.machine.expect(PROMPT).strip() == "new"


@pytest.mark.parametrize("key", [CTRL_C, CTRL_BACKSLASH])
def test_interrupt_gives_a_new_line(shell, key):
    for text in ("", "half a line"):
        shell.machine.send(text + key)
        shell.machine.expect("\r\n" + PROMPT)
    assert shell.type("echo still here") == "still here\n"


@pytest.mark.parametrize("key", [CTRL_C, CTRL_BACKSLASH])
@pytest.mark.parametrize("file", ["", "/dev/zero", "/dev/urandom",
                                  "/dev/zero /dev/zero"])
def test_interrupt_ends_what_the_shell_does_itself(shell, file, key):
    """All of the line ends, and what is typed next is for the shell."""
    shell.machine.send(f"cat {file}; echo not this\r")
    shell.machine.expect("\r\n")
    if file == "":
        shell.machine.send("echoed\r")
        shell.machine.expect("echoed\r\nechoed\r\n")
    else:
        shell.machine.console.read(1)
    shell.machine.send(key)
    assert "not this" not in shell.machine.expect(PROMPT)
    assert shell.type("echo still here") == "still here\n"


@pytest.mark.parametrize("key", ["\x1b[5~", "\x1b[6;5~", "\x1b\x1b[5~"])
def test_page_keys_type_nothing(shell, key):
    shell.machine.send("echo a" + key + "b\r")
    shell.machine.expect("\n")
    assert shell.machine.expect(PROMPT).strip() == "ab"


def test_interrupt_ends_the_program_and_not_the_shell(shell):
    shell.machine.send("sh -c cat\r")
    shell.machine.expect("\n")
    shell.machine.send("echoed\r")
    shell.machine.expect("echoed\r\nechoed\r\n")
    shell.machine.send(CTRL_C)
    shell.machine.expect("killed by signal 2 (SIGINT: interrupt)")
    shell.machine.expect(PROMPT)
    assert shell.type("echo alive") == "alive\n"


def test_end_of_input_ends_the_shell(shell):
    shell.machine.send(CTRL_D)
    shell.machine.wait_end()
    assert "first program ended: exit status 0" in shell.machine.log()


def test_exit_status(shell):
    shell.machine.send("exit 7\r")
    shell.machine.wait_end()
    assert "first program ended: exit status 7" in shell.machine.log()


# QEMU's names of the keys that type "echo Hi!".
KEYS = ["e", "c", "h", "o", "spc", "shift-h", "i", "shift-1", "ret"]


@pytest.mark.parametrize("machine", ["pc", "q35"])
def test_the_keyboard_types_too(boot, machine):
    """PS/2 keys in, and the screen shows them: a PC without a serial line."""
    running = boot(machine=machine, has_serial=False)
    running.wait_screen(PROMPT.strip())
    for key in KEYS:
        codes = [{"type": "qcode", "data": code} for code in key.split("-")]
        running.execute("send-key", keys=codes)
    running.wait_screen("\nHi!\n")


def test_the_screen_scrolls(shell):
    for number in range(30):
        shell.type(f"echo line {number}")
    screen = shell.machine.screen_text()
    assert "line 29" in screen and "line 0\n" not in screen
