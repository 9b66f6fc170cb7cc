"""Finds the dynamic linker of a program and the libraries that it will load, as
ldd lists them, without running anything: by glibc's rules (ld.so(8)) and
musl's. What the user has added to the guest comes before what the host has."""

import collections
import os
import re
import stat

from machine import Failure, cpio, dynamic, elf, loader_cache

DEFAULT_FOLDERS = {
    64: ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64",
         "/usr/lib64", "/lib", "/usr/lib"],
    32: ["/lib/i386-linux-gnu", "/usr/lib/i386-linux-gnu", "/lib32",
         "/usr/lib32", "/lib", "/usr/lib"]}
LIB = {64: "lib/x86_64-linux-gnu", 32: "lib/i386-linux-gnu"}
PLATFORM = {64: "x86_64", 32: "i686"}
TOKEN = re.compile(r"\$(?:(ORIGIN|LIB|PLATFORM)\b|\{(ORIGIN|LIB|PLATFORM)\})")

MUSL = re.compile(r"ld-musl-.*\.so\.1")
MUSL_FOLDERS = ["/lib", "/usr/local/lib", "/usr/lib"]
MUSL_OWN = re.compile(r"lib(c|pthread|rt|m|dl|util|xnet)\.")  # it is these
LINKS_MAX = 40

# What glibc itself opens when a thread is cancelled or ends by pthread_exit.
GLIBC, GLIBC_OPENS = "libc.so.6", "libgcc_s.so.1"

# A file that the program will load: where the guest and the host have it, what
# it says to the linker, and who loads it.
Loaded = collections.namedtuple("Loaded", "guest host dynamic loader")


class Guest:
    """The files that the guest will have: those added, then the host's."""

    def __init__(self, files):
        self.files = files

    def read(self, guest, host):
        """The bytes that GUEST will have, where it is HOST's file if it was not
        added; None when there is no regular file."""
        for _ in range(LINKS_MAX):
            guest = os.path.normpath(guest)
            if guest not in self.files:
                return read_host(host)
            data = self.files[guest]
            if not isinstance(data, cpio.Node):
                return data
            if not stat.S_ISLNK(data.mode):
                return data.data if stat.S_ISREG(data.mode) else None
            guest = os.path.join(os.path.dirname(guest), os.fsdecode(data.data))
            host = guest
        return None


def read_host(path):
    """A regular file's bytes, or None. What is none may block for ever."""
    try:
        if stat.S_ISREG(os.stat(path).st_mode):
            with open(path, "rb") as file:
                return file.read()
    except (OSError, ValueError):
        pass
    return None


