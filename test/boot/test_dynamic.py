"""Dynamic programs: tools/run finds the dynamic linker and the libraries as ldd
does, without running anything, and they do on Brix what they do on Linux."""

import os
import re
import struct
import subprocess

import oracle
import pytest
from elf_file import BASE, PAGE, PT_INTERP, header, segment
from machine import BUILD, ROOT, Failure, cpio, libraries, program

VARIANTS = ["dynamic", "dynamic-fixed", "musl-dynamic", "i386-dynamic"]
NAMES = ["dynamic_maps", "threads", "malloc_torture"]
FAILED, NOT_EXECUTABLE = 125, 126
TIME_LIMIT = "120"
LINKER = "/lib64/ld-linux-x86-64.so.2"
SAID = re.compile(rb"tools/run: [^\n]*\n")
PT_DYNAMIC = 2
DT_NEEDED, DT_STRTAB, DT_STRSZ, DT_RUNPATH = 1, 5, 10, 29


def run(*words, **options):
    return subprocess.run([ROOT / "tools/run", "--timeout", TIME_LIMIT, *words],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          **{"text": True, **options})


def path_of(variant, name):
    return BUILD / "test/programs" / variant / name


def with_libraries(path):
    image = path.read_bytes()
    return {str(path): image} | libraries.needed(str(path), image, str(path),
                                                 {}, {})


@pytest.fixture(scope="module")
def linux():
    paths = [path_of(variant, name) for variant in VARIANTS for name in NAMES]
    files = {}
    for path in paths:
        files |= with_libraries(path)
    cases = [oracle.Case(str(path)) for path in paths]
    return oracle.answers(cases, files, "norandmaps vdso=0 vdso32=0")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_is_as_on_linux(variant, name, linux, tmp_path):
    path = path_of(variant, name)
    output, status = linux[oracle.Case(str(path))]
    done = run("--no-randomize", "--append", "validate", "--log",
               tmp_path / "log", path, text=False)
    errors = SAID.sub(b"", done.stderr)
    assert (done.stdout + errors).decode() == output.decode()
    assert done.returncode == status


def build(folder, name, text, *words):
    source = folder / f"{name}.c"
    source.write_text(text)
    subprocess.run(["gcc", source, "-o", folder / name, *words], check=True)
    return folder / name


@pytest.fixture
def greeting(tmp_path):
    """A program in bin/ whose library is in ../lib, and the library of that one
    beside it; a link leads to the program."""
    for name in "bin", "lib":
        (tmp_path / name).mkdir()
    shared = ["-shared", "-fPIC"]
    lib = tmp_path / "lib"
    build(lib, "libsay.so.1", '#include <stdio.h>\nvoid say(void) '
          '{ puts("said"); }', *shared, "-Wl,-soname,libsay.so.1")
    build(lib, "libgreet.so", "void say(void); void greet(void) { say(); }",
          *shared, lib / "libsay.so.1", "-Wl,-rpath,$ORIGIN",
          "-Wl,-soname,libgreet.so")
    program = build(tmp_path / "bin", "greet",
                    "void greet(void); int main(void) { greet(); }",
                    lib / "libgreet.so", "-Wl,-rpath,${ORIGIN}/../lib",
                    "-Wl,-rpath-link," + str(lib))
    (lib / "libgreet.so").chmod(0o644)
    (tmp_path / "with blank").mkdir()
    (tmp_path / "with blank/link").symlink_to(program)
    return tmp_path


def test_libraries_are_found_by_origin_from_any_name(greeting):
    for name in "bin/greet", "with blank/link":
        done = run(greeting / name)
        assert (done.stdout, done.stderr) == ("said\n", ""), name


def test_a_missing_library_is_named_with_the_option(greeting):
    moved = greeting / "elsewhere"
    moved.mkdir()
    os.rename(greeting / "lib/libsay.so.1", moved / "libsay.so.1")
    done = run(greeting / "bin/greet")
    assert done.returncode == NOT_EXECUTABLE
    assert "libgreet.so: needs the library " in done.stderr
    assert "libsay.so.1" in done.stderr and "--add HOSTFILE=/" in done.stderr
    for words in ([f"--add={moved}/libsay.so.1={greeting}/lib/libsay.so.1"],
                  [f"--add={moved}=/opt/say", "--env",
                   "LD_LIBRARY_PATH=/none:/opt/say"]):
        done = run(*words, greeting / "bin/greet")
        assert (done.stdout, done.stderr) == ("said\n", ""), words


def test_a_missing_linker_is_named_with_the_option(tmp_path):
    program = build(tmp_path, "lost", "int main(void) { return 0; }",
                    "-Wl,-dynamic-linker,/lib64/no-linker.so")
    done = run(program)
    assert done.returncode == NOT_EXECUTABLE
    assert "--add HOSTFILE=/lib64/no-linker.so" in done.stderr
    assert run("--add", f"{LINKER}=/lib64/no-linker.so",
               program).returncode == 0


def test_debians_programs_run():
    done = run("/bin/ls", "-ld", "/", "/dev/shm", "/etc/passwd", "/tmp")
    rows = [line.split() for line in done.stdout.splitlines()]
    assert [(row[0], row[2], row[-1]) for row in rows] == [
        ("drwxr-xr-x", "root", "/"), ("drwxrwxrwt", "root", "/dev/shm"),
        ("-rw-r--r--", "root", "/etc/passwd"), ("drwxrwxrwt", "root", "/tmp")]
    assert done.stderr == "" and done.returncode == 0
    done = run("--env", "GREETING=a b", "--env", "HOME=/x", "/usr/bin/env")
    assert done.stdout == ("HOME=/x\nTERM=linux\n"
                           f"PATH={program.DEFAULT_PATH}\nGREETING=a b\n")


