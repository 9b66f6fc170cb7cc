"""tools/run itself: its exit statuses, and what it does and does not print."""

import contextlib
import os
import pathlib
import signal
import subprocess
import termios
import time

import elf_file
import pexpect.fdpexpect
import pytest
import shapes
from elf_file import PAGE, PT_INTERP, segment
from machine import BUILD, ROOT, cpio, elf

PROGRAMS = BUILD / "test/programs/static"
FAILED, TIMED_OUT, NOT_EXECUTABLE, NOT_FOUND = 125, 124, 126, 127
SHELL = BUILD / "user/sh"


def run(*words, **options):
    return subprocess.run([ROOT / "tools/run", *words], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          **options)


@pytest.fixture
def start():
    """start(*words, **options) starts tools/run; what still runs when the test
    ends, ends too, and takes its machine along."""
    with contextlib.ExitStack() as runs:
        def begin(*words, **options):
            process = subprocess.Popen([ROOT / "tools/run", *words], **options)
            runs.callback(process.wait)
            runs.callback(process.kill)
            return process
        yield begin


def test_prints_what_the_program_prints_and_no_more(tmp_path):
    done = run("--log", tmp_path / "log", BUILD / "user/hello64")
    assert (done.stdout, done.stderr) == ("hello by syscall\n", "")
    assert done.returncode == 0
    assert "exit status 0" in (tmp_path / "log").read_text()


def test_a_death_names_signal_and_log(tmp_path):
    log = tmp_path / "log"
    done = run("--log", log, PROGRAMS / "faults", "null")
    assert done.stdout == "before\n"
    assert done.returncode == 128 + signal.SIGSEGV
    assert "Segmentation fault" in done.stderr and str(log) in done.stderr
    report = log.read_text()
    assert "rip" in report and "rsp" in report
    assert "the stack" not in report
    rows = [line for line in report.splitlines() if "r15 " in line]
    assert rows and all(len(line) <= 80 for line in rows)


def test_a_stack_at_its_limit_is_reported_with_the_limit(tmp_path):
    done = run("--log", tmp_path / "log", PROGRAMS / "faults", "stack")
    assert done.returncode == 128 + signal.SIGSEGV
    report = (tmp_path / "log").read_text()
    assert "the stack has reached its limit of 8192 KiB" in report


@pytest.mark.parametrize("level", ["error", "warn", "info", "debug"])
def test_the_status_comes_at_every_log_level(level, tmp_path):
    done = run("--log", tmp_path / "log", "--append", f"loglevel={level}",
               PROGRAMS / "status", "3")
    assert done.returncode == 3


def test_no_such_program():
    done = run("no/such/program")
    assert done.returncode == NOT_FOUND
    assert "no/such/program: no such file" in done.stderr


@pytest.mark.parametrize("file, message", [
    ("README", "not an ELF file"),
    ("dynamic", "needs the dynamic linker /no/linker, which is not there"),
    ("object.o", "not a program"),
    ("cut", "cut off"),
    ("arm", "not for x86"),
    (".", "directory")])
def test_unusable_programs(file, message, tmp_path):
    (tmp_path / "README").write_text("words")
    source = tmp_path / "x.c"
    source.write_text("int main(void) { return 0; }")
    subprocess.run(["gcc", source, "-o", tmp_path / "dynamic",
                    "-Wl,-dynamic-linker,/no/linker"], check=True)
    subprocess.run(["gcc", "-c", source, "-o", tmp_path / "object.o"],
                   check=True)
    image = bytearray((tmp_path / "dynamic").read_bytes())
    (tmp_path / "cut").write_bytes(image[:100])
    image[18] = 183  # e_machine: AArch64
    (tmp_path / "arm").write_bytes(image)
    done = run(tmp_path / file)
    assert done.returncode == NOT_EXECUTABLE
    assert message in done.stderr


END = 0x7FFFFFFFF000


