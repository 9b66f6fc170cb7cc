"""What a process does costs the same, whoever else there is."""

import subprocess

from machine import BUILD, ROOT

TIME_LIMIT = "100"


def test_zombies_cost_others_nothing():
    done = subprocess.run(
        [ROOT / "tools/run", "--icount", "--timeout", TIME_LIMIT,
         BUILD / "test/programs/static/bystanders"],
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == ["a child: the same",
                                        "a yield: the same"]
