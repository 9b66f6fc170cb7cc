"""A shell's script, by an ordinary shell: busybox does with it on Brix what it
does on the host."""

import shutil
import subprocess

import pytest
from machine import ROOT

SCRIPT = ROOT / "test/boot/shell_script.sh"
BUSYBOX = shutil.which("busybox")
TIME_LIMIT = "120"


@pytest.mark.parametrize("memory", ["64M", "2G"])
def test_a_script(memory, tmp_path):
    on_brix = subprocess.run(
        [ROOT / "tools/run", "--timeout", TIME_LIMIT, "--memory", memory,
         "--log", tmp_path / "log", "--append", "validate",
         "--add", f"{SCRIPT}=/script", BUSYBOX, "sh", "/script"],
        capture_output=True, text=True, check=False)
    on_host = subprocess.run([BUSYBOX, "sh", SCRIPT], capture_output=True,
                             text=True, check=False)
    log = (tmp_path / "log").read_text(errors="replace")
    assert on_brix.returncode == 0, on_brix.stderr + log[-3000:]
    assert on_brix.stdout == on_host.stdout
