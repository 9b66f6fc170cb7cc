"""bench=mm counts what byte map and frames cost in the kernel: as many
instructions as in the same code on the host."""

import dataclasses
import shutil

import kernel_counts

# By callgrind on the host, for hosts that have none.
RECORDED = {
    "page-magazine": 44, "page-lock": 153, "run-512": 2174, "frame": 40,
    "hopeless-run": 41, "hopeless-aligned": 41, "hopeless-page": 31,
    "hopeless-frame": 40, "free-count": 9, "largest-run-bound": 2,
}

# The kernel has files and spare tables to look through before it gives up.
DEARER_IN_THE_KERNEL = {"hopeless-frame": 110}


def expected():
    if shutil.which("valgrind") and kernel_counts.HOST_PROGRAM.exists():
        return kernel_counts.on_host(RECORDED)
    return RECORDED


def test_the_kernel_counts_what_the_host_counts(boot):
    settings = dataclasses.asdict(kernel_counts.machine())
    machine = boot(**settings)
    machine.wait_end()
    found = kernel_counts.in_log(machine.log())
    assert found.keys() == RECORDED.keys(), machine.log()
    far = {name: (found[name], count) for name, count in expected().items()
           if not kernel_counts.is_near(found[name], count)
           and found[name] > DEARER_IN_THE_KERNEL.get(name, 0)}
    assert not far, f"kernel and host: {far}"


def test_a_small_machine_leaves_out_what_it_cannot_measure(boot):
    machine = boot(command_line=kernel_counts.OPTIONS, memory="16M",
                   icount=True)
    machine.wait_end()
    found = kernel_counts.in_log(machine.log())
    assert found.keys() == RECORDED.keys() - {"page-magazine", "run-512"}
    assert "first program ended: exit status 0" in machine.log()


def test_without_the_option_nothing_is_measured(hello):
    machine = hello()
    assert "bench:" not in machine.log()
