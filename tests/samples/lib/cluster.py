"""A cluster as the samples see it: kubectl with one kubeconfig."""

import base64
import hashlib
import io
import json
import os
import subprocess
import tarfile
import time
from pathlib import Path


class SampleError(Exception):
    """Something the caller can act on; the commands print it without a stack."""


def tool(name: str) -> str:
    """kubectl and mc as the bed built them (newest version first), or those of the PATH."""
    cache = os.environ.get("TRANSHIP_CACHE") or str(
        Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tranship"
    )
    built = sorted(Path(cache, "bed").glob(f"*/bin/{name}"), reverse=True)
    return str(built[0]) if built else name


class Cluster:
    def __init__(self, kubeconfig: str):
        if not Path(kubeconfig).is_file():
            raise SampleError(f"no kubeconfig {kubeconfig}")
        self.kubeconfig = kubeconfig

    def command(self, *args) -> list:
        return [tool("kubectl"), "--kubeconfig", self.kubeconfig, *map(str, args)]

    def run(self, *args, text: str = None, data: bytes = None) -> bytes:
        given = text.encode() if text is not None else data
        done = subprocess.run(self.command(*args), input=given, capture_output=True)
        if done.returncode != 0:
            raise SampleError(f"kubectl {' '.join(map(str, args))}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    def get(self, *args):
        return json.loads(self.run("get", *args, "-o", "json"))

    def raw(self, path: str):
        return json.loads(self.run("get", "--raw", path))

    def serves(self, group_version: str) -> bool:
        return group_version in self.run("api-versions").decode().split()

    def apply(self, *paths) -> None:
        """Applies files; retries for what needs another object first (an established CRD, a webhook's answer)."""
        flags = [word for path in paths for word in ("-f", path)]
        retry(lambda: self.run("apply", "--server-side", "--field-manager=sample", *flags), 60)

    def execute(self, namespace: str, pod: str, *command, text: str = None, container: str = None) -> bytes:
        chosen = ["-c", container] if container else []
        stdin = ["-i"] if text is not None else []
        return self.run("exec", *stdin, "-n", namespace, pod, *chosen, "--", *command, text=text)

    def node_address(self) -> str:
        addresses = self.get("nodes")["items"][0]["status"]["addresses"]
        return next(a["address"] for a in addresses if a["type"] == "InternalIP")

    def secret(self, namespace: str, name: str, key: str) -> str:
        return base64.b64decode(self.get("secret", "-n", namespace, name)["data"][key]).decode()

    def files(self, namespace: str, pod: str, path: str) -> dict:
        """Every file below a path of a pod, by name: type, mode, owner, time, link target, checksum of the content."""
        archive = self.execute(namespace, pod, "tar", "-C", path, "-cf", "-", ".")
        found = {}
        with tarfile.open(fileobj=io.BytesIO(archive), errors="surrogateescape") as tar:
            for entry in tar:
                if entry.name == "./lost+found":  # the file system's own
                    continue
                name = entry.name.encode(errors="surrogateescape").decode(errors="backslashreplace")
                kind = {
                    tarfile.DIRTYPE: "directory",
                    tarfile.SYMTYPE: "symlink",
                    tarfile.LNKTYPE: "hard link",
                    tarfile.FIFOTYPE: "fifo",
                    tarfile.CHRTYPE: "character device",
                    tarfile.BLKTYPE: "block device",
                }.get(entry.type, "file")
                one = {
                    "type": kind,
                    "mode": oct(entry.mode),
                    "owner": f"{entry.uid}:{entry.gid}",
                    "modified": int(entry.mtime),
                }
                if entry.linkname:
                    one["target"] = entry.linkname
                if "device" in kind:
                    one["device"] = f"{entry.devmajor}:{entry.devminor}"
                if kind == "file":
                    one["bytes"] = entry.size
                    one["sha256"] = hashlib.sha256(tar.extractfile(entry).read()).hexdigest()
                found[name] = one
        return with_links_named(found)


def with_links_named(files: dict) -> dict:
    """Each name of a file that has several tells all of them: an archive's first is by chance."""
    groups = {}
    for name, one in files.items():
        if one["type"] == "hard link":
            first = one["target"].encode(errors="surrogateescape").decode(errors="backslashreplace")
            groups.setdefault(first, {first}).add(name)
    for first, names in groups.items():
        for name in names:
            files[name] = files[first] | {"names": sorted(names)}
    return files


def retry(action, patience: float):
    deadline = time.monotonic() + patience
    while True:
        try:
            return action()
        except SampleError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
