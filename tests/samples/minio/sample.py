"""Sample (a): MinIO with a claim, objects of many sizes in two buckets, one of them with versions."""

import hashlib
import json
import os
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

from lib.cluster import Cluster, SampleError, tool

MANIFESTS = Path(__file__).parent / "manifests"
PIECE = 4 << 20


class Client:
    """MinIO's client against the Service of a namespace, through its node port; keys go by the environment."""

    def __init__(self, cluster: Cluster, namespace: str):
        service = cluster.get("service", "-n", namespace, "minio")
        port = service["spec"]["ports"][0].get("nodePort")
        if not port:
            raise SampleError(f"service minio of {namespace} has no node port")
        user, password = (
            quote(cluster.secret(namespace, "minio", k), safe="") for k in ("rootUser", "rootPassword")
        )
        self.environment = {
            **os.environ,
            "MC_HOST_sample": f"http://{user}:{password}@{cluster.node_address()}:{port}",
        }

    def __call__(self, *args) -> str:
        with tempfile.TemporaryDirectory() as config:
            done = subprocess.run(
                [tool("mc"), "--config-dir", config, "--quiet", "--no-color", *map(str, args)],
                env=self.environment,
                capture_output=True,
                text=True,
            )
        if done.returncode != 0:
            raise SampleError(f"mc {' '.join(map(str, args))}: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def lines(self, *args) -> list:
        return [json.loads(line) for line in self("--json", *args).splitlines() if line.strip()]


def random_bytes(seed: str, count: int) -> bytes:
    """The same bytes for the same seed; they do not compress and no two pieces are alike."""
    return hashlib.shake_128(seed.encode()).digest(count)


def make_objects(folder: Path, mebibytes: int) -> None:
    """Half of the bytes in large objects, some in text, and many small objects in folders with names of all sorts."""
    left = mebibytes << 20
    number = 0
    while left > 0:
        count = min(left, PIECE * (1 + number % 3))
        target = folder / "large" / f"object-{number:04}.bin"
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "wb") as out:
            for piece in range(0, count, PIECE):
                out.write(random_bytes(f"{number}/{piece}", min(PIECE, count - piece)))
        left -= count
        number += 1
    for i in range(120):
        target = (
            folder
            / "small"
            / f"{i % 7}"
            / ["plain.txt", "with space.txt", "数据.txt", "plus+and&.txt"][i % 4].replace(".", f"-{i}.")
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((f"line {i} of a text that compresses well\n" * (i * 13 % 400 + 1)).encode())
    (folder / "empty-object").write_bytes(b"")
    for file in folder.rglob("*"):
        os.utime(file, (1577836800, 1577836800))  # older than any object: a second load copies nothing


def load(cluster: Cluster, mebibytes: str = "16") -> None:
    cluster.apply(MANIFESTS)
    cluster.run("wait", "-n", "minio", "--for=condition=Available", "deployment/minio", "--timeout=300s")
    client = Client(cluster, "minio")
    client("mb", "--ignore-existing", "sample/data", "sample/history")
    with tempfile.TemporaryDirectory() as scratch:
        make_objects(Path(scratch, "data"), int(mebibytes))
        client("mirror", Path(scratch, "data"), "sample/data")
        client("version", "enable", "sample/history")
        if not client.lines("ls", "--recursive", "sample/history"):
            for version in range(3):
                text = Path(scratch, f"v{version}")
                text.write_text(f"version {version}\n" * 1000)
                client(
                    "cp",
                    "--attr",
                    f"Content-Type=text/plain;revision={version}",
                    text,
                    "sample/history/document.txt",
                )


def fingerprint(cluster: Cluster, namespace: str) -> dict:
    """Per object: size, time, ETag and a checksum of the bytes as read through the Service; and the versions."""
    client = Client(cluster, namespace)
    buckets = sorted(line["key"].rstrip("/") for line in client.lines("ls", "sample"))
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        for bucket in buckets:
            client("mirror", f"sample/{bucket}", Path(scratch, bucket))
            listed = client.lines("ls", "--recursive", "--versions", f"sample/{bucket}")
            objects = {}
            for one in listed:
                file = Path(scratch, bucket, one["key"])
                key = f"{one['key']}@{one.get('versionId', 'null')}"
                objects[key] = {
                    "bytes": one["size"],
                    "etag": one.get("etag"),
                    "modified": one["lastModified"],
                }
                if one.get("versionId", "null") != "null":
                    text = client("cat", "--version-id", one["versionId"], f"sample/{bucket}/{one['key']}")
                    objects[key]["sha256"] = hashlib.sha256(text.encode()).hexdigest()
                elif file.is_file():
                    objects[key]["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
            found[bucket] = objects
    return {"buckets": found}
