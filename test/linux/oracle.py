"""What ordinary programs do on Linux, and the same on Brix. All cases of a test
file run in one boot; Linux' answers are kept for the next run of the same
cases."""

import dataclasses
import fcntl
import hashlib
import json
import os
import struct
import sys
import tempfile

import debian
from machine import BUILD, FAILED, Failure, program, tracing
from machine.qemu import Settings

RUNNER = BUILD / "test/linux/oracle"
ANSWERS = debian.FOLDER / "answers"
TIME_LIMIT = 300  # seconds

# Where the runner mounts what programs look at.
MOUNTS = {"/proc/.keep": b"", "/sys/.keep": b"", "/dev/.keep": b""}

# The shared memory, and the same in oracle.c.
SLOT, MEMORY_SIZE = "0x10", 16 << 20
COUNT, HEAD = struct.Struct("<I"), struct.Struct("<II")

SETTINGS = Settings(memory="1G", cpu="max",
                    command_line=f"{debian.OPTIONS} rdinit=/oracle")
BRIX = Settings(memory="512M", cpu="max")


@dataclasses.dataclass(frozen=True)
class Case:
    program: str  # its path on Linux
    arguments: tuple = ()
    input: bytes = b""

    def words(self):
        words = [os.fsencode(self.program), *map(os.fsencode, self.arguments)]
        return b"".join(word + b"\0" for word in words)


def answers(cases, files, options="", cpu=""):
    """Case to (output, exit status as a shell sees it), for all CASES; both
    outputs are one. FILES, path to bytes, are the programs and what else they
    find; OPTIONS are more of Linux's, and CPU is QEMU's if it
    is not that of SETTINGS."""
    given = {**MOUNTS, **files, **files_of(cases),
             "/oracle": RUNNER.read_bytes()}
    kept = ANSWERS / key(given, options + cpu)
    ANSWERS.mkdir(parents=True, exist_ok=True)
    with open(kept.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            ask(given, options, cpu, len(cases), kept)
    found = json.loads(kept.read_text())
    return {case: (output.encode("latin-1"), status)
            for case, (output, status) in zip(cases, found)}


def files_of(cases):
    """What the runner reads of CASES."""
    given = {}
    for number, case in enumerate(cases):
        given[f"/cases/{number}/words"] = case.words()
        given[f"/cases/{number}/input"] = case.input
    return given


def answers_of_brix(cases, files, append, log, trace=None):
    """The same of Brix with the options APPEND, without what has no answer
    because the machine ended before. The kernel's log goes to LOG, and what
    strace would print of the runner and of all programs to TRACE."""
    runner = program.Program("/oracle", RUNNER.read_bytes(),
                             files={**files, **files_of(cases)}, append=append,
                             log=log, outputs=tracing.Outputs(trace),
                             time_limit=TIME_LIMIT)
    with open(os.devnull) as nothing, tempfile.TemporaryFile() as output:
        program.run(runner, BRIX, nothing.fileno(), output.fileno(),
                    errors=sys.stderr.fileno())
        output.seek(0)
        return dict(zip(cases, read_answers(output.read(), len(cases))))


def key(files, options):
    hashed = hashlib.sha256(f"{debian.kernel().name} {options}".encode())
    for path, data in sorted(files.items()):
        hashed.update(path.encode() + b"\0" + hashlib.sha256(data).digest())
    return hashed.hexdigest()[:32]


def ask(files, options, cpu, count, kept):
    """Runs the COUNT cases of FILES on Linux with OPTIONS, on CPU. KEPT becomes
    their answers."""
    memory = kept.with_suffix(".memory")
    memory.write_bytes(bytes(MEMORY_SIZE))
    line = f"{SETTINGS.command_line} {options}"
    extra = (
        "-object", "memory-backend-file,id=answers,share=on,"
        f"size={MEMORY_SIZE},mem-path={memory}",
        "-device", f"ivshmem-plain,memdev=answers,addr={SLOT}")
    settings = dataclasses.replace(SETTINGS, command_line=line,
                                   cpu=cpu or SETTINGS.cpu, extra=extra)
    said = boot(settings, files, memory)
    data = memory.read_bytes()
    found = read_answers(data[COUNT.size:], *COUNT.unpack_from(data))
    memory.unlink()
    if len(found) != count:
        raise Failure(f"Linux ran {len(found)} of {count} cases, and said:\n" +
                      said.decode("latin-1"), FAILED)
    draft = kept.with_suffix(".draft")
    draft.write_text(json.dumps([(output.decode("latin-1"), status)
                                 for output, status in found]))
    draft.replace(kept)


def boot(settings, files, memory):
    """What Linux says. It is seldom, but it has taken all of its time without an
    answer where the same took half a minute: then it is started again. When it
    stops among the answers, which are in MEMORY, that is told."""
    for is_last in (False, True):
        try:
            return debian.boot(settings, files, TIME_LIMIT)
        except Failure as failure:
            with open(memory, "rb") as answered:
                count, = COUNT.unpack(answered.read(COUNT.size))
            if count > 0 or is_last:
                raise Failure(f"{failure}\nIt had given {count} answers.",
                              failure.status) from None


def read_answers(data, count):
    """[(output, exit status)] of the whole ones of COUNT answers in DATA."""
    found = []
    at = 0
    while len(found) < count and at + HEAD.size <= len(data):
        length, status = HEAD.unpack_from(data, at)
        at += HEAD.size
        output = data[at:at + length]
        at += length
        if at <= len(data):
            found.append((output, exit_status(status)))
    return found


def exit_status(status):
    """What a shell says of the wait status STATUS."""
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else \
        128 + os.WTERMSIG(status)
