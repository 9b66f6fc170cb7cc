"""The host tests, each a cmocka program, as tests of pytest: a program that
fails, or that ran no test at all, is a failure with what it printed."""

import os
import re
import subprocess

import pytest
from machine import ROOT

TIME_LIMIT = 120
PASSED = re.compile(r"\[  PASSED  \] (\d+) test")


def programs():
    """From make, or all that make knows of when pytest is called by hand."""
    named = os.environ.get("HOST_PROGRAMS")
    if named is None:
        rule = "print-programs: ; @echo $(HOST_PROGRAMS)"
        named = subprocess.run(["make", "-s", "--eval", rule, "print-programs"],
                               cwd=ROOT, capture_output=True, text=True,
                               check=True).stdout
    return named.split()


@pytest.mark.parametrize("program", programs(), ids=os.path.basename)
def test_program(program):
    done = subprocess.run([ROOT / program], cwd=ROOT, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True,
                          timeout=TIME_LIMIT)
    print(done.stdout)
    assert done.returncode == 0
    assert sum(map(int, PASSED.findall(done.stdout))) > 0
