"""Long-running processes of a bed: started apart from the command, recorded, and ended by exact identity.

A record names pid, start time and boot, so that a pid which the kernel has given to somebody else is never signalled.
"""

import os
import signal
import subprocess
import time
from pathlib import Path

from lib.paths import BedError, read_json, write_json

# The new process writes its own identity before it becomes the program: there is no moment without a record.
LAUNCH = """identity=$1; shift
read -r line </proc/$$/stat; line=${line##*) }; count=2
for field in $line; do count=$((count + 1)); [ $count = 22 ] && start=$field; done
read -r boot </proc/sys/kernel/random/boot_id
echo "$$ $start $boot" >"$identity"; exec "$@"
"""


# What else a user's shell has set (a KUBECONFIG, credentials, a proxy) is not the clusters' business: the CSI sidecars
# take KUBECONFIG for an order.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR")


def clean_environment() -> dict:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}


def boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def stat_fields(pid: int):
    """(state, start time) of a process, or None where there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rsplit(")", 1)[1].split()
    return fields[0], fields[19]


def folder(run: Path) -> Path:
    return run / "processes"


def names(run: Path) -> list:
    return sorted(p.name[:-5] for p in folder(run).glob("*.json")) if folder(run).is_dir() else []


def pid_of(run: Path, name: str):
    """The pid while exactly the recorded process lives, else None."""
    try:
        pid, start, boot = (folder(run) / f"{name}.identity").read_text().split()
    except (FileNotFoundError, ValueError):
        return None
    fields = stat_fields(int(pid))
    if boot != boot_id() or fields is None or fields[1] != start or fields[0] == "Z":
        return None
    return int(pid)


def start(run: Path, name: str, argv: list, log: Path, cwd: Path = None, env: dict = None) -> None:
    """Starts argv in a session of its own. The environment is not recorded when it is given: it holds secrets."""
    if pid_of(run, name):
        raise BedError(f"{name} runs already (process {pid_of(run, name)})")
    folder(run).mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    argv = [str(a) for a in argv]
    identity = folder(run) / f"{name}.identity"
    identity.unlink(missing_ok=True)
    write_json(
        folder(run) / f"{name}.json",
        {"argv": argv, "log": str(log), "cwd": str(cwd) if cwd else None, "restartable": env is None},
    )
    with open(log, "ab") as out:
        subprocess.Popen(
            ["/bin/sh", "-c", LAUNCH, "sh", str(identity), *argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=cwd,
            env=clean_environment() if env is None else env,
            start_new_session=True,
        )
    deadline = time.monotonic() + 5
    while not (identity.exists() and identity.read_text().endswith("\n")) and time.monotonic() < deadline:
        time.sleep(0.005)


def start_again(run: Path, name: str) -> None:
    record = read_json(folder(run) / f"{name}.json")
    if record is None:
        raise BedError(f"no component '{name}' here; there are: {', '.join(names(run)) or 'none'}")
    if not record["restartable"]:
        raise BedError(
            f"{name} was started with secrets in its environment and has its own command to start it"
        )
    start(run, name, record["argv"], Path(record["log"]), Path(record["cwd"]) if record["cwd"] else None)


def send(run: Path, name: str, number: int) -> bool:
    pid = pid_of(run, name)
    if pid is None:
        return False
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def stop(run: Path, name: str, patience: float = 5.0, forget: bool = True) -> None:
    """Ends the process: asked first, then killed."""
    stop_all(run, [name], patience, forget)


def stop_all(run: Path, which: list, patience: float = 5.0, forget: bool = True) -> None:
    for name in which:
        send(run, name, signal.SIGCONT)
        send(run, name, signal.SIGTERM)
    if not wait_gone(run, which, patience):
        for name in which:
            send(run, name, signal.SIGKILL)
        if not wait_gone(run, which, 10):
            raise BedError(f"processes that do not end: {[n for n in which if pid_of(run, n)]} of {run}")
    if forget:
        for name in which:
            (folder(run) / f"{name}.json").unlink(missing_ok=True)
            (folder(run) / f"{name}.identity").unlink(missing_ok=True)


def wait_gone(run: Path, which: list, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while any(pid_of(run, name) for name in which):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def tail(log: Path, lines: int = 12) -> str:
    try:
        return "\n".join("    " + line for line in log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return "    (no log)"


def wait_until(
    what: str, check, patience: float, run: Path = None, needed: list = (), logs: Path = None
) -> None:
    """Polls check() until it is true; an early death of a needed process or the deadline is an error with its log."""
    deadline = time.monotonic() + patience
    pause = 0.05
    while not check():
        for name in needed:
            if pid_of(run, name) is None:
                raise BedError(
                    f"{what}: {name} ended; its log {logs / (name + '.log')} closes with\n"
                    f"{tail(logs / (name + '.log'))}"
                )
        if time.monotonic() > deadline:
            raise BedError(f"{what}: not within {patience:.0f} s{f'; logs in {logs}' if logs else ''}")
        time.sleep(pause)
        pause = min(pause * 1.3, 0.3)
