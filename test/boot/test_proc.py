"""The files of /proc that tell of memory have Linux's format and the figures
that Linux gives for the same areas."""

import re
import shutil
import subprocess
import time

import pytest
from machine import BUILD, ROOT

PROGRAM = BUILD / "test/programs/static/proc_memory"
AREAS_START = "10000000-"  # the first that the program makes at a fixed address
PAGE_KIB, LARGE_PAGE_KIB = 4, 2048

# What Linux 6.1 prints of those areas, with transparent_hugepage=always.
LINUX_SMAPS = ROOT / "test/boot/linux_smaps.txt"

AREA = re.compile(r"^[0-9a-f]+-[0-9a-f]+ ", re.MULTILINE)
LIMITS = """\
Limit                     Soft Limit           Hard Limit           Units     \
"""
DATA_LIMIT = """\
Max data size             505675776            960786432            bytes     \
"""
STAT_FIELDS = 52

FILES = [f"/proc/{name}" for name in (
    "self/smaps", "self/stat", "self/statm", "self/limits", "meminfo",
    "freeruns", "stat", "uptime", "loadavg", "vmstat")]


@pytest.fixture(scope="module")
def proc():
    """The text of each of FILES, when all of them were read once before: all
    of the program that it takes is in memory then."""
    done = subprocess.run(
        [ROOT / "tools/run", "--memory", "128M", "--append", "norandmaps",
         PROGRAM, *FILES, *FILES], stdin=subprocess.DEVNULL,
        capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    parts = re.split(r"^=== (.*)\n", done.stdout, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def fields(text):
    """Name to number, of lines such as "Rss:   4 kB"."""
    found = re.findall(r"^([\w()]+): +(\d+)( kB)?$", text, re.MULTILINE)
    return {name: int(number) for name, number, _ in found}


def areas(smaps):
    starts = [match.start() for match in AREA.finditer(smaps)]
    return [smaps[start:end]
            for start, end in zip(starts, [*starts[1:], len(smaps)])]


def test_smaps_as_linux(proc):
    linux = LINUX_SMAPS.read_text()
    smaps = proc["/proc/self/smaps"]
    start = smaps.index(AREAS_START)
    assert smaps[start:start + len(linux)] == linux


def test_smaps_and_statm_and_stat_agree(proc):
    smaps = [fields(area) for area in areas(proc["/proc/self/smaps"])]
    statm = [int(word) for word in proc["/proc/self/statm"].split()]
    stat = proc["/proc/self/stat"].split()
    resident = sum(area["Rss"] for area in smaps) // PAGE_KIB
    anonymous = sum(area["Anonymous"] for area in smaps) // PAGE_KIB
    size = sum(area["Size"] for area in smaps) // PAGE_KIB
    assert len(stat) == STAT_FIELDS
    assert stat[:4] == ["2", "(proc_memory)", "R", "1"]
    assert statm[0] == size == int(stat[22]) // (PAGE_KIB * 1024)
    assert statm[1] == resident == int(stat[23])
    assert statm[2] == resident - anonymous


def test_limits_as_linux(proc):
    lines = proc["/proc/self/limits"].splitlines()
    assert lines[0] == LIMITS
    assert DATA_LIMIT in lines
    assert lines[-1].startswith("Max realtime timeout      unlimited")
    assert len(lines) == 17


def test_meminfo_counts_large_pages(proc):
    meminfo = fields(proc["/proc/meminfo"])
    assert meminfo["AnonHugePages"] == 2 * LARGE_PAGE_KIB
    assert meminfo["AnonPages"] > meminfo["AnonHugePages"]
    mapped = sum(meminfo[f"DirectMap{size}"] for size in ("4k", "2M", "1G"))
    assert mapped >= meminfo["MemTotal"]
    assert meminfo["MemFree"] < meminfo["MemTotal"] - meminfo["AnonPages"]


def test_freeruns_are_all_free_memory(proc):
    lines = proc["/proc/freeruns"].splitlines()
    assert lines[0].startswith("runs of free large pages (2048 kB each)")
    rows = [[int(word) for word in line.split()] for line in lines[2:-2]]
    assert [row[0] for row in rows] == [2 ** n for n in range(len(rows))]
    for length, runs, pages in rows:
        assert length * runs <= pages <= (2 * length - 1) * runs
    longest = int(re.search(r"longest run: (\d+) at 0x", lines[-2])[1])
    assert rows[-1][0] <= longest < 2 * rows[-1][0]
    frames = int(lines[-1].split(": ")[1])
    pages = sum(row[2] for row in rows)
    meminfo = fields(proc["/proc/meminfo"])
    assert meminfo["MemFree"] == pages * LARGE_PAGE_KIB + frames * PAGE_KIB


def test_stat_and_uptime_agree(proc):
    """Of the time since boot the CPU has used some, and was idle else."""
    cpu, cpu0, interrupts, switches, btime, births, running, blocked = (
        proc["/proc/stat"].splitlines())
    name, *ticks = cpu.split()
    assert (name, cpu0.split()) == ("cpu", ["cpu0", *ticks])
    assert len(ticks) == 10 and set(ticks[1:2] + ticks[4:]) == {"0"}
    now, idle = map(float, proc["/proc/uptime"].split())
    assert abs(sum(map(int, ticks)) / 100 - now) < 1 and idle <= now
    word, every, *lines = interrupts.split()
    assert (word, int(every)) == ("intr", sum(map(int, lines)))
    assert int(every) >= sum(map(int, ticks)) - 1  # each was an interrupt
    assert re.fullmatch(r"ctxt [1-9]\d*", switches)
    assert abs(int(btime.removeprefix("btime ")) + now - time.time()) < 60
    assert re.fullmatch("processes [2-9]", births)
    assert re.fullmatch("procs_running [12]", running)
    assert blocked == "procs_blocked 0"


def test_loadavg_and_vmstat(proc):
    """One runs of init and the program, which is the newest; perhaps both."""
    assert re.fullmatch(r"(\d+\.\d\d ){3}[12]/2 2\n", proc["/proc/loadavg"])
    vmstat = {name: int(number) for name, number in (
        line.split() for line in proc["/proc/vmstat"].splitlines())}
    meminfo = fields(proc["/proc/meminfo"])
    assert vmstat["nr_anon_pages"] * PAGE_KIB == meminfo["AnonPages"]
    assert vmstat["nr_page_table_pages"] * PAGE_KIB == meminfo["PageTables"]
    assert abs(vmstat["nr_free_pages"] * PAGE_KIB - meminfo["MemFree"]) < 1024
    assert vmstat["pgfault"] > vmstat["nr_anon_pages"] / 512
    assert vmstat["pswpout"] == vmstat["oom_kill"] == 0


def test_ps_lists_threads():
    """ps has a number for each thread in its fourth column."""
    done = subprocess.run(
        [ROOT / "tools/run", "--memory", "128M", shutil.which("ps"), "-eLf"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    head, *lines = done.stdout.splitlines()
    assert done.returncode == 0 and head.split()[1:4] == ["PID", "PPID", "LWP"]
    numbers = [line.split()[1:4] for line in lines]
    assert numbers == [["1", "0", "1"], ["2", "1", "2"]], done.stdout


def test_fd_lists_what_is_open():
    """A shell has its standard files, and lists the directory by a fourth."""
    done = subprocess.run(
        [ROOT / "tools/run", BUILD / "user/sh", "-c", "ls /proc/self/fd"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.stdout.split() == ["0", "1", "2", "3"]


def run_tool(name, *arguments, options=()):
    """What one of Debian's tools says, line by line."""
    done = subprocess.run(
        [ROOT / "tools/run", "--memory", "128M", *options, shutil.which(name),
         *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_top_lists_processes():
    """Where it writes to no terminal, it asks what a dumb one can do."""
    dumb = "/lib/terminfo/d/dumb"
    lines = run_tool("top", "-b", "-n1", options=["--add", f"{dumb}={dumb}"])
    assert re.fullmatch(r"top - .* load average: 0\.\d\d, 0\.\d\d, 0\.\d\d",
                        lines[0])
    assert re.fullmatch(r"Tasks: +2 total, .* 0 stopped, +0 zombie", lines[1])
    assert lines[6].split()[:2] == ["PID", "USER"]
    rows = [line.split() for line in lines[7:]]
    assert [(row[0], row[1], row[-1]) for row in sorted(rows)] == [
        ("1", "root", "init"), ("2", "root", "top")]


def test_uptime_tells_the_load():
    [line] = run_tool("uptime")
    assert re.search(r" up 0 min, .*load average: 0\.\d\d, 0\.\d\d, 0\.\d\d$",
                     line)


def test_free_tells_of_memory():
    head, memory, swap = run_tool("free")
    total, used, free = (int(word) for word in memory.split()[1:4])
    assert head.split()[:3] == ["total", "used", "free"]
    assert 120000 < total <= 131072 and 0 < used < total
    assert used + free <= total and swap.split() == ["Swap:", "0", "0", "0"]


def test_vmstat_tells_of_two_seconds():
    """The second line is of a second in which nobody wanted the CPU."""
    title, head, first, second = run_tool("vmstat", "1", "2")
    assert title.startswith("procs") and len(first.split()) == 17
    columns = dict(zip(head.split(), second.split()))
    assert int(columns["free"]) > 100000 and int(columns["id"]) > 50
    assert columns["b"] == columns["si"] == columns["bo"] == "0"


@pytest.mark.parametrize("variant", ["static", "static-pie", "i386"])
def test_frames_agree_with_pagemap(variant):
    """And they tell apart what is a process's own, and what fork has lent."""
    lines = run_tool(BUILD / f"test/programs/{variant}/memory_frames",
                     options=["--append", "validate"])
    shown = {line[:22].strip(): [int(number) for number in
                                 re.findall(r"\d+(?=,|$)", line[22:])]
             for line in lines[:-1]}
    assert shown == {
        "read": [0, 0, 0, 1],
        "written": [32, 0, 0, 0],
        "shared memory": [0, 0, 5, 0],
        "a large page": [512, 0, 0, 0],
        "forked, in the child": [0, 32, 0, 0],
        "and 3 are written": [3, 29, 0, 0],
        "the child is gone": [32, 0, 0, 0],
    }
    assert lines[-1] == "0 rules broken"


def test_load_grows():
    lines = run_tool(BUILD / "test/programs/static/loads")
    assert lines == [*3 * ["sysinfo agrees: 1"],
                     "it grows, and the sooner the shorter: 1"]
