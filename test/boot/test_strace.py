"""tools/run --strace: the lines that Debian's strace prints for the same program
on Linux 6.1, but for addresses, pids, times, and what Brix has not."""

import difflib
import pathlib
import re
import shutil
import subprocess

import oracle
import pytest
from machine import BUILD, ROOT, strace_names

TIME_LIMIT = 60

# Without a vdso, as Brix.
LINUX = "norandmaps vdso=0 vdso32=0"

USER = BUILD / "user"
PROGRAMS = BUILD / "test/programs"
BUILDS = ("static", "i386")
# How often they wait, yield or are interrupted depends on time.
BY_TURNS = """asked children endless job_control late_reader pipe_ends pipes proc_changing
races sessions signal_calls thread_ends threads time_files scripts
forks polls timers sockets path_files tasks cpu_limit cpu_clocks cpu_sleeps
badness memory_bombs loads file_locks semaphores fifos"""
# They ask for what is the machine's own: limits, sizes of its memory, what it
# is called, who else runs, and what it has and Linux has not.
OWN = """base_of_kernel doors fail_nth kernel_settings memory_map odd_names
proc_memory process_one protection_keys refused_cases refused_entries setting_effects
identity usage init sh signal_mxcsr own_words page_map reclaims priorities many
memory_shares memory_frames full_tree see grow dynamic_maps huge_pool no_bytes"""
# Programs of more than 5,000 calls, or which others start.
LONG = """bystanders large_output large_places leak_cases leak_runner many_calls
malloc_torture segments_hostile segments_sweep signal_frames tee forbidden
local_table socket_rights"""
NOT_COMPARED = {*BY_TURNS.split(), *OWN.split(), *LONG.split()}
# Its C library calls by `ipc`, which strace takes apart.
NOT_IN_32_BITS = {"segments_shared", "semaphore_states"}

# Calls that Brix answers by -ENOSYS, and what is the machine's own.
OTHER_RESULT = {"set_robust_list", "rseq"}
OTHER = re.compile(r"^strace: ")
CHANGING = [
    (re.compile(r"0x[0-9a-f]{5,}"), "ADDRESS"),
    (re.compile(r"/\* \d+ vars? \*/"), "VARS"),
    (re.compile(r"(?<=getrandom\()\"[^\"]*\""), "BYTES"),
    (re.compile(r"(?<=si_uid=)\d+"), "UID"),
    (re.compile(r"(?<=time=)\d+( /\* [0-9.]+ s \*/)?"), "TICKS"),
    (re.compile(r"(?<=tv_[un]sec=)\d{3,}"), "PART"),
    (re.compile(r"((?<=clock_gettime\(CLOCK_MONOTONIC, {)|"
                r"(?<=clock_gettime\(CLOCK_REALTIME, {)|"
                r"(?<=gettimeofday\({))tv_sec=\d+"), "tv_sec=NOW"),
    (re.compile(r"^((?:rt_)?sigreturn\(.*\) += )(-?\d+|\?)$"), r"\1RAX"),
    (re.compile(r"(?<=si_overrun=)\d+"), "COUNT"),
    (re.compile(r"(?<=iov_len=)\d{6,}"), "MANY"),
    # Linux numbers also timers that could not be made.
    (re.compile(r"^(timer_(?:set|get)\w+\()\d{1,2}(?=[,)])"), r"\1ID"),
    (re.compile(r"^(timer_delete\()\d{1,2}(?=\))"), r"\1ID"),
    (re.compile(r"^(timer_create\(.*\[)\d+"), r"\1ID"),
    (re.compile(r"si_timerid=\w+"), "si_timerid=ID"),
    (re.compile(r"\|STATX_MNT_ID"), ""),
    (re.compile(r"\s+= "), " = "),
]

