"""Locks between commands that run at the same time; the kernel drops them with the process."""

import contextlib
import fcntl
import os
import socket
import time
from pathlib import Path

from lib.paths import RUN_ROOT, BedError


@contextlib.contextmanager
def locked(path: Path, what: str, patience: float = 900):
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise BedError(f"another command works on {what} for more than {patience:.0f} s")
                time.sleep(0.1)
        yield
    finally:
        os.close(handle)


def bed_lock(name: str):
    return locked(RUN_ROOT / "locks" / f"bed-{name}", f"bed '{name}'")


def slot_lock():
    return locked(RUN_ROOT / "locks" / "slots", "the table of beds", 60)


def free_ports(count: int) -> list:
    """Ports of loopback free at this moment; whoever starts a server there tries again with others when it fails."""
    sockets = []
    try:
        for _ in range(count):
            one = socket.socket()
            one.bind(("127.0.0.1", 0))
            sockets.append(one)
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
