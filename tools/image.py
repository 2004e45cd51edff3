#!/usr/bin/env python3
"""Makes Tranship's container image from the binary, without docker, a registry or a base image.

usage: image.py --binary FILE (--output IMAGE.tar | --rootfs FOLDER) [--name REFERENCE]

The image holds the binary, the shared libraries it loads, and the system's certificate authorities and time zones; the
same input gives the same bytes. The archive is an OCI image layout with docker's manifest.json beside it: `ctr images
import`, `docker load`, `podman load` and `skopeo copy oci-archive:` take it. Standard library only; `strip` is used
when it is installed.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TIME_ZONES = Path("/usr/share/zoneinfo")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
FOLDERS = {"tmp": 0o1777, "proc": 0o755, "sys": 0o755, "dev": 0o755, "run": 0o755, "root": 0o700, "etc": 0o755}
TEXTS = {
    "etc/passwd": "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n",
    "etc/group": "root:x:0:\nnonroot:x:65532:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
}
LINKS = {
    "usr/bin/tranship": "/tranship",
    "usr/lib/ssl/cert.pem": "/etc/ssl/certs/ca-certificates.crt",
    "usr/lib/ssl/certs": "/etc/ssl/certs",
}


class ImageError(Exception):
    pass


def libraries(binary: Path) -> dict:
    """Path in the image -> file, of everything that the dynamic linker loads for `binary`."""
    ran = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=False)
    text = ran.stdout + ran.stderr
    if ran.returncode != 0:
        if "not a dynamic executable" in text or "statically linked" in text:
            return {}
        raise ImageError(f"ldd {binary}: {text.strip()}")
    found = {}
    for line in ran.stdout.splitlines():
        if "not found" in line:
            raise ImageError(f"{binary} needs a library that is not installed: {line.strip()}")
        match = re.search(r"(?:=> )?(/\S+) \(0x", line)
        if match:
            path = match.group(1)
            found[path] = Path(path).resolve()
    return found


def stripped(binary: Path, folder: Path) -> Path:
    """The binary without debug information: a tenth of the size."""
    if shutil.which("strip") is None:
        return binary
    copy = folder / "tranship"
    subprocess.run(["strip", "--strip-all", "-o", str(copy), str(binary)], check=True)
    return copy


def time_zones() -> dict:
    """Path in the image -> file, of the IANA database; without the copies that count leap seconds."""
    if not TIME_ZONES.is_dir():
        raise ImageError(f"{TIME_ZONES} is missing: install tzdata")
    files = sorted(path for path in TIME_ZONES.rglob("*") if path.is_file())
    doubled = {"right", "posix"}
    return {str(path).lstrip("/"): path for path in files if path.relative_to(TIME_ZONES).parts[0] not in doubled}


def contents(binary: Path, scratch: Path) -> list:
    """(name, kind, mode, value) of every entry, parents first; value: bytes, a file, or a link's target."""
    entries = {name: ("folder", mode, None) for name, mode in FOLDERS.items()}
    for name, text in TEXTS.items():
        entries[name] = ("file", 0o644, text.encode())
    for name, target in LINKS.items():
        entries[name] = ("link", 0o777, target)
    if not CERTIFICATES.is_file():
        raise ImageError(f"{CERTIFICATES} is missing: install ca-certificates")
    entries[str(CERTIFICATES).lstrip("/")] = ("file", 0o644, CERTIFICATES)
    for path, source in time_zones().items():
        entries[path] = ("file", 0o644, source)
    for path, source in libraries(binary).items():
        entries[path.lstrip("/")] = ("file", 0o755, source)
    entries["tranship"] = ("file", 0o755, stripped(binary, scratch))
    for name in list(entries):
        for parent in Path(name).parents:
            if str(parent) != ".":
                entries.setdefault(str(parent), ("folder", 0o755, None))
    return [(name, *entries[name]) for name in sorted(entries)]


def data_of(value) -> bytes:
    return value if isinstance(value, bytes) else value.read_bytes()


