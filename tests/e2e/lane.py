"""Which bed a test module runs on. ctest hands the beds out (the resource `beds` of tools/run/test.sh); alone it is the
one that the environment names. A bed has one module at a time."""

import fcntl
import functools
import os
import pathlib
import re
import shlex
import subprocess

BED = pathlib.Path(__file__).resolve().parents[1] / "bed/bed"
LOCKS = pathlib.Path("/tmp")


@functools.cache
def take():
    """Puts what the bed is into the environment, and waits until no other module runs on it. The lock ends with the
    process."""
    granted = re.match(r"id:(\d+)", os.environ.get("CTEST_RESOURCE_GROUP_0_BEDS", ""))
    names = os.environ.get("TRANSHIP_TEST_BEDS", "").split()
    if granted and int(granted[1]) < len(names):
        command = [BED, "env", "--name", names[int(granted[1])]]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        for word in shlex.split(told.stdout):
            name, separator, value = word.partition("=")
            if separator:
                os.environ[name] = value
    if "TRANSHIP_TEST_BED" not in os.environ:
        return
    handle = os.open(LOCKS / f"tranship-tests-on-{os.environ['TRANSHIP_TEST_BED']}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
