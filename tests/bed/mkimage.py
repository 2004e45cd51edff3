#!/usr/bin/env python3
"""Makes an image archive of one layer from files, without a registry or a daemon.

usage: mkimage.py REFERENCE OUT.tar ENTRYPOINT-JSON [--user UID[:GID]] [--env NAME=VALUE] SOURCE:TARGET ...
SOURCE is a file or a folder; `->LINK:TARGET` makes a symbolic link. The same input gives the same bytes.
"""

import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path

FOLDERS = ("bin", "data", "dev", "etc", "proc", "root", "run", "sys", "tmp", "usr", "var")


class Layer:
    def __init__(self):
        self.bytes = io.BytesIO()
        self.tar = tarfile.open(fileobj=self.bytes, mode="w", format=tarfile.PAX_FORMAT)
        self.seen = set()
        for name in FOLDERS:
            self.folder(name, 0o1777 if name == "tmp" else 0o755)

    def entry(self, name: str, kind: bytes, mode: int) -> tarfile.TarInfo:
        self.seen.add(name)
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode = kind, mode
        return entry

    def folder(self, name: str, mode: int = 0o755) -> None:
        if name and name not in self.seen:
            self.parents(name)
            self.tar.addfile(self.entry(name, tarfile.DIRTYPE, mode))

    def parents(self, name: str) -> None:
        if "/" in name:
            self.folder(name.rsplit("/", 1)[0])

    def link(self, target: str, name: str) -> None:
        if name not in self.seen:
            self.parents(name)
            entry = self.entry(name, tarfile.SYMTYPE, 0o777)
            entry.linkname = target
            self.tar.addfile(entry)

    def add(self, source: Path, name: str) -> None:
        if source.is_symlink():
            self.link(str(source.readlink()), name)
        elif source.is_dir():
            self.folder(name, source.stat().st_mode & 0o7777)
            for child in sorted(source.iterdir()):
                self.add(child, f"{name}/{child.name}".lstrip("/"))
        elif name not in self.seen:
            self.parents(name)
            entry = self.entry(name, tarfile.REGTYPE, source.stat().st_mode & 0o7777)
            entry.size = source.stat().st_size
            with open(source, "rb") as content:
                self.tar.addfile(entry, content)

    def finish(self) -> bytes:
        self.tar.close()
        return self.bytes.getvalue()


def write_archive(out: str, reference: str, layer: bytes, config: dict) -> None:
    digest = "sha256:" + hashlib.sha256(layer).hexdigest()
    described = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "created": "2026-01-01T00:00:00Z",
            "config": config,
            "rootfs": {"type": "layers", "diff_ids": [digest]},
            "history": [{"created_by": "mkimage"}],
        }
    ).encode()
    name = hashlib.sha256(described).hexdigest() + ".json"
    manifest = json.dumps([{"Config": name, "RepoTags": [reference], "Layers": ["layer.tar"]}]).encode()
    temporary = Path(out).with_name(f".{Path(out).name}.new")
    with tarfile.open(temporary, "w") as archive:
        for member, content in ((name, described), ("layer.tar", layer), ("manifest.json", manifest)):
            entry = tarfile.TarInfo(member)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    temporary.rename(out)


def main(arguments: list) -> int:
    if len(arguments) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    reference, out, entrypoint, *rest = arguments
    config = {"Entrypoint": json.loads(entrypoint), "Env": ["PATH=/bin:/usr/bin:/usr/sbin:/sbin"]}
    layer = Layer()
    while rest:
        word = rest.pop(0)
        if word == "--user":
            config["User"] = rest.pop(0)
        elif word == "--env":
            config["Env"].append(rest.pop(0))
        else:
            source, target = word.rsplit(":", 1)
            if source.startswith("->"):
                layer.link(source[2:], target.strip("/"))
            else:
                layer.add(Path(source), target.strip("/"))
    write_archive(out, reference, layer.finish(), config)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