@pytest.mark.parametrize("image, message", [
    (b"\x7fEL", "not an ELF file"),
    (elf_file.program(machine=40), "not for x86 (ELF machine 40)"),
    (elf_file.program(kind=4), "not a program (ELF type 4)"),
    (elf_file.program(segment_size=32), "program headers of 32 bytes"),
    (elf_file.program(count=65535), "65535 program headers"),
    (elf_file.program([]), "0 program headers"),
    (elf_file.program(table=1 << 63), "the program headers are cut off"),
    (elf_file.program(entry=END), f"entry {END:#x} is past"),
    (elf_file.program([segment(size=1)]),
     "program header 0 has more bytes in the file than in memory"),
    (elf_file.program([segment(), segment(END - 1)]),
     "program header 1 ends past a program's memory"),
    (elf_file.program([segment(8)]), "differ in their page"),
    (elf_file.program([segment(file_size=0, size=0)], kind=3),
     "all segments are empty"),
    (elf_file.program([segment(kind=PT_INTERP, file_size=1)]),
     "the dynamic linker's name is of a wrong length"),
    (elf_file.program([segment(kind=PT_INTERP, offset=PAGE)]),
     "the dynamic linker's name is cut off"),
    (elf_file.program([segment(kind=PT_INTERP, file_size=4)]),
     "the dynamic linker's name has no end")])
def test_a_wrong_file_is_refused_with_the_rule(image, message):
    assert message in elf.find_problem(image)


def test_the_smallest_program_runs(tmp_path):
    """Its headers lie over each other, and the file ends within the first."""
    (_, image), *_ = shapes.tiny(32)
    (tmp_path / "tiny").write_bytes(image)
    assert run(tmp_path / "tiny").returncode == 42


def test_unknown_options_and_machines():
    assert run("--no-such-option", "x").returncode == FAILED
    done = run("--cpu", "no-such-cpu", BUILD / "user/hello64")
    assert done.returncode == FAILED and "no-such-cpu" in done.stderr
    done = run("--add", "nowhere", BUILD / "user/hello64")
    assert done.returncode == FAILED and "HOSTFILE" in done.stderr


def test_limits_and_layout():
    done = run("--limit", "stack=unlimited", "--limit", "nofile=20", "--limit",
               "as=1G", SHELL, "-c", "ulimit -s; ulimit -n; ulimit -v")
    assert done.stdout == "unlimited\n20\n1048576\n", done
    done = run("--strace", "--compat-layout", "--no-randomize",
               BUILD / "user/mmap8")
    assert "PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x2aaaaaaab000" in done.stderr, done


@pytest.mark.parametrize("words, reason", [
    ("nosuch=1", "no limit is called 'nosuch'"),
    ("stack", "'' is no number"), ("stack=1x", "'1x' is no number")])
def test_wrong_limits(words, reason):
    done = run("--limit", words, SHELL)
    assert done.returncode == FAILED and reason in done.stderr, done


def test_time_limit():
    done = subprocess.run(
        [ROOT / "tools/run", "--timeout", "60", PROGRAMS / "cat"], text=True,
        stdin=subprocess.PIPE, capture_output=True)
    assert done.returncode == 0  # its input ended
    start = time.monotonic()
    reader, writer = os.pipe()  # an input that never ends
    done = subprocess.run(
        [ROOT / "tools/run", "--timeout", "3", PROGRAMS / "cat"], text=True,
        stdin=reader, capture_output=True)
    os.close(reader), os.close(writer)
    assert done.returncode == TIMED_OUT
    assert "3 seconds" in done.stderr
    assert time.monotonic() - start < 60


@pytest.mark.parametrize("cpu, reason", [
    ("qemu32", "no long mode"), ("n270", "no long mode"),
    ("athlon", "no long mode"), ("max,-nx", "no NX")])
def test_a_cpu_that_will_not_do_is_named_at_once(cpu, reason, tmp_path):
    done = run("--log", tmp_path / "log", "--cpu", cpu, BUILD / "user/hello64",
               timeout=60)
    assert done.returncode == FAILED
    assert f"this CPU has {reason}" in done.stderr and done.stdout == ""