def test_a_folder_is_added_with_all_that_is_in_it(tmp_path):
    tree = tmp_path / "tree"
    (tree / "empty").mkdir(parents=True)
    (tree / "deep/er").mkdir(parents=True)
    (tree / "deep/er/file").write_text("deep\n")
    (tree / "deep/er/file").chmod(0o640)
    (tree / "link").symlink_to("deep/er")
    os.mkfifo(tree / "pipe")
    done = run("--add", f"{tree}=/a/tree", "/bin/bash", "-c",
               "cd /a/tree; echo *; [ -d empty ] && [ -h link ] && "
               "[ ! -x deep/er/file ] && read x < link/file && echo $x")
    assert (done.stdout, done.stderr) == ("deep empty link\ndeep\n", "")
    (tmp_path / "pipe").symlink_to(tree / "pipe")
    for words in f"{tmp_path}/none=/x", f"{tmp_path}/pipe=/x":
        done = run("--add", words, "/bin/true")
        assert done.returncode == FAILED and str(tmp_path) in done.stderr


@pytest.mark.parametrize("words", ["X", "=x", ""])
def test_wrong_variables(words):
    done = run("--env", words, "/bin/true")
    assert done.returncode == FAILED and "not NAME=VALUE" in done.stderr


def test_memory_grows_with_the_archive(tmp_path):
    with open(tmp_path / "large", "wb") as file:
        file.truncate(100 << 20)
    with open("/proc/meminfo") as file:
        if int(file.readline().split()[1]) < 2 << 20:
            pytest.skip("this host has too little memory")
    done = run("--add", f"{tmp_path}/large=/large", BUILD / "user/sh", "-c",
               "cat /proc/meminfo")
    total = int(done.stdout.split()[1])
    assert 400 << 10 < total < 500 << 10


def test_a_file_and_a_folder_of_one_path(tmp_path):
    (tmp_path / "file").write_text("")
    done = run("--add", f"{tmp_path}/file=/a", "--add", f"{tmp_path}/file=/a/b",
               "/bin/true")
    assert done.returncode == FAILED
    assert "/a: a file and a folder have this path" in done.stderr


def asking(section, size=None, bits=64, table=b"\0libx.so\0"):
    """A program with LINKER whose dynamic section is SECTION."""
    word = "<qQ" if bits == 64 else "<iI"
    bytes_ = b"".join(struct.pack(word, *pair) for pair in section)
    name = LINKER.encode() + b"\0"
    at = 0x400
    segments = [
        segment(bits=bits),
        segment(kind=PT_INTERP, offset=0x300, file_size=len(name), bits=bits),
        segment(kind=PT_DYNAMIC, offset=at, bits=bits,
                file_size=len(bytes_) if size is None else size)]
    image = bytearray(header(bits, count=3) + b"".join(segments))
    for offset, part in (0x300, name), (at, bytes_), (0xF00, table):
        image.extend(bytes(max(0, offset + len(part) - len(image))))
        image[offset:offset + len(part)] = part
    return bytes(image.ljust(PAGE, b"\0"))


TABLE = [(DT_STRTAB, BASE + 0xF00), (DT_STRSZ, 9)]


@pytest.mark.parametrize("section, message", [
    ([(DT_NEEDED, 1), *TABLE], "its dynamic section has no end"),
    ([], "its dynamic section has no end"),
    ([(DT_NEEDED, 9), *TABLE, (0, 0)], "lies outside its table"),
    ([(DT_NEEDED, 1 << 63), *TABLE, (0, 0)], "lies outside its table"),
    ([(DT_NEEDED, 1), (DT_STRTAB, 8), (DT_STRSZ, 9), (0, 0)],
     "lies outside its table"),
    ([(DT_NEEDED, 1), (DT_STRTAB, BASE + 0xF00), (DT_STRSZ, 8), (0, 0)],
     "lies outside its table"),
    ([(DT_NEEDED, 1), *TABLE, (0, 0)], "needs the library libx.so"),
    ([(DT_NEEDED, 1), (DT_STRTAB, BASE + 0xF00), (DT_STRSZ, 1 << 60), (0, 0)],
     "needs the library libx.so")])
def test_a_wrong_dynamic_section_is_refused_with_the_rule(section, message):
    image = asking(section)
    with pytest.raises(Failure, match=message):
        libraries.needed("/x/program", image, "/x/program", {}, {})


def test_libraries_that_need_each_other_or_are_links_to_themselves():
    again = asking([(DT_NEEDED, 1), *TABLE, (0, 0)])
    files = {"/lib/libx.so": again, LINKER: again}
    found = libraries.needed("/x/program", again, "/x/program", files, {})
    assert "/lib/libx.so" in found
    loop = cpio.Node(0o120777, b"libx.so")
    with pytest.raises(Failure, match="needs the library libx.so"):
        libraries.needed("/x/program", again, "/x/program",
                         {"/lib/libx.so": loop, LINKER: again}, {})


def test_what_is_no_file_is_no_library(tmp_path):
    """It might never end."""
    image = asking([(DT_NEEDED, 1), (DT_STRTAB, BASE + 0xF00), (DT_STRSZ, 11),
                    (0, 0)], table=b"\0/dev/zero\0")
    with pytest.raises(Failure, match="needs the library /dev/zero"):
        libraries.needed("/x/program", image, "/x/program", {}, {})
