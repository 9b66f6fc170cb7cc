"""Scripts and execveat do on Brix what they do on Linux."""

import pathlib
import subprocess

import oracle
import pytest
from machine import BUILD, ROOT

SAY = b"/say"  # the program, under a name that does not change
LONG = 256 - len("#!" + "/say")

SCRIPTS = {
    "/plain": b"#!/say\n",
    "/blanks": b"#! \t/say \t \n",
    "/argument": b"#!/say one argument \t\nrest\n",
    "/no_newline": b"#!/say",
    "/no_newline_argument": b"#!/say  x y",
    "/empty": b"#!\n",
    "/only_mark": b"#!",
    "/only_blanks": b"#!   \t  \n",
    "/zero": b"#!/say\0 argument\n",
    "/zero_first": b"#!\0/say\n",
    "/missing": b"#!/nothing/here\n",
    "/directory": b"#!/scripts\n",
    "/text": b"no mark\n",
    "/nothing": b"",
    "/return": b"#!/say\r\n",
    "/long_argument": b"#!/say " + b"a" * (LONG - 2) + b"\n",
    "/cut_argument": b"#!/say " + b"a" * 400 + b"\n",
    "/cut_name": b"#!" + b"/" * 300 + b"say\n",
    "/just_fits": b"#!" + b"/" * (LONG - 2) + SAY + b"\n",
    "/blanks_to_end": b"#!" + b" " * 300,
    "/scripts/1": b"#!/say one\n",
    **{f"/scripts/{n}": f"#!/scripts/{n - 1} level{n}\n".encode()
       for n in range(2, 8)},
    "/itself": b"#!/itself\n",
}
TIME_LIMIT = 60
AT_ONCE = 8


@pytest.mark.parametrize("variant", ["static", "i386"])
def test_as_on_linux(variant, tmp_path):
    program = BUILD / "test/programs" / variant / "scripts"
    program_bytes = program.read_bytes()
    files = {**SCRIPTS, str(program): program_bytes,
             SAY.decode(): program_bytes}
    # Asked in pieces, for an answer has a few KiB at most. What a run without
    # names says is the end of each.
    names = list(SCRIPTS)
    cases = [oracle.Case(str(program), tuple(names[at:at + AT_ONCE]))
             for at in range(0, len(names) + AT_ONCE, AT_ONCE)]
    answers = oracle.answers(cases, files)
    end = answers[cases[-1]][0]
    assert all(answers[case][1] == 0 and answers[case][0].endswith(end)
               for case in cases)
    expected = b"".join(answers[case][0].removesuffix(end)
                        for case in cases) + end

    added = []
    for number, (name, data) in enumerate(
            [*SCRIPTS.items(), ("/say", program_bytes)]):
        file = pathlib.Path(tmp_path / str(number))
        file.write_bytes(data)
        file.chmod(0o755)
        added += ["--add", f"{file}={name}"]
    done = subprocess.run(
        [ROOT / "tools/run", "--log", tmp_path / "log", "--timeout",
         str(TIME_LIMIT), "--append", "validate", *added, program, *names],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    assert done.returncode == 0, (tmp_path / "log").read_text()
    assert done.stdout.decode() == expected.decode()
