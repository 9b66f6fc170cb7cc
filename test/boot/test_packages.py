"""Debian packages on Brix: with `tools/run --package` the guest has gcc, make,
python3 and perl, and they do there what they do on the host."""

import subprocess

import pytest
from machine import ROOT

TIME_LIMIT = "200"
FAILED = 125
HELLO = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int by_text(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}
int main(int argc, char **argv)
{
    qsort(argv + 1, (size_t)argc - 1, sizeof(*argv), by_text);
    for (int i = 1; i < argc; i++) {
        printf("%s ", argv[i]);
    }
    return puts("sorted") < 0;
}
"""
MAKEFILE = """
CFLAGS := -O2 -g
run: sorted sorted-static
\t./sorted c a b
\t./sorted-static f e d
sorted: sorted.o
\tgcc -o $@ $^
sorted-static: sorted.o
\tgcc -static -o $@ $^
sorted.o: sorted.c
\tgcc $(CFLAGS) -c -o $@ $<
"""
PYTHON = r"""
import json, mmap, os, sqlite3, subprocess, sys, tempfile, threading
with tempfile.TemporaryFile() as file:
    file.truncate(10000)
    with mmap.mmap(file.fileno(), 10000) as memory:
        memory[5000:5004] = b"Brix"
        file.seek(5000)
        print(file.read(4))
done = subprocess.run([sys.executable, "-c", "print(6 * 7)"],
                      capture_output=True)
print(done)
kept = []
threads = [threading.Thread(target=kept.append, args=(i,)) for i in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(sorted(kept), json.dumps({"a": [1, None]}))
base = sqlite3.connect("FOLDER/base")
base.execute("pragma journal_mode = wal")
base.execute("create table t(n)")
base.executemany("insert into t values (?)", ((n,) for n in range(2000)))
base.commit()
print(base.execute("select count(*), sum(n) from t").fetchone())
"""
PERL = r"""
open my $file, '+>', 'FOLDER/lines' or die; print $file map {"$_\n"} 1 .. 1000;
seek $file, 0, 0; my $sum = 0; $sum += $_ while <$file>; print "$sum\n";
my $pid = fork; if (!$pid) { exit 3 } waitpid $pid, 0; print $? >> 8, "\n";
print scalar(`echo from a shell`), join(',', sort map { $_ * $_ } 1 .. 9), "\n";
"""


def run(*words):
    return subprocess.run([ROOT / "tools/run", "--timeout", TIME_LIMIT, *words],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)


def packages(*names):
    return [f"--package={name}" for name in names]


def test_gcc_and_make_build_programs_that_run(tmp_path):
    (tmp_path / "sorted.c").write_text(HELLO)
    (tmp_path / "Makefile").write_text(MAKEFILE)
    done = run(*packages("gcc", "libc6-dev", "make"), "--add",
               f"{tmp_path}=/source", "--append", "validate", "--log",
               tmp_path / "log", "make", "-C", "/source")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("gcc ") == 3
    for line in ("a b c sorted", "d e f sorted"):
        assert line in done.stdout.splitlines(), done.stdout


def test_what_is_not_in_a_package_is_missed_by_name(tmp_path):
    (tmp_path / "hello.c").write_text(HELLO)
    done = run(*packages("gcc"), f"--add={tmp_path}/hello.c=/hello.c",
               "gcc", "/hello.c")
    assert done.returncode == 1
    assert "stdio.h: No such file" in done.stderr


@pytest.mark.parametrize("name, option, script", [
    ("python3", "-c", PYTHON), ("perl", "-e", PERL)], ids=["python3", "perl"])
def test_interpreters_do_what_they_do_on_the_host(name, option, script,
                                                  tmp_path):
    words = [f"/usr/bin/{name}", option, script.replace("FOLDER", "/tmp")]
    done = run(*packages(name, "coreutils"), "--append", "validate", "--log",
               tmp_path / "log", *words)
    words[-1] = script.replace("FOLDER", str(tmp_path))
    host = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (host.stdout, host.stderr)
    assert done.returncode == host.returncode == 0


def test_a_package_that_is_not_there_is_named():
    done = run(*packages("no-such-package"), "/bin/true")
    assert done.returncode == FAILED
    assert "no-such-package" in done.stderr and "apt-get" in done.stderr


def test_an_added_program_has_its_libraries():
    done = run("--add=/bin/ls=/opt/ls", "/bin/sh", "-c", "/opt/ls /opt; echo $?")
    assert (done.stdout, done.stderr) == ("ls\n0\n", "")
