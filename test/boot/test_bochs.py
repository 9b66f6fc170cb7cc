"""Brix in Bochs: CPUs of AMD and Intel from the first with long mode on."""

import bochs
import pytest


def check_hello(console, log):
    assert console.endswith("hello by syscall\n"), console + log
    assert "first program ended: exit status 0" in log


@pytest.mark.parametrize("cpu", [
    "athlon64_clawhammer", "p4_prescott_celeron_336", "core2_penryn_t9600",
    "corei7_haswell_4770", "ryzen", "tigerlake"])
def test_runs_on(cpu, hello_iso, tmp_path):
    check_hello(*bochs.run(tmp_path, hello_iso(), cpu=cpu))


@pytest.mark.parametrize("memory", [8, 32, 1024])
def test_memory(memory, hello_iso, tmp_path):
    check_hello(*bochs.run(tmp_path, hello_iso(), memory=memory))


def test_as_disk(hello_iso, tmp_path):
    check_hello(*bochs.run(tmp_path, hello_iso(), boot="disk"))


def test_multiboot_1(hello_iso, tmp_path):
    check_hello(*bochs.run(tmp_path, hello_iso("multiboot")))
