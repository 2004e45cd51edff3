"""Builds what the clusters run, from package registries alone, into the cache; nothing when it is up to date.

Each step has a key (versions and a digest of its sources), written beside the results when they are whole.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from lib import toolchain
from lib.locks import locked
from lib.paths import SOURCE, BedError, build_root

SAMPLES = SOURCE.parent / "samples"
SNAPSHOTTER = "github.com/kubernetes-csi/external-snapshotter/v8/cmd"
PROVISIONER = "github.com/kubernetes-csi/external-provisioner/v6/cmd/csi-provisioner"
SNAPSHOT_CRDS = "github.com/kubernetes-csi/external-snapshotter/client/v8"
VERSIONS = {
    "snapshotter": "v8.7.0",
    "provisioner": "v6.4.0",
    "snapshot-crds": "v8.6.0",
    "csi-spec": "v1.12.0",
    "kubelet-api": "v0.34.4",
    "coredns": "v1.15.0",
    "minio": "v0.0.0-20260212201848-7aac2a2c5b7c",
    "mc": "v0.0.0-20250313080218-cf909e1063a9",
}
APPLETS = (
    "sh ls cat sleep echo mkdir dd wget nc md5sum sha256sum ps kill tar touch rm id env find sync httpd stat ln "
    "chmod chown mknod mkfifo seq head tail wc cp mv grep sed awk date nslookup test true false"
).split()


class Builder:
    def __init__(self, version: str):
        self.version, self.root = version, build_root(version)
        self.bin, self.images, self.work = self.root / "bin", self.root / "images", self.root / "work"
        self.go = None

    def run_all(self) -> None:
        for folder in (self.bin, self.images, self.work, self.root / "keys", self.root / "manifests"):
            folder.mkdir(parents=True, exist_ok=True)
        with locked(self.root / ".lock", f"the build in {self.root}", 3600):
            self.kubernetes()
            self.sidecars()
            self.snapshot_crds()
            for name in ("csi", "dns", "proxy"):
                self.own_program(name)
            self.minio()
            self.base_images()
            for build in sorted(SAMPLES.glob("*/image")):
                self.sample_image(build)

    # one step

    def step(self, name: str, outputs: list, key: str, make) -> None:
        stamp = self.root / "keys" / name
        current = stamp.exists() and stamp.read_text() == key and all(p.exists() for p in outputs)
        if current:
            return
        print(f"bed build: {name} ...", file=sys.stderr, flush=True)
        stamp.unlink(missing_ok=True)
        make()
        stamp.write_text(key)

    @staticmethod
    def digest(*sources: Path) -> str:
        total = hashlib.sha256()
        for source in sources:
            for file in sorted(source.rglob("*")) if source.is_dir() else [source]:
                if file.is_file():
                    total.update(str(file.relative_to(SOURCE.parent)).encode() + b"\0" + file.read_bytes())
        return total.hexdigest()

    # Go

    def run(self, *argv, cwd: Path = None, env: dict = None) -> str:
        full = {
            **os.environ,
            "CGO_ENABLED": "0",
            "GOTOOLCHAIN": "local",
            "GOFLAGS": "-mod=mod",
            **(env or {}),
        }
        done = subprocess.run([str(a) for a in argv], cwd=cwd, env=full, text=True, capture_output=True)
        if done.returncode != 0:
            raise BedError(
                f"{' '.join(map(str, argv))} (in {cwd}) failed:\n{(done.stdout + done.stderr)[-3000:]}"
            )
        return done.stdout

    def in_go(self, *args, cwd: Path = None, env: dict = None) -> str:
        self.go = self.go or toolchain.go()
        return self.run(self.go, *args, cwd=cwd, env=env)

    def module(self, name: str, source: Path = None) -> Path:
        """A fresh module folder; its own go.mod, because `go install` refuses modules with replacements."""
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in sorted(source.glob("*.go")) if source else []:
            if not file.name.endswith("_test.go"):
                shutil.copy(file, folder)
        self.in_go("mod", "init", f"bed/{name}", cwd=folder)
        return folder

    def compile(self, folder: Path, package: str, output: Path, flags: str = "") -> None:
        temporary = output.with_name(f".{output.name}.new")
        self.in_go("build", "-ldflags", f"-s -w {flags}", "-o", temporary, package, cwd=folder)
        os.replace(temporary, output)

    # the steps

    def kubernetes(self) -> None:
        kube = self.bin / "kube"
        source = SOURCE / "components"

        def make():
            folder = self.module("components", source)
            if int(self.version.split(".")[1]) < 33:  # kubelet's command took no context yet
                main = folder / "main.go"
                text = main.read_text().replace("NewKubeletCommand(context.Background())", "NewKubeletCommand()")
                main.write_text(text.replace('\t"context"\n', ""))
            where = json.loads(
                self.in_go("mod", "download", "-json", f"k8s.io/kubernetes@v{self.version}", cwd=folder)
            )["Dir"]
            minor = self.version.split(".", 1)[1]
            edits = [f"-require=k8s.io/kubernetes@v{self.version}"]
            for line in Path(where, "go.mod").read_text().splitlines():
                words = line.split()
                if len(words) == 3 and words[1] == "=>" and words[2].startswith("./staging/"):
                    edits.append(f"-replace={words[0]}={words[0]}@v0.{minor}")
            self.in_go("mod", "edit", *edits, cwd=folder)
            self.in_go("mod", "tidy", cwd=folder)
            at = "k8s.io/component-base/version"
            self.compile(
                folder,
                ".",
                kube,
                f"-X {at}.gitVersion=v{self.version} -X {at}.gitMajor=1 "
                f"-X {at}.gitMinor={minor.split('.')[0]}",
            )

        self.step("kube", [kube], f"{self.version} {self.digest(source)}", make)
        link = self.bin / "kubectl"
        if not link.is_symlink():
            link.unlink(missing_ok=True)
            link.symlink_to("kube")

    def sidecars(self) -> None:
        names = {
            "csi-provisioner": PROVISIONER,
            "snapshot-controller": f"{SNAPSHOTTER}/snapshot-controller",
            "csi-snapshotter": f"{SNAPSHOTTER}/csi-snapshotter",
        }

        def make():
            folder = self.module("sidecars")
            version = {
                n: VERSIONS["provisioner" if p == PROVISIONER else "snapshotter"] for n, p in names.items()
            }
            self.in_go("get", "-tool", *(f"{p}@{version[n]}" for n, p in names.items()), cwd=folder)
            for name, package in names.items():
                self.compile(folder, package, self.bin / name)

        self.step(
            "sidecars",
            [self.bin / n for n in names],
            f"{VERSIONS['snapshotter']} {VERSIONS['provisioner']}",
            make,
        )

    def snapshot_crds(self) -> None:
        out = self.root / "manifests" / "snapshot-crds.yaml"

        def make():
            version = VERSIONS["snapshot-crds"]
            where = json.loads(
                self.in_go("mod", "download", "-json", f"{SNAPSHOT_CRDS}@{version}", cwd=self.work)
            )["Dir"]
            files = sorted(Path(where, "config/crd").glob("*snapshot.storage.k8s.io_*.yaml"))
            out.write_text("\n---\n".join(f.read_text() for f in files))

        self.step("snapshot-crds", [out], VERSIONS["snapshot-crds"] + " with groups", make)

    def own_program(self, name: str) -> None:
        """A Go program of this folder; what it needs from elsewhere is pinned here."""
        source, output = (
            SOURCE / name,
            self.bin / {"csi": "bed-csi", "dns": "coredns", "proxy": "bed-proxy"}[name],
        )
        if not list(source.glob("*.go")):
            return
        needs = {
            "csi": [
                f"k8s.io/kubelet@{VERSIONS['kubelet-api']}",
                f"github.com/container-storage-interface/spec@{VERSIONS['csi-spec']}",
            ],
            "dns": [f"github.com/coredns/coredns@{VERSIONS['coredns']}"],
        }.get(name, [])

        def make():
            folder = self.module(name, source)
            if needs:
                self.in_go("mod", "edit", *(f"-require={n}" for n in needs), cwd=folder)
                self.in_go("mod", "tidy", cwd=folder)
            self.compile(folder, ".", output)

        self.step(name, [output], f"{needs} {self.digest(source)}", make)

    def minio(self) -> None:
        for name in ("minio", "mc"):

            def make():
                self.in_go(
                    "install",
                    "-ldflags",
                    "-s -w",
                    f"github.com/minio/{name}@{VERSIONS[name]}",
                    cwd=self.work,
                    env={"GOBIN": str(self.bin), "GOFLAGS": ""},
                )

            self.step(name, [self.bin / name], VERSIONS[name], make)

    def base_images(self) -> None:
        busybox, maker = shutil.which("busybox"), SOURCE / "mkimage.py"
        if not busybox:
            raise BedError("busybox is missing: install the Debian packages of tests/bed/packages.txt")
        links = [f"->/bin/busybox:/bin/{a}" for a in APPLETS]
        pause = self.work / "pause"

        def image(name, entry, *files):
            self.run(
                sys.executable,
                maker,
                f"bed.local/{name}:1",
                self.images / f"{name}.tar",
                json.dumps(entry),
                *files,
            )

        def make():
            self.run("gcc", "-static", "-O2", "-s", "-o", pause, SOURCE / "pause/pause.c")
            image("pause", ["/pause"], f"{pause}:/pause")
            image("busybox", ["/bin/sh"], f"{busybox}:/bin/busybox", *links)
            image(
                "minio",
                ["/bin/minio"],
                f"{self.bin}/minio:/bin/minio",
                f"{self.bin}/mc:/bin/mc",
                f"{busybox}:/bin/busybox",
                *links,
            )

        key = (
            f"{self.digest(maker, SOURCE / 'pause')} {APPLETS} {VERSIONS['minio']} {VERSIONS['mc']} "
            f"{Path(busybox).stat().st_size}"
        )
        self.step("images", [self.images / f"{n}.tar" for n in ("pause", "busybox", "minio")], key, make)

    def sample_image(self, script: Path) -> None:
        """tests/samples/NAME/image OUT.tar makes a sample's image with what BED_* in its environment names."""
        name = script.parent.name
        out = self.images / f"{name}.tar"

        def make():
            self.go = self.go or toolchain.go()
            self.run(
                script,
                out,
                env={
                    "BED_BIN": str(self.bin),
                    "BED_MKIMAGE": str(SOURCE / "mkimage.py"),
                    "BED_GO": self.go,
                    "BED_WORK": str(self.work / f"sample-{name}"),
                },
            )

        parts = [
            p
            for p in sorted(script.parent.iterdir())
            if p.name not in ("manifests", "resources", "sample.py", "README.md")
        ]
        self.step(f"sample-{name}", [out], self.digest(*parts, SOURCE / "mkimage.py"), make)


def build(version: str) -> Path:
    builder = Builder(version)
    builder.run_all()
    return builder.root


def require(version: str) -> None:
    """What a bed is started from must be there; building takes minutes, so it is never done on the way."""
    missing = [
        n
        for n in ("kube", "kubectl", "bed-csi", "coredns", "minio", "mc", "csi-provisioner")
        if not (build_root(version) / "bin" / n).exists()
    ]
    if missing:
        raise BedError(
            f"{', '.join(missing)} not built for Kubernetes {version}: run `tests/bed/bed build"
            f"{'' if version == '1.34.4' else ' --kubernetes ' + version}` first"
        )
