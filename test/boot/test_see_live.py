"""see, the program: what a terminal shows of it while the machine runs."""

import codecs
import random
import re
import time

import pexpect
import pyte
import pytest
from harness import PROMPT

COLUMNS, ROWS = 80, 25
UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
HOME, END, PAGE_UP, PAGE_DOWN = "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~"
ENTER, TAB, BACK, SPACE, CTRL_C, CTRL_Z = "\r", "\t", "\x7f", " ", "\x03", "\x1a"
QUIET = 0.05  # seconds without output: a frame is whole
TIME_LIMIT = 60
FRAME = "-t 250"  # milliseconds, with room for quiet
FRAMES_PER_PAGE = 512
RANDOM_KEYS = 400


class Terminal:
    """A terminal before the shell of MACHINE."""

    def __init__(self, machine):
        self.machine = machine
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.Stream(self.screen)
        self.decoder = codecs.getincrementaldecoder("utf-8")()

    def read(self):
        """Takes what comes until it is quiet."""
        console = self.machine.console
        try:
            while True:
                text = console.read_nonblocking(65536, timeout=QUIET)
                self.stream.feed(self.decoder.decode(text.encode("latin-1")))
        except pexpect.TIMEOUT:
            pass

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait(self, pattern):
        """Waits until PATTERN is on the screen, and returns what was found."""
        deadline = time.monotonic() + TIME_LIMIT
        while True:
            self.read()
            found = re.search(pattern, self.text(), re.MULTILINE)
            if found is not None:
                return found
            if time.monotonic() > deadline:
                pytest.fail(f"no {pattern!r} on\n{self.text()}\n"
                            f"{self.machine.log()}")

    def press(self, keys, pattern):
        self.machine.send(keys)
        return self.wait(pattern)

    def cells(self):
        """The letters behind addresses."""
        return "".join(re.findall(r"^[0-9a-f]{12} (\S+)$", self.text(),
                                  re.MULTILINE))


@pytest.fixture
def terminal(boot):
    terminal = Terminal(boot(command_line="log=com2"))
    terminal.wait(re.escape(PROMPT.strip()))
    return terminal


@pytest.fixture
def see(terminal):
    """A terminal with see, at its map."""
    terminal.press(f"see {FRAME}\r", "^ see: 256 MiB, 128 large pages; ")
    return terminal


def number(found, group=1, base=10):
    return int(found[group], base)


def test_map_and_processes(see):
    see.wait("^c .* see ")
    letters = see.cells()
    assert len(letters) == 128
    legend = dict(re.findall(r"(\S) \w[\w ]*? (\d+)(?:  |$)",
                             see.screen.display[5].rstrip()))
    assert sum(map(int, legend.values())) == 128, see.text()
    assert letters.count(".") == int(legend["."])
    for letter, pid, name in [("a", 1, "init"), ("b", 2, "sh")]:
        shown = see.wait(rf"^{letter} +{pid} {name} +(\d+) KiB")
        assert 0 < number(shown) < 1024


def test_large_page(see):
    see.press(ENTER, "^ see: large page 0, 0x0: split")
    counts = see.wait(r"^(\d+) frames free, (\d+) shown .*, (\d+) the kernel's")
    letters = see.cells()
    assert len(letters) == FRAMES_PER_PAGE
    assert [letters.count("."), letters.count("K")] == \
        [number(counts), number(counts, 3)]
    assert sum(number(counts, group) for group in (1, 2, 3)) == FRAMES_PER_PAGE
    see.press(DOWN + RIGHT * 8, r"^frame 72, 0x48000: free$")
    see.press(PAGE_DOWN, "^ see: large page 1, 0x200000: ")
    see.press(PAGE_UP, "^ see: large page 0, 0x0: ")


