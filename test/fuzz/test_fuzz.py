"""Hostile programs on the whole kernel, and hostile input for its parsers. For
FUZZ_SECONDS each, where `make fuzz` says so, with the seed FUZZ_SEED."""

import os
import re
import subprocess

import pytest
from machine import BUILD, ROOT

FOLDER = BUILD / "test/fuzz"
SEED = os.environ.get("FUZZ_SEED", "1")
SECONDS = os.environ.get("FUZZ_SECONDS")
PARSERS = ["elf", "archive", "boot", "options", "packets", "usb"]

# Without FUZZ_SECONDS.
GUEST_SECONDS, GUEST_CALLS = "6", 500
PARSER_RUNS = "3000"
SELECTORS = 1024

ALL_SELECTORS = 0x10000

INPUT_SIZE_MAX = 8192
NO_LIMIT = "-rss_limit_mb=0"  # inodes are never freed
BOOT_TIME = 120  # seconds, on a busy host


def said(text):
    """Programs write to the terminal what they like."""
    return re.sub(r"[^\x20-\x7e\n]", "", text)


def test_hostile_programs(tmp_path):
    """All validates hold after each program, and no memory is lost."""
    seconds = SECONDS or GUEST_SECONDS
    added = [f"--add={FOLDER / name}=/{name}"
             for name in ("victim64", "victim32", "reader")]
    limit = 4 * int(seconds) + BOOT_TIME
    done = subprocess.run(
        [ROOT / "tools/run", "--timeout", str(limit), "--memory", "64M",
         "--log", tmp_path / "log", "--append", "validate", *added,
         FOLDER / "supervisor", SEED, seconds],
        capture_output=True, encoding="latin-1", check=False)
    log = (tmp_path / "log").read_text(errors="replace")
    output = said(done.stdout)
    end = re.search(rf"seed {SEED}: (\d+) programs, (\d+) calls.*", output)
    assert done.returncode == 0 and end, said(done.stderr) + log[-3000:]
    print(end[0])
    assert int(end[2]) >= GUEST_CALLS


@pytest.mark.parametrize("variant, expected", [("static", "segments_64.txt"),
                                               ("i386", "segments_32.txt")])
def test_selectors(variant, expected, tmp_path):
    """Those behind the tables all fare as the first behind them, and they stand
    in one line: there are no further lines."""
    count = ALL_SELECTORS if SECONDS else SELECTORS
    done = subprocess.run(
        [ROOT / "tools/run", "--timeout", str(BOOT_TIME + count // 64),
         "--log", tmp_path / "log",
         BUILD / "test/programs" / variant / "segments_sweep",
         "to", str(count)],
        capture_output=True, text=True, check=False)
    lines = (ROOT / "test/boot" / expected).read_text().splitlines()
    assert done.stdout.splitlines() == lines[:-1], done.stderr
    print(f"{variant}: {count} selectors in each register")


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeds")
    subprocess.run([ROOT / "test/fuzz/seeds.py", folder], check=True)
    return folder


@pytest.mark.parametrize("parser", PARSERS)
def test_parser(parser, seeds, tmp_path):
    how_long = (f"-max_total_time={SECONDS}" if SECONDS
                else f"-runs={PARSER_RUNS}")
    done = subprocess.run(
        [FOLDER / f"parse_{parser}", f"-seed={SEED}", how_long,
         f"-max_len={INPUT_SIZE_MAX}", NO_LIMIT, "-print_final_stats=1",
         f"-artifact_prefix={tmp_path}/", seeds / parser],
        env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"},
        capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stderr[-5000:]
    count = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    print(f"{parser}: seed {SEED}, {count[1]} inputs")
    assert int(count[1]) >= int(PARSER_RUNS)