def test_a_machine_that_does_not_start_is_said_to(tmp_path):
    done = run("--log", tmp_path / "log", "--memory", "1M", "--timeout", "7",
               BUILD / "user/hello64")
    assert done.returncode == TIMED_OUT
    first, last = done.stderr.splitlines()
    assert "has not started after 5 seconds" in first
    assert "the machine has not started" in last


def test_what_the_loader_said_is_shown(tmp_path):
    """GRUB says it at once and stands still; a busy host gets more time."""
    for limit in ("5", "20", "80"):
        done = run("--log", tmp_path / "log", "--boot", "iso", "--memory", "4M",
                   "--timeout", limit, BUILD / "user/hello64")
        assert done.returncode == TIMED_OUT
        if "error: out of memory." in done.stderr:
            return
    raise AssertionError(done.stderr)


def test_more_memory_than_the_host_has(tmp_path):
    done = run("--log", tmp_path / "log", "--memory", "200G",
               BUILD / "user/hello64")
    assert done.returncode == 0 and done.stdout == "hello by syscall\n"


@pytest.mark.parametrize("option, message", [
    ("init=/no/init", "the first program /no/init can't be run: error 2 "
     "(ENOENT)"),
    ("init=/sbin", "the first program /sbin can't be run: error 13 (EACCES)"),
    ("args=/no/file", "the first program's arguments, args=/no/file, can't be "
     "read: error 2 (ENOENT)"),
    ("args=/sbin", "the first program's arguments, args=/sbin, can't be read: "
     "error 21 (EISDIR)")])
def test_nothing_to_start_with_is_said_in_a_sentence(option, message):
    done = run("--append", option, PROGRAMS / "hello")
    assert done.returncode == FAILED
    assert done.stderr == f"tools/run: {message}\n"
    assert done.stdout == ""


@pytest.mark.parametrize("program, status, reason", [
    ("/no/such", NOT_FOUND, "ENOENT (no such file)"),
    ("/sbin", NOT_EXECUTABLE, "EACCES (permission denied)"),
    ("/words", NOT_EXECUTABLE, "ENOEXEC (not a program)")])
def test_a_program_that_init_cannot_run(program, status, reason, tmp_path):
    words = tmp_path / "words"
    words.write_bytes(program.encode() + b"\0")
    done = run("--add", f"{words}=/words", "--append", "args=/words",
               PROGRAMS / "hello")
    assert done.returncode == status
    assert done.stderr == f"tools/run: {program}: {reason}\n"


def test_a_program_that_is_stopped_for_ever_is_ended():
    done = run(PROGRAMS / "process_one", "stop")
    assert done.returncode == 128 + signal.SIGSTOP
    assert "signal 19" in done.stderr and "nothing is left" in done.stderr
    assert done.stdout == "stops\n"


def test_a_program_that_is_stopped_may_be_continued():
    """By a child of its own, after a while."""
    done = run(PROGRAMS / "process_one", "pause")
    assert (done.returncode, done.stdout) == (5, "stops\ngoes on\n")


def test_no_program_can_end_process_1():
    done = run(PROGRAMS / "process_one", "kill")
    assert done.returncode == 5
    assert done.stdout == "process 2, child of 1\nstill there\n"


def test_no_program_can_tell_how_it_ended_in_its_own_words():
    """Not in lines of the log, nor in the names of files."""
    done = run(PROGRAMS / "process_one", "lie")
    assert done.returncode == 5, done.stderr


@pytest.mark.parametrize("command, status", [
    ("hello64", 0), ("exit 3", 3), ("nosuch", 127)])
def test_system_runs_brix_own_programs(command, status):
    done = run(PROGRAMS / "process_one", "system", command)
    assert done.returncode == status
    assert ("hello by syscall" in done.stdout) == (command == "hello64")


