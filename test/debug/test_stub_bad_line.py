"""gdb and the stub on a line that spoils one byte in ten thousand."""

import pytest
import stub
from gdb_session import run_gdb
from lossy_line import LossyLine
from machine import KERNEL, ROOT
from test_session import facts

SESSION = ROOT / "test/debug/bad_line.py"
RATE = 1e-4
SEEDS = 10
SHORT_SEEDS = 2  # in `make test`
TIME_LIMIT = 120


def seeds():
    for seed in range(SEEDS):
        marks = [] if seed < SHORT_SEEDS else [pytest.mark.long]
        yield pytest.param(seed, marks=marks)


@pytest.mark.parametrize("seed", seeds())
def test_session_on_a_bad_line(seed):
    with stub.StubMachine("gdbwait norandmaps") as machine:
        machine.wait_door()
        with LossyLine(machine.folder / "line", machine.door, seed,
                       RATE) as line:
            text = run_gdb([str(KERNEL), "-ex",
                            f'set $door = "{line.door}"', "-x",
                            str(SESSION)], TIME_LIMIT)
        seen = facts(text)
        assert seen.get("end") == "reached", text
        assert seen["stopped in"] == "schedule_begin", text
        for section in (".boot", ".text", ".rodata"):
            assert seen[section].endswith("matched."), text
            assert "MIS-MATCHED" not in seen[section], text
        assert line.harmed > 0
        machine.expect(stub.harness.PROMPT)