def layer_of(entries: list) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, kind, mode, value in entries:
            entry = tarfile.TarInfo(name)
            entry.mode = mode
            if kind == "folder":
                entry.type = tarfile.DIRTYPE
                tar.addfile(entry)
            elif kind == "link":
                entry.type = tarfile.SYMTYPE
                entry.linkname = value
                tar.addfile(entry)
            else:
                data = data_of(value)
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def write_rootfs(entries: list, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, kind, mode, value in entries:
        path = folder / name
        if kind == "folder":
            path.mkdir(exist_ok=True)
            path.chmod(mode)
        elif kind == "link":
            path.unlink(missing_ok=True)
            path.symlink_to(value)
        else:
            path.write_bytes(data_of(value))
            path.chmod(mode)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def to_json(value) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def archive(layer: bytes, name: str) -> dict:
    """File name -> bytes of the image archive."""
    packed = gzip.compress(layer, 6, mtime=0)
    config = to_json(
        {
            "architecture": ARCHITECTURES.get(os.uname().machine, os.uname().machine),
            "os": "linux",
            "config": {
                "Entrypoint": ["/tranship"],
                "Env": ["PATH=/usr/bin"],
                "WorkingDir": "/",
                "Labels": {
                    "org.opencontainers.image.title": "tranship",
                    "org.opencontainers.image.licenses": "Apache-2.0",
                },
            },
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest(layer)]},
            "history": [{"created_by": "tools/image.py"}],
        }
    )
    oci = "application/vnd.oci.image"

    def descriptor(media_type, data):
        return {"mediaType": f"{oci}.{media_type}", "digest": "sha256:" + digest(data), "size": len(data)}

    manifest = to_json(
        {
            "schemaVersion": 2,
            "mediaType": f"{oci}.manifest.v1+json",
            "config": descriptor("config.v1+json", config),
            "layers": [descriptor("layer.v1.tar+gzip", packed)],
        }
    )
    described = descriptor("manifest.v1+json", manifest)
    described["annotations"] = {
        "io.containerd.image.name": name,
        "org.opencontainers.image.ref.name": name.rsplit(":", 1)[-1],
    }
    files = {
        "oci-layout": to_json({"imageLayoutVersion": "1.0.0"}),
        "index.json": to_json({"schemaVersion": 2, "mediaType": f"{oci}.index.v1+json", "manifests": [described]}),
        "manifest.json": to_json(
            [
                {
                    "Config": "blobs/sha256/" + digest(config),
                    "RepoTags": [name],
                    "Layers": ["blobs/sha256/" + digest(packed)],
                }
            ]
        ),
    }
    for blob in (config, manifest, packed):
        files["blobs/sha256/" + digest(blob)] = blob
    return files


def write_archive(files: dict, output: Path) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    temporary = output.with_name(output.name + ".new")
    with tarfile.open(temporary, "w", format=tarfile.GNU_FORMAT) as tar:
        for folder in ("blobs", "blobs/sha256"):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size = len(files[name])
            tar.addfile(entry, io.BytesIO(files[name]))
    temporary.replace(output)


def default_name(binary: Path) -> str:
    ran = subprocess.run([str(binary), "version"], capture_output=True, text=True, check=False)
    match = re.search(r"tranship (\S+)", ran.stdout)
    if ran.returncode != 0 or not match:
        raise ImageError(f"{binary} does not tell its version: give --name")
    return "tranship.io/tranship:" + match.group(1)


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    words.add_argument("--binary", type=Path, required=True)
    words.add_argument("--output", type=Path, help="image archive to write")
    words.add_argument("--rootfs", type=Path, help="write the image's files into this folder instead")
    words.add_argument("--name", help="reference of the image; tranship.io/tranship:VERSION when not given")
    arguments = words.parse_args()
    if (arguments.output is None) == (arguments.rootfs is None):
        words.error("give --output or --rootfs")
    try:
        if not arguments.binary.is_file():
            raise ImageError(f"no binary {arguments.binary}: build it first (./run build)")
        with tempfile.TemporaryDirectory() as scratch:
            entries = contents(arguments.binary, Path(scratch))
            if arguments.rootfs:
                write_rootfs(entries, arguments.rootfs)
                return 0
            name = arguments.name or default_name(arguments.binary)
            write_archive(archive(layer_of(entries), name), arguments.output)
        size = arguments.output.stat().st_size / (1 << 20)
        print(f"{arguments.output}: {name}, {size:.1f} MiB")
    except (ImageError, OSError, subprocess.CalledProcessError) as error:
        print(f"image.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
