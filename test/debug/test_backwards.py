"""Record and replay: the same run again, and back in it, under a time limit,
because a replay that goes wrong waits for ever."""

import re
import shutil
import subprocess

import pexpect
import pytest
from gdb_session import run_gdb
from machine import INITRD, KERNEL, ROOT, qemu, recording

TIME_LIMIT = 240
PROGRAM = ROOT / "build/user/mmap8"
UD2 = b"\x0f\x0b"
LONG = pytest.mark.long

# QEMU keeps a reset in the recording at the event before it, and on a busy host
# the replay may stop there, before the instruction that gdb goes to.
TRIES = 5


def record(folder, *words, program=(PROGRAM,)):
    done = subprocess.run(
        [ROOT / "tools/record", "--output", folder, *words, *program],
        capture_output=True, text=True, stdin=subprocess.DEVNULL,
        timeout=TIME_LIMIT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def replay(folder, *commands):
    words = ["-batch"]
    for command in commands:
        words += ["-ex", f"'{command}'"]
    done = subprocess.run(
        [ROOT / "tools/replay", "--input", folder, "--gdb-args",
         " ".join(words)], capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=TIME_LIMIT)
    return done.stdout + done.stderr


def instruction_counts(text):
    return [int(count) for count
            in re.findall(r"instruction count = (\d+)", text)]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recorded") / "recording"
    said = record(folder)
    assert "instructions recorded" in said
    assert "read all of them back" in said
    return folder


def test_last_write(recorded):
    """Who wrote this last? And then back by steps."""
    text = replay(
        recorded, "break main", "tbreak process_exit", "continue",
        "last-write byte_map.tags", "bt 3", "monitor info replay",
        "reverse-stepi", "monitor info replay", "reverse-step", "stepi",
        "info symbol $pc")
    assert re.search(r"#\d .*byte_map_init", text), text
    before, after = instruction_counts(text)
    assert after == before - 1


def test_end_can_be_gone_back_from(recorded):
    """At the end the machine is off; the replay stops just before."""
    text = replay(recorded, "continue", "monitor info replay",
                  "reverse-stepi", "reverse-stepi", "monitor info replay",
                  "continue", "monitor info replay")
    end = recording.load(recorded).end
    assert instruction_counts(text) == [end - 1, end - 3, end - 1], text


@LONG
@pytest.mark.parametrize("boot", ["kernel", "iso"])
def test_sixty_reverse_steps(tmp_path, boot):
    """Over system calls, page faults and interrupts, from a program back."""
    record(tmp_path / "it", "--boot", boot)
    steps = ["reverse-stepi"] * 60
    text = replay(tmp_path / "it", "tbreak process_exit", "continue",
                  "monitor info replay", *steps, "monitor info replay",
                  "tbreak *syscall_entry", "reverse-continue",
                  "reverse-stepi", "info symbol $pc")
    before, after = instruction_counts(text)
    assert before - after == 60, text
    assert re.search(r"^print \+ \d+ in section .text of .*mmap8$", text,
                     re.MULTILINE), text


def triple_fault_kernel(folder):
    """The kernel with a wrong instruction before there are any vectors."""
    text = run_gdb([str(KERNEL), "-ex", "info address kmain", "-ex",
                    "maint info sections .text"])
    address = int(re.search(r"address (0x\w+)", text)[1], 16)
    start, offset = re.search(r"(0x\w+)->0x\w+ at (0x\w+): \.text",
                              text).groups()
    image = bytearray(KERNEL.read_bytes())
    at = address - int(start, 16) + int(offset, 16)
    image[at:at + len(UD2)] = UD2
    path = folder / "faulty"
    path.write_bytes(image)
    return path


def test_triple_fault(tmp_path):
    """Why does it reset? Back from the end to the instruction before."""
    kernel = triple_fault_kernel(tmp_path)
    kept = recording.Recording(tmp_path / "it")
    recording.create(kept, qemu.Settings(kernel=kernel, initrd=INITRD))
    recording.record(kept, f"file,path={tmp_path / 'console'}",
                     stdin=subprocess.DEVNULL)
    for _ in range(TRIES):
        text = replay(tmp_path / "it", "continue", "x/i $pc", "reverse-stepi",
                      "x/i $pc", "bt")
        if "SIGQUIT" not in text:
            break
    assert "<kmain>:\tud2" in text, text
    assert re.search("call .*<kmain>", text), text


@LONG
def test_shell_with_input(tmp_path):
    """What was typed comes again."""
    terminal = pexpect.spawn(
        str(ROOT / "tools/record"), ["--output", str(tmp_path / "it")],
        timeout=60, encoding="latin-1")
    terminal.expect_exact("brix$ ")
    terminal.send("echo once\r")
    terminal.expect_exact("\nonce")
    terminal.expect_exact("brix$ ")
    terminal.send("\x1d")
    terminal.expect("instructions recorded")
    terminal.close()
    replayed = (tmp_path / "it/console.replay").read_text()
    assert "echo once" in replayed and "\nonce" in replayed
    shutil.rmtree(tmp_path / "it")
