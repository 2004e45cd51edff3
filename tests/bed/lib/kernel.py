"""What a cluster leaves in the kernel beside its recorded processes: cgroups, shims, mounts, loop devices."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from lib.paths import BedError

CGROUPS = Path("/sys/fs/cgroup")
DETACH_PATIENCE = 60  # seconds


def mounts() -> list:
    """(mount point, file system type) in the order of mounting."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, after = line.split(" - ", 1)
        point = before.split()[4].encode().decode("unicode_escape")
        found.append((Path(point), after.split()[0]))
    return found


def hierarchies() -> list:
    """The mount points of every cgroup hierarchy: several with version 1, one with version 2."""
    return [
        point
        for point, kind in mounts()
        if kind in ("cgroup", "cgroup2") and CGROUPS in [point, *point.parents]
    ]


def allow_watching() -> None:
    """A kubelet, a containerd and whatever follows a log each take inotify instances; the usual 128 are those of two
    clusters or three."""
    limit = Path("/proc/sys/fs/inotify/max_user_instances")
    try:
        if int(limit.read_text()) < 2048:
            limit.write_text("2048")
    except OSError:
        pass  # not ours to change: few clusters do without


def make_cgroups(name: str) -> None:
    """kubelet expects its root in every hierarchy, with the processors and memory nodes filled in, before it starts."""
    for top in hierarchies():
        own = top / name
        if (top / "cgroup.controllers").exists():
            for controller in (top / "cgroup.controllers").read_text().split():
                try:
                    (top / "cgroup.subtree_control").write_text(f"+{controller}")
                except OSError:
                    continue  # a controller that version 1 uses elsewhere
        own.mkdir(exist_ok=True)
        for setting in ("cpuset.cpus", "cpuset.mems"):
            if (own / setting).exists() and (top / setting).exists() and top.name == "cpuset":
                (own / setting).write_text((top / setting).read_text())


def cgroup_folders(name: str) -> list:
    """Deepest first."""
    found = []
    for top in hierarchies():
        for folder, _, _ in os.walk(top / name, topdown=False):
            found.append(Path(folder))
    return found


def cgroup_processes(name: str) -> set:
    found = set()
    for folder in cgroup_folders(name):
        try:
            found.update(int(p) for p in (folder / "cgroup.procs").read_text().split())
        except OSError:
            continue
    return found


def remove_cgroups(name: str) -> None:
    """Ends every process inside (only what the cluster ran can be there), then removes the folders."""
    deadline = time.monotonic() + 10
    while (inside := cgroup_processes(name)) and time.monotonic() < deadline:
        kill(inside)
        time.sleep(0.1)
    for _ in range(20):
        for folder in cgroup_folders(name):
            try:
                folder.rmdir()
            except OSError:
                continue
        if not cgroup_folders(name):
            return
        time.sleep(0.1)
    raise BedError(f"cgroups {name} cannot be removed: {[str(f) for f in cgroup_folders(name)[:3]]}")


def kill(pids) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def shims(socket: Path) -> set:
    """Processes of containerd's shim that were started for exactly this containerd."""
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"containerd-shim-runc-v2") and str(socket).encode() in words:
            found.add(int(entry.name))
    return found


def kill_shims(socket: Path) -> None:
    deadline = time.monotonic() + 5
    while (left := shims(socket)) and time.monotonic() < deadline:
        kill(left)
        time.sleep(0.05)


def unmount_below(*roots: Path) -> None:
    for _ in range(5):
        ours = [p for p, _ in mounts() if any(root in p.parents for root in roots)]
        if not ours:
            return
        for point in reversed(ours):
            if subprocess.run(["umount", str(point)], capture_output=True).returncode != 0:
                subprocess.run(["umount", "-l", str(point)], capture_output=True)
    raise BedError(f"cannot unmount {[str(p) for p, _ in mounts() if any(r in p.parents for r in roots)]}")


def listed_loops() -> list:
    columns = ("name", "back-file", "back-ino", "back-maj:min")
    done = subprocess.run(
        ["losetup", "--list", "--json", "--output", ",".join(columns)], capture_output=True, text=True
    )
    found = json.loads(done.stdout)["loopdevices"] if done.stdout.strip() else []
    return [tuple(str(one[c] or "") for c in columns) for one in found]


def loop_devices(*roots: Path) -> list:
    """Loop devices over files below the roots, and over those (kubelet holds block volumes so); innermost first.

    Asked before anything is unmounted: afterwards the kernel no longer tells their files by name.
    """
    found, names = [], set()
    for _ in range(3):
        for one in listed_loops():
            if one[0] not in names and (
                one[1] in names or any(one[1].startswith(f"{root}/") for root in roots)
            ):
                found.append(one)
                names.add(one[0])
    return found


def detach_loops(devices: list) -> None:
    """Takes what loop_devices() gave; a device that has got another file since is somebody else's and left alone."""

    def still_there() -> list:
        now = {(one[0], *one[2:]) for one in listed_loops()}
        return [one[0] for one in devices if (one[0], *one[2:]) in now]

    # Pods of other beds that start meanwhile hold a copy of the mounts until they have left them.
    deadline = time.monotonic() + DETACH_PATIENCE
    while names := still_there():
        if time.monotonic() > deadline:
            break
        for name in reversed(names):
            subprocess.run(["losetup", "--detach", name], capture_output=True)
        time.sleep(0.1)
    else:
        return
    raise BedError(f"loop devices that cannot be detached: {' '.join(still_there())}")