def test_from_process_to_memory_and_back(see):
    """Each step says the place that the next one is at."""
    see.press(TAB + DOWN + ENTER, r"^ see: \[2\] sh: (\d+) areas, ")
    own = see.press(HOME + DOWN * 3, r"^0x([0-9a-f]+) to .* of 4 KiB in memory")
    see.press(ENTER, rf"^ see: 0x{own[1]} of \[2\] sh")
    path = re.findall(r"^ (\w+) +at 0x([0-9a-f]{10})  \[ *(\d+)\] → "
                      r"0x([0-9a-f]{10}) present", see.text(), re.MULTILINE)
    assert [step[0] for step in path] == ["pml4", "pdpt", "pd", "pt"]
    for above, below in zip(path, path[1:]):
        assert above[3] == below[1]
    address = 0
    for step in path:
        address = address * FRAMES_PER_PAGE + int(step[2])
    assert address * 4096 == number(own, base=16)
    memory = see.wait(r"^ in memory at 0x([0-9a-f]+), frame (\d+) of large "
                      r"page (\d+)$")
    assert memory[1] == path[-1][3]
    see.press(ENTER, rf"^ see: large page {memory[3]}, ")
    shown = see.wait(rf"^frame {memory[2]}, 0x([0-9a-f]+): \[2\] sh shows it "
                     rf"at 0x{own[1]}, rw")
    assert number(shown, base=16) == number(memory, base=16)
    see.press(BACK, rf"^ see: 0x{own[1]} of ")
    see.press(PAGE_UP * 3, "^ the pml4, an entry is 536870912 KiB: ")
    see.press(BACK, r"^ see: \[2\] sh: ")
    see.press(BACK, "^ see: 256 MiB")


def test_program_beside(terminal):
    terminal.press(f"see {FRAME} -- malloc_test\r",
                   r"^d \[4\] has ended: 58485 checks")
    faults = terminal.wait("^faults .*█")
    assert faults is not None
    terminal.press("q", r"^brix\$ $|^brix\$$")


def test_a_program_grows(terminal):
    """8 large pages are its own; then 28, of which 4 go."""
    terminal.press(f"see {FRAME} -- grow 400\r", r"^d +4 grow .* 8 x 2 MiB")
    assert terminal.text().count("d" * 8) == 1
    terminal.wait(r"^d \[4\] runs: every second ")
    terminal.wait(r"^d +4 grow .* 24 x 2 MiB")
    terminal.wait(r"^d \[4\] has ended: all is unmapped")
    assert not re.search("d", terminal.cells())


def test_ends_with_program(terminal):
    terminal.press("see -e -- hello64; echo after\r", "^after$")


def test_stop_and_step(see):
    see.press(SPACE, r"\[stopped\]")
    still = see.text()
    time.sleep(1)
    see.read()
    assert see.text() == still
    see.press(".", r"\[stopped\]")
    see.press(SPACE, r"row *$")
    assert "[stopped]" not in see.text()


def test_signals_give_the_terminal_back(see):
    see.press(CTRL_Z, r"(?i)stopped")
    see.press("fg\r", "^ see: 256 MiB")
    see.press(CTRL_C, r"^brix\$$")
    see.press("echo one two\r", "^one two$")


@pytest.mark.parametrize("words, answer", [
    ("-t 0", "usage: see "), ("-t 99999", "usage: see "),
    ("-t", "usage: see "), ("-x", "usage: see "), ("--", "usage: see "),
    ("-- nowhere", "nowhere"), ("-- /bin", "/bin")])
def test_nonsense(terminal, words, answer):
    terminal.press(f"see {words}; echo after\r", "^after$")
    assert answer in terminal.text()
    assert "brix$" in terminal.text()


def test_any_keys(see):
    """In any order, whole or in parts, they lead to no end but by q."""
    draw = random.Random(7)
    keys = [UP, DOWN, LEFT, RIGHT, HOME, END, PAGE_UP, PAGE_DOWN, ENTER, ENTER,
            TAB, BACK, SPACE, ".", "\x1b", "\x1b[", "\x1b[9", "x", "\xff"]
    for _ in range(RANDOM_KEYS // 20):
        see.machine.send("".join(draw.choices(keys, k=20)))
        see.read()
    see.wait("^ see: ")
    see.press("\x1b", "^ see: ")
    time.sleep(1)
    see.press("q", r"^brix\$$")
