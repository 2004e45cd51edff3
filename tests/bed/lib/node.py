"""The one node of a cluster: containerd, kubelet and kube-proxy inside the cluster's network namespace."""

import subprocess
from pathlib import Path
from string import Template

from lib import certificates, kernel, network, processes
from lib.paths import SOURCE, BedError


class Node:
    def __init__(self, cluster):
        self.cluster = cluster
        self.state, self.run, self.logs = cluster.state, cluster.run, cluster.state / "logs"
        self.socket = cluster.run / "containerd.sock"

    def make_certificates(self) -> None:
        plane = self.cluster.plane
        certificates.make_certificate(
            plane.pki,
            "node",
            f"/O=system:nodes/CN=system:node:{self.cluster.name}",
            f"extendedKeyUsage=clientAuth,serverAuth\nsubjectAltName=IP:{self.cluster.address},DNS:{self.cluster.name}",
        )
        certificates.write_kubeconfig(plane.pki, "node", self.cluster.name, plane.server)

    def settings(self, name: str) -> str:
        cluster = self.cluster
        minor = int(cluster.version.split(".")[1])
        text = Template((SOURCE / "manifests" / name).read_text()).substitute(
            state=self.state, run=self.run, cgroup=cluster.cgroup, dns=cluster.dns_address, socket=self.socket
        )
        if name == "kubelet.yaml" and minor >= 35:
            text += "failCgroupV1: false\n"
        return text

    def start_containerd(self) -> None:
        for folder in ("containerd", "kubelet/plugins", "kubelet/plugins_registry", "pod-logs"):
            (self.state / folder).mkdir(parents=True, exist_ok=True)
        network.write_pod_network(
            self.state / "cni", self.cluster.cgroup, f"{self.cluster.pod_prefix}.0.0/24", self.run
        )
        (self.state / "containerd.toml").write_text(self.settings("containerd.toml"))
        processes.start(
            self.run,
            "containerd",
            [*self.cluster.prefix, "containerd", "-c", self.state / "containerd.toml"],
            self.logs / "containerd.log",
        )

    def ctr(self, *args) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["ctr", "--address", str(self.socket), "--namespace", "k8s.io", *map(str, args)],
            capture_output=True,
            text=True,
        )

    def wait_containerd(self) -> None:
        processes.wait_until(
            f"containerd of {self.cluster.name}",
            lambda: self.ctr("version").returncode == 0,
            30,
            self.run,
            ["containerd"],
            self.logs,
        )

    def import_image(self, archive: Path) -> None:
        done = self.ctr("images", "import", "--digests=false", archive)
        if done.returncode != 0:
            raise BedError(f"image {archive} on {self.cluster.name}: {done.stderr.strip()}")

    def start_kubelet(self) -> None:
        cluster = self.cluster
        kernel.make_cgroups(cluster.cgroup)
        (self.state / "kubelet.yaml").write_text(self.settings("kubelet.yaml"))
        cluster.plane.launch(
            "kubelet",
            "kubelet",
            f"--config={self.state / 'kubelet.yaml'}",
            "--kubeconfig=node.kubeconfig",
            f"--root-dir={self.state / 'kubelet'}",
            f"--hostname-override={cluster.name}",
            f"--node-ip={cluster.address}",
        )

    def start_proxy(self) -> None:
        """The host's limits of connection tracking are not the cluster's to change."""
        cluster = self.cluster
        cluster.plane.launch(
            "proxy",
            "kube-proxy",
            "--kubeconfig=proxy.kubeconfig",
            f"--hostname-override={cluster.name}",
            "--proxy-mode=iptables",
            f"--cluster-cidr={cluster.plane.pod_net}",
            "--conntrack-max-per-core=0",
            "--conntrack-tcp-timeout-established=0",
            "--conntrack-tcp-timeout-close-wait=0",
            "--healthz-bind-address=127.0.0.1:10256",
        )

    def ready(self) -> bool:
        node = self.cluster.plane.api.get(f"/api/v1/nodes/{self.cluster.name}")
        conditions = node["status"].get("conditions", []) if node else []
        return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
