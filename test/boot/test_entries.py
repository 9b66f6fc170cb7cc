"""Ways into the kernel that Brix does not have are a clean signal, as
instructions that the CPU does not know, or may not run, are."""

import subprocess

import pytest
from machine import BUILD, ROOT

TIME_LIMIT = 60
ILL, SEGV = (f"signal {number}, there, registers kept\n" for number in (4, 11))

# AMD's CPUs know no sysenter in 64-bit code (APM vol. 3, SYSENTER).
CASES = [("max", "static", ILL), ("Nehalem", "static", SEGV),
         ("max", "i386", SEGV + ILL), ("Nehalem", "i386", SEGV + ILL)]


@pytest.mark.parametrize("cpu, variant, signals", CASES)
def test_a_refused_entry_is_a_signal(cpu, variant, signals, tmp_path):
    done = subprocess.run(
        [ROOT / "tools/run", "--log", tmp_path / "log", "--cpu", cpu,
         "--timeout", str(TIME_LIMIT),
         BUILD / "test/programs" / variant / "refused_entries"],
        text=True, stdin=subprocess.DEVNULL, capture_output=True)
    assert done.stdout == signals + "done\n", done.stderr
    assert done.returncode == 0
