"""Random numbers: the same each time under --icount and with a seed, and others
each time without."""

import subprocess

import pytest
from machine import BUILD, ROOT

SHELL = BUILD / "user/sh"
TIME_LIMIT = "60"


def addresses(log, *options):
    """Where the shell's areas lie."""
    return subprocess.check_output(
        [ROOT / "tools/run", "--timeout", TIME_LIMIT, "--log", log, *options,
         SHELL, "-c", "cat /proc/self/maps"], text=True)


@pytest.mark.parametrize("options", [["--icount"], ["--no-randomize"],
                                     ["--append", "seed=0x7"]],
                         ids=" ".join)
def test_the_same_each_time(options, tmp_path):
    first, second = (addresses(tmp_path / "log", *options) for _ in range(2))
    assert first == second
    assert "[stack]" in first


def test_others_each_time(tmp_path):
    runs = [["--append", "seed=1"], ["--append", "seed=2"], [], []]
    assert len({addresses(tmp_path / "log", *run) for run in runs}) == len(runs)


@pytest.mark.parametrize("cpu", ["qemu64", "qemu64,rdrand=on",
                                 "qemu64,rdseed=on"])
def test_without_some_sources(cpu, tmp_path):
    runs = [addresses(tmp_path / "log", "--cpu", cpu) for _ in range(2)]
    assert runs[0] != runs[1]