# What strace takes apart and tools/run shows as an address: where sockets are,
# messages, options, and segments.
TAKEN_APART = [
    (re.compile(r"(?<=[ (]){sa_family=.*?}(?=, [0-9AN\[])"), "ADDRESS"),
    (re.compile(r"(?<=, )\[-?\d+( => -?\d+)?\](?=\) = )"), "ADDRESS"),
    (re.compile(r"(?<=, ){msg_name.*}(?=, [0A-Z])"), "ADDRESS"),
    (re.compile(r"^(shmctl\(.*?, \w+, ){.*}(?=\) = )"), r"\1ADDRESS"),
    (re.compile(r"^(semctl\(.*?, \w+, )[{\[].*[}\]](?=\) = )"), r"\1ADDRESS"),
    (re.compile(r"^(sem(?:timed)?op\(-?\d+, )\[.*?\](?=, \d)"), r"\1ADDRESS"),
    (re.compile(r"^([gs]etsockopt\(-?\d+, \w+, [^,]+, ).*(?=\) = )"),
     r"\1OPTION"),
]
SOCKETS_AND_SEGMENTS = ("send", "recv", "getsockname", "getpeername", "shmctl",
                        "semctl", "semop", "semtimedop", "getsockopt", "setsockopt")

PID = re.compile(r"^\[pid +(\d+)\] ")
# Where pids are: in arguments and results of these, and in structures.
PID_FIRST = re.compile(r"^((?:kill|tkill|tgkill|wait4|waitpid|setpgid|getpgid|"
                       r"getsid|rt_sigqueueinfo|rt_tgsigqueueinfo)\(-?)(\d+)")
PID_SECOND = re.compile(r"^((?:tgkill|rt_tgsigqueueinfo|waitid|setpgid)"
                        r"\([^,]*, )(\d+)")
PID_RESULT = re.compile(r"^((?:fork|vfork|clone|clone3|getpid|getppid|gettid|"
                        r"getpgrp|getpgid|getsid|setsid|set_tid_address|wait4|"
                        r"waitpid)\(.* = )(\d+)$")
PID_FIELD = re.compile(r"(si_pid=|parent_tid=\[|thread_id=|PID=)(\d+)")
PIDS = (PID_FIRST, PID_SECOND, PID_RESULT, PID_FIELD)
# In these too, if they are known.
KNOWN_PID = re.compile(r"(\"signal\", \"|futex\(ADDRESS, [A-Z_|]+, |"
                       r"fcntl(?:64)?\((?=\d+, F_SETFD))(\d+)(?=[\",])")
# When they come, depends on time.
BY_TIME = ("--- SIGCHLD ", "--- SIGALRM ", "--- SIGVTALRM ", "--- SIGPROF ")
AGAIN = "= ? ERESTARTNOINTR"
ENDED = re.compile(r"\+\+\+ (exited|killed|superseded)")
FIRST_PID = 2  # of the program that init starts


class Traced:
    """The lines of a trace by pid, a call that was interrupted by others' as
    one. Where there is one process alone, its lines do not say which."""

    def __init__(self, text):
        self.lines, opened, alive = {}, {}, {FIRST_PID}
        for line in text.splitlines():
            match = PID.match(line)
            pid = int(match[1]) if match else min(alive)
            line = PID.sub("", line)
            alive.add(pid)
            if ENDED.match(line):
                alive.discard(pid)
            if OTHER.match(line):
                continue
            if line.endswith(" <unfinished ...>"):
                opened[pid] = line.removesuffix(" <unfinished ...>")
                continue
            resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", line)
            if resumed:
                line = opened.pop(pid) + resumed[1]
            self.lines.setdefault(pid, []).append(line)

    def of(self, pids):
        """What PIDS did, one after the other, in the order of their births."""
        pids = sorted(pids)
        found = []
        for pid in pids:
            lines = [shape(line, pids) for line in self.lines[pid]
                     if AGAIN not in line]
            signals = [line for line in lines if line.startswith(BY_TIME)]
            names = {line.partition(" {")[0] for line in signals}
            found += [line for line in lines if line not in signals] + \
                sorted(names) + ["-"]
        return found


def shape(line, pids):
    for pattern, word in CHANGING:
        line = pattern.sub(word, line)
    if line.startswith(SOCKETS_AND_SEGMENTS):
        for pattern, word in TAKEN_APART:
            line = pattern.sub(word, line)
    if line.partition("(")[0] in OTHER_RESULT:
        return line.rpartition(" = ")[0]
    for pattern in PIDS:
        line = pattern.sub(lambda match: match[1] + name_of(match[2], pids), line)
    return KNOWN_PID.sub(lambda match: match[1] + (
        name_of(match[2], pids) if int(match[2]) in pids else match[2]), line)


def name_of(pid, pids):
    number = int(pid)
    return f"PID{pids.index(number)}" if number in pids else \
        "0" if number == 0 else "PID"


