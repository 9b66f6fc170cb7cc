"""The files of Debian packages that are installed on the host, for a guest that
gets them with all that they depend on."""

import os
import re
import stat
import subprocess

from machine import FAILED, Failure, added_files, cpio

FORMAT = "${Package}\t${Status}\t${Provides}\t${Pre-Depends},${Depends}\n"
INSTALLED = "install ok installed"
# What is there to be read by people, as Debian's own small images leave it out.
UNREAD = re.compile("/usr/share/(doc|man|info|locale|lintian)/")


def ask(*words):
    """The lines that dpkg-query says to WORDS."""
    try:
        return subprocess.run(["dpkg-query", *words], text=True, check=True,
                              capture_output=True).stdout.splitlines()
    except FileNotFoundError:
        raise Failure("--package: the host has no dpkg-query, so no Debian "
                      "packages; --add gives files", FAILED) from None
    except subprocess.CalledProcessError as error:
        raise Failure(f"--package: {error.stderr.strip()}", FAILED) from None


def names_in(text):
    """The names in a field: of each choice of several a list."""
    return [[re.sub(r"\(.*?\)|:\w+|\s", "", name) for name in one.split("|")]
            for one in text.split(",") if one.strip()]


class Installed:
    """Which packages there are, and what they need."""

    def __init__(self):
        self.needs, self.provider = {}, {}
        for line in ask("--show", f"--showformat={FORMAT}"):
            name, status, provides, needs = line.split("\t")
            if status == INSTALLED:
                self.needs[name] = names_in(needs)
                for (virtual,) in names_in(provides):
                    self.provider[virtual] = name

    def find(self, name):
        return name if name in self.needs else self.provider.get(name)

    def closure(self, names):
        """The packages NAMES and all that they depend on. Of a choice it is
        what is installed."""
        waiting, found = [], []
        for name in names:
            package = self.find(name)
            if package is None:
                raise Failure(f"--package {name}: no such package is installed "
                              f"here; apt-get install {name}", FAILED)
            waiting.append(package)
        while waiting:
            package = waiting.pop()
            if package in found:
                continue
            found.append(package)
            for choice in self.needs[package]:
                there = list(filter(None, map(self.find, choice)))
                waiting += there[:1]
        return found


def files(names):
    """{path in the guest: Node} of the packages NAMES and all that they depend
    on. Failure names one that is not installed."""
    found = {}
    if not names:
        return found
    for path in ask("--listfiles", *Installed().closure(names)):
        if not path.startswith("/") or UNREAD.match(path + "/"):
            continue
        try:
            found[path] = read(path)
        except OSError:  # the owner of the host has removed it, or hides it
            continue
    return {path: node for path, node in found.items() if node is not None}


def read(path):
    mode = os.lstat(path).st_mode
    return cpio.Node(mode) if stat.S_ISDIR(mode) else added_files.read_node(path)