def test_output_comes_as_it_is_written(start):
    reader, writer = os.pipe()
    process = start(PROGRAMS / "cat", stdin=reader, stdout=subprocess.PIPE)
    for text in (b"one", b"two"):
        os.write(writer, text)
        assert process.stdout.read(len(text)) == text
    os.close(reader), os.close(writer)
    assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT,
                                    signal.SIGTERM])
def test_a_signal_ends_everything(start, number, tmp_path):
    reader, writer = os.pipe()
    process = start(PROGRAMS / "cat", stdin=reader, stdout=subprocess.PIPE,
                    env={**os.environ, "TMPDIR": str(tmp_path)})
    os.write(writer, b"x")
    assert process.stdout.read(1) == b"x"
    machines = children(process.pid)
    assert len(machines) == 1
    process.send_signal(number)
    assert process.wait(timeout=60) == 128 + number
    os.close(reader), os.close(writer)
    assert list(tmp_path.iterdir()) == []
    assert not pathlib.Path(f"/proc/{machines[0]}").exists()


def test_on_a_terminal_lines_can_be_edited(start):
    """Brix' own terminal echoes; the host's settings come back at the end."""
    ours, theirs = os.openpty()
    before = termios.tcgetattr(theirs)
    process = start(PROGRAMS / "cat", stdin=theirs, stdout=theirs)
    console = pexpect.fdpexpect.fdspawn(ours, timeout=60)
    seen = 1
    while seen != 0:  # the program gives no sign that it waits
        console.send("\x15onx\x7fe\r")
        seen = console.expect(["\r\none\r", pexpect.TIMEOUT], timeout=4)
    console.send("\x04")
    assert process.wait(timeout=60) == 0
    assert termios.tcgetattr(theirs) == before
    os.close(ours), os.close(theirs)


def test_on_a_terminal_interrupt_ends_it():
    console = pexpect.spawn(str(ROOT / "tools/run"), [str(PROGRAMS / "cat")],
                            timeout=60)
    console.send("begun\r")
    console.expect(r"begun\r+\nbegun")
    console.sendintr()
    console.expect(pexpect.EOF)
    console.close()
    assert console.exitstatus == 128 + signal.SIGINT


def children(pid):
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text().split()]


def test_a_closed_output_is_a_broken_pipe():
    done = subprocess.run(
        f"{ROOT}/tools/run {PROGRAMS}/large_output | head -c 1; "
        "echo ${PIPESTATUS[0]}", shell=True, executable="/bin/bash",
        capture_output=True, text=True)
    assert done.stdout == f"0{128 + signal.SIGPIPE}\n"


def test_runs_at_once_do_not_mix(start, tmp_path):
    runs = [start("--log", tmp_path / f"log{number}", PROGRAMS / "status",
                  str(number)) for number in range(4)]
    assert [each.wait(timeout=60) for each in runs] == [0, 1, 2, 3]
    for number in range(4):
        log = (tmp_path / f"log{number}").read_text()
        assert f"exit status {number}" in log


# Names that get a filler before them, however long they are.
FOLDERS = "/".join(["d" * 200] * 19)
LONG_NAMES = [f"{FOLDERS[:length]}/file" for length in range(3500, 3804, 8)
              if not FOLDERS[:length].endswith("/")]
FILES = {"/bin/a": b"12345", "/deep/er/b": b"", "c": bytes(5000),
         **{f"/sizes/{size}": bytes([size % 256]) * size
            for size in range(1, 9000, 317)},
         **{name: name.encode() * 50 for name in LONG_NAMES}}


def test_cpio_reads_our_archives(tmp_path):
    """Debian's cpio is the judge of the archives that we write."""
    subprocess.run(["cpio", "-id", "--quiet"], input=cpio.archive(FILES),
                   cwd=tmp_path, check=True)
    for name, data in FILES.items():
        folder = os.open(tmp_path, os.O_RDONLY)
        for part in name.strip("/").split("/")[:-1]:
            folder = os.open(part, os.O_RDONLY, dir_fd=folder)
        file = os.open(name.split("/")[-1], os.O_RDONLY, dir_fd=folder)
        with open(file, "rb") as stream:
            assert stream.read() == data

