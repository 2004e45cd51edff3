"""Volumes of a cluster: the bed's CSI driver under two names on one btrfs disk, and the stock sidecars."""

import subprocess
from pathlib import Path

from lib import kernel, processes
from lib.paths import SOURCE, BedError

DISK_BYTES = 32 << 30  # sparse: takes what is written
SNAPSHOTS, PLAIN = "btrfs.csi.bed", "local.csi.bed"


class Storage:
    def __init__(self, cluster):
        self.cluster, self.state, self.run = cluster, cluster.state, cluster.run
        self.disk, self.mounted = cluster.state / "disk.img", cluster.state / "disk"

    def mount_disk(self) -> None:
        self.mounted.mkdir(exist_ok=True)
        if any(point == self.mounted for point, _ in kernel.mounts()):
            return
        with open(self.disk, "ab") as disk:
            disk.truncate(DISK_BYTES)
        for command in (
            ["mkfs.btrfs", "-q", "-f", self.disk],
            ["mount", "-o", "loop,discard", self.disk, self.mounted],
        ):
            done = subprocess.run([str(w) for w in command], capture_output=True, text=True)
            if done.returncode != 0:
                raise BedError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")

    def socket(self, driver: str) -> Path:
        return self.state / "kubelet" / "plugins" / driver / "csi.sock"

    def start(self) -> None:
        """Needs the API server; the drivers register with kubelet as soon as it looks."""
        logs, binaries, prefix = self.state / "logs", self.cluster.binaries, self.cluster.prefix
        admin = ["--kubeconfig", self.cluster.plane.api.kubeconfig]
        processes.start(
            self.run,
            "csi",
            [
                binaries / "bed-csi",
                "--node",
                self.cluster.name,
                "--root",
                self.mounted,
                "--kubelet",
                self.state / "kubelet",
                SNAPSHOTS,
                f"{PLAIN}=plain",
            ],
            logs / "csi.log",
        )
        processes.wait_until(
            "CSI driver",
            lambda: all(self.socket(d).exists() for d in (SNAPSHOTS, PLAIN)),
            10,
            self.run,
            ["csi"],
            logs,
        )
        for driver, name in ((SNAPSHOTS, "csi-provisioner"), (PLAIN, "csi-provisioner-plain")):
            processes.start(
                self.run,
                name,
                [
                    *prefix,
                    binaries / "csi-provisioner",
                    *admin,
                    "--csi-address",
                    self.socket(driver),
                    "--default-fstype=ext4",
                ],
                logs / f"{name}.log",
            )
        crds = (self.cluster.build / "manifests" / "snapshot-crds.yaml").read_text()
        self.cluster.plane.api.apply(crds)
        self.cluster.plane.api.kubectl(
            "wait",
            "--for=condition=Established",
            "--timeout=20s",
            "crd/volumesnapshotclasses.snapshot.storage.k8s.io",
            "crd/volumesnapshotcontents.snapshot.storage.k8s.io",
            "crd/volumesnapshots.snapshot.storage.k8s.io",
        )
        processes.start(
            self.run,
            "csi-snapshotter",
            [*prefix, binaries / "csi-snapshotter", *admin, "--csi-address", self.socket(SNAPSHOTS)],
            logs / "csi-snapshotter.log",
        )
        processes.start(
            self.run,
            "snapshot-controller",
            [*prefix, binaries / "snapshot-controller", *admin],
            logs / "snapshot-controller.log",
        )
        self.cluster.plane.api.apply((SOURCE / "manifests" / "snapshot-class.yaml").read_text())