def traced_alone(program, file, *options):
    return subprocess.run(
        [ROOT / "tools/run", "--timeout", str(TIME_LIMIT), "--no-randomize",
         f"--strace={file}", "--log", f"{file}.log", *options, program],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)


def compared():
    """All programs that are: those of the repository, in 64 and in 32 bits."""
    names = {path.stem for path in (ROOT / "test/boot/programs").glob("*.c")}
    found = [path for path in sorted(USER.iterdir())
             if path.is_file() and path.suffix == ""]
    found += [PROGRAMS / build / name for build in BUILDS
              for name in sorted(names)
              if build == "static" or name not in NOT_IN_32_BITS]
    return [path for path in found
            if path.name not in NOT_COMPARED and path.exists()]


def strace_files():
    """strace, its libraries, and a shell to start it."""
    strace, busybox = shutil.which("strace"), shutil.which("busybox")
    said = subprocess.run(["ldd", strace], capture_output=True, text=True,
                          check=True).stdout
    paths = [*re.findall(r"/\S+(?= \(0x)", said), strace, busybox]
    return {path: pathlib.Path(path).read_bytes() for path in paths}


def strace_case(program):
    command = (f"exec 2>/dev/null; {shutil.which('strace')} -f -o /trace "
               f"{program} | cat >/dev/null; cat /trace")
    return oracle.Case(shutil.which("busybox"), ("sh", "-c", command))


def on_linux(programs):
    """The traces there, by program."""
    files = {str(program): program.read_bytes() for program in programs}
    cases = {program: strace_case(program) for program in programs}
    answers = oracle.answers(list(cases.values()),
                             {**files, **strace_files()}, LINUX)
    found = {}
    for program, case in cases.items():
        said = answers[case][0].decode("latin-1")
        said = re.sub(r"^(\d+) +", r"[pid \1] ", said, flags=re.M)
        trace = Traced(said)
        found[program] = trace.of(trace.lines)
    return found


def on_brix(programs, folder):
    """The same here. All programs run one after the other in one machine, as
    children of a program whose trace has their traces in it."""
    cases = [oracle.Case(str(program)) for program in programs]
    with open(folder / "trace", "w+") as trace:
        oracle.answers_of_brix(
            cases, {str(program): program.read_bytes() for program in programs},
            "norandmaps", folder / "log", trace)
        trace.seek(0)
        whole = Traced(trace.read())
    begins, left = {}, {str(program): program for program in programs}
    for pid, lines in sorted(whole.lines.items()):
        for at, line in enumerate(lines):
            match = re.match(r'execve\("([^"]+)", .* = 0', line)
            if match and match[1] in left:
                begins[pid] = left.pop(match[1]), at
    return parted(whole, begins)


def parted(whole, begins):
    """By program, what BEGINS says: pid to program, and the line with which it
    begins. Before each of them the runner makes one process more, which gives
    it its input."""
    found = {}
    starts = sorted(begins)
    for pid, end in zip(starts, [*starts[1:], 1 << 31]):
        program, at = begins[pid]
        whole.lines[pid] = whole.lines[pid][at:]
        found[program] = whole.of([other for other in whole.lines
                                   if pid <= other < end - 1])
    return found


def test_as_strace(tmp_path):
    programs = compared()
    there, here = on_linux(programs), on_brix(programs, tmp_path)
    wrong = []
    for program in programs:
        wrong += difflib.unified_diff(
            there[program], here.get(program, []), f"{program} on Linux",
            f"{program} on Brix", "", "", 0, "")
    assert len(programs) > 60
    print(f"compared the traces of {len(programs)} programs")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("prefix, value, names", [
    ("W", 11, "WNOHANG|WSTOPPED|WCONTINUED"),
    ("PROT_", 0, "0"), ("PROT_", 7, "PROT_READ|PROT_WRITE|PROT_EXEC"),
    ("PROT_", 0x11, "PROT_READ|0x10"), ("PROT_", 0x10, "0x10 /* PROT_??? */"),
    ("AT_", 0x110, "AT_SYMLINK_NOFOLLOW|0x10")])
def test_names_of_flags(prefix, value, names):
    assert strace_names.flags_of(prefix, value) == names


def test_a_file_that_cannot_be_written(tmp_path):
    done = traced_alone(USER / "hello64", tmp_path / "no/trace", "--log",
                        f"{tmp_path}/log")
    assert done.returncode == 125
    assert b"no/trace: No such file or directory" in done.stderr
