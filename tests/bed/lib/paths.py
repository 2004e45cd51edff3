"""Where the bed keeps its things, and how it says what went wrong."""

import json
import os
import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent  # tests/bed
STATE_ROOT = Path("/var/lib/tranship-bed")  # what a bed owns: disks, certificates, logs
RUN_ROOT = Path("/run/tranship-bed")  # what a boot owns: sockets, process records, locks
DEFAULT_VERSION = "1.34.4"
NAME = re.compile(r"^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$")


class BedError(Exception):
    """Something the caller can act on; the command prints it without a stack."""


def cache_root() -> Path:
    """The folder of everything that may be built again: $TRANSHIP_CACHE, or the user's cache."""
    given = os.environ.get("TRANSHIP_CACHE")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tranship"


def build_root(version: str) -> Path:
    return cache_root() / "bed" / version


def check_name(name: str, what: str) -> str:
    if not NAME.match(name):
        raise BedError(f"{what} '{name}': 1 to 20 lower-case letters, digits and dashes, no dash at an end")
    return name


def write_file(path: Path, text: str, secret: bool = False) -> None:
    """Writes through a temporary file, so that a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if secret else 0o644)
    with os.fdopen(handle, "w") as out:
        out.write(text)
    os.replace(temporary, path)


def write_json(path: Path, value, secret: bool = False) -> None:
    write_file(path, json.dumps(value, indent=2) + "\n", secret)


def read_json(path: Path):
    """The value in the file, or None where there is no such (whole) file."""
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return None