class Finder:
    def __init__(self, name, image, guest_path, files, environment):
        self.guest = Guest(files)
        self.interpreter = elf.interpreter(image)
        self.is_musl = MUSL.fullmatch(os.path.basename(self.interpreter))
        self.bits = elf.word_size(image)
        self.library_path = environment.get("LD_LIBRARY_PATH", "")
        self.preloaded = environment.get("LD_PRELOAD", "")
        self.found = {}  # path in the guest: bytes
        self.cache = {}
        program = Loaded(guest_path, os.path.realpath(name),
                         self.read_dynamic(name, image), None)
        self.waiting = collections.deque([program])
        self.program, self.names = program, set()

    def read_dynamic(self, path, image):
        try:
            return dynamic.read(image)
        except dynamic.BadFile as error:
            raise Failure(f"{path}: {error}", elf.NOT_EXECUTABLE) from None

    def find(self):
        """All that the program loads before its first instruction."""
        self.add_interpreter()
        for name in re.split("[ :]+", self.preloaded):
            if name:
                self.add(name, self.program)
        while self.waiting:
            loader = self.waiting.popleft()
            for name in loader.dynamic.needed:
                if name not in self.names:
                    self.add(name, loader)
        if GLIBC in self.names:
            self.add_if_there(GLIBC_OPENS)
        return self.found

    def add_interpreter(self):
        """The linker finds libraries by its cache as on the host."""
        path = os.path.join("/", self.interpreter)
        data = self.guest.read(path, path)
        if data is None:
            raise Failure(
                f"{self.program.host}: needs the dynamic linker {path}, which "
                f"is not there; --add HOSTFILE={path} adds one, and gcc "
                "-static links a program that needs none", elf.NOT_EXECUTABLE)
        self.found[path] = data
        self.names.add(os.path.basename(path))
        if not self.is_musl:
            cache = self.guest.read(loader_cache.PATH, loader_cache.PATH)
            if cache is not None:
                self.found[loader_cache.PATH] = cache
                self.cache = loader_cache.parse(cache)

    def look_for(self, name, loader):
        """(path in the guest, path on the host, bytes) of a library, or None."""
        for guest, host in self.candidates(name, loader):
            data = self.guest.read(guest, host)
            if data is not None and data[:4] == b"\x7fELF" and \
                    elf.word_size(data) == self.bits:
                return os.path.normpath(guest), host, data
        return None

    def add_if_there(self, name):
        found = self.look_for(name, self.program)
        if found is not None:
            guest, _, data = found
            self.found[guest] = data

    def add(self, name, loader):
        self.names.add(name)
        if self.is_musl and MUSL_OWN.match(name):
            return
        found = self.look_for(name, loader)
        if found is None:
            self.complain(name, loader)
        guest, host, data = found
        if guest not in self.found:
            self.found[guest] = data
            self.waiting.append(Loaded(guest, host,
                                       self.read_dynamic(host, data), loader))

    def complain(self, name, loader):
        folders = dict.fromkeys(os.path.dirname(guest) for guest, _ in
                                self.candidates(name, loader))
        raise Failure(
            f"{loader.host}: needs the library {name}, which is in none of "
            f"{', '.join(folders)}; --add HOSTFILE={list(folders)[-1]}/"
            f"{os.path.basename(name)} adds it", elf.NOT_EXECUTABLE)

    def candidates(self, name, loader):
        """(path in the guest, path on the host) of the places where NAME, which
        LOADER needs, is looked for, in turn."""
        if "/" in name:
            yield self.expand(name, loader)
            return
        for guest, host in self.folders(loader):
            yield os.path.join(guest, name), os.path.join(host, name)
        for path in reversed(self.cache.get((name, self.bits), [])):
            yield path, path
        default = MUSL_FOLDERS if self.is_musl else DEFAULT_FOLDERS[self.bits]
        for folder in default:
            yield os.path.join(folder, name), os.path.join(folder, name)

    def folders(self, loader):
        """The folders that the files and the environment name."""
        chain = []
        while loader is not None:
            chain.append(loader)
            loader = loader.loader
        given = list(self.split(self.library_path, self.program))
        if self.is_musl:
            return given + [folder for one in chain for folder in
                            self.paths(one.dynamic.runpath or one.dynamic.rpath,
                                       one)]
        first, inherited = chain[0], []
        if not first.dynamic.runpath:
            inherited = [folder for one in chain if not one.dynamic.runpath
                         for folder in self.paths(one.dynamic.rpath, one)]
        return inherited + given + self.paths(first.dynamic.runpath, first)

    def paths(self, texts, loader):
        return [folder for text in texts for folder in self.split(text, loader)]

    def split(self, text, loader):
        for folder in re.split("[:;]", text):
            if folder:
                yield self.expand(folder, loader)

    def expand(self, path, loader):
        """PATH as LOADER means it, in the guest and on the host. The program's
        folder in the guest need not have the name that it has on the host."""
        return tuple(
            os.path.join("/", TOKEN.sub(lambda token: {
                "ORIGIN": os.path.dirname(origin), "LIB": LIB[self.bits],
                "PLATFORM": PLATFORM[self.bits]}[token[1] or token[2]], path))
            for origin in (loader.guest, loader.host))


def needed(name, image, guest_path, files, environment):
    """{path in the guest: bytes} of what the program NAME, with the bytes
    IMAGE, loads before it begins; FILES are those that the guest has anyhow.
    Failure names what is missing and the option that adds it."""
    if elf.interpreter(image) is None:
        return {}
    return Finder(name, image, guest_path, files, environment).find()


def needed_by_added(added, files, environment):
    """The same for all programs among ADDED, which are among FILES. Of one that
    lacks something nothing is added: it may never run, and when it does, its
    dynamic linker says what is missing."""
    found = {}
    for path, data in added.items():
        image = data.data if isinstance(data, cpio.Node) else data
        if elf.find_problem(image) is not None:
            continue
        try:
            found |= needed(path, image, path, files, environment)
        except Failure:
            continue
    return found
