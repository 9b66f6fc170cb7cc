"""Initrds that are large in one way: the time to boot grows with their names,
and not with the square of these."""

from machine import BUILD, cpio

NAMES = 100_000
HELLO = BUILD / "user/hello64"
TIME_LIMIT = 60  # seconds; a tenth is enough on an idle host


def with_hello(members):
    return {"/bin/hello64": HELLO.read_bytes(), **members}


def test_many_names_in_a_folder(hello, initrd):
    files = {f"/many/{number}": b"" for number in range(NAMES)}
    hello(initrd=initrd(with_hello(files)), time_limit=TIME_LIMIT)


def test_many_hard_links(hello, tmp_path):
    """Entries of one number: the names of one file, whose bytes come last."""
    hello_file = cpio.archive({"/bin/hello64": HELLO.read_bytes()})
    links = [cpio.entry(1, f"link{number}", cpio.REGULAR, b"", links=NAMES)
             for number in range(NAMES)]
    path = tmp_path / "initrd.cpio"
    path.write_bytes(b"".join(links) + hello_file)
    hello(initrd=path, time_limit=TIME_LIMIT)
