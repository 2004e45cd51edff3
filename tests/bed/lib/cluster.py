"""One real single-node cluster of a bed: control plane, node, storage and DNS, in a network namespace of its own."""

import shutil
import socket
from pathlib import Path
from string import Template

from lib import certificates, kernel, network, processes
from lib.control_plane import ControlPlane
from lib.node import Node
from lib.paths import SOURCE, BedError, build_root, write_file
from lib.storage import Storage

COREFILE = """cluster.local:53 in-addr.arpa:53 {
    bind $node
    errors
    kubernetes cluster.local in-addr.arpa {
        kubeconfig $kubeconfig
        pods insecure
    }
    cache 5
}
.:53 {
    bind $node
    template IN ANY . {
        rcode NXDOMAIN
    }
}
"""
CONTROLLERS_FIRST = [
    "kubelet",
    "csi-provisioner",
    "csi-provisioner-plain",
    "csi-snapshotter",
    "snapshot-controller",
    "csi",
    "proxy",
    "dns",
    "scheduler",
    "controller-manager",
]


def resolves(server: str) -> bool:
    """Asks for the address of the API server's Service, as any pod may."""
    labels = "kubernetes.default.svc.cluster.local".split(".")
    name = b"".join(bytes([len(part)]) + part.encode() for part in labels) + b"\0"
    question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + name + b"\x00\x01\x00\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(0.5)
        try:
            asker.connect((server, 53))
            asker.send(question)
            answer = asker.recv(512)
        except OSError:
            return False
    return len(answer) > 12 and answer[:2] == b"\x12\x34" and answer[3] & 15 == 0 and answer[7] > 0


class Cluster:
    def __init__(self, bed, name: str):
        described = bed.settings["clusters"][name]
        slot = bed.settings["slot"]
        self.bed, self.name, self.slot, self.index = bed, name, slot, described["index"]
        self.storage_class = described["storage_class"]
        self.version = described.get("version") or bed.settings["version"]
        self.build = build_root(self.version)
        self.binaries = self.build / "bin"
        self.state, self.run = bed.state / name, bed.run / name
        self.address = network.node_address(slot, self.index)
        self.prefix = network.inside(network.namespace(slot, self.index))
        self.cgroup = f"tranship-bed-{bed.name}-{name}"
        self.pod_prefix, service_prefix = f"10.{100 + self.index}", f"10.{150 + self.index}"
        self.dns_address = f"{service_prefix}.0.10"
        self.plane = ControlPlane(
            name,
            self.state,
            self.run,
            self.binaries,
            self.address,
            self.prefix,
            service_net=f"{service_prefix}.0.0/16",
            pod_net=f"{self.pod_prefix}.0.0/16",
        )
        self.node, self.storage = Node(self), Storage(self)

    @property
    def kubeconfig(self) -> Path:
        return self.plane.pki / "admin.kubeconfig"

    def kubeconfig_entry(self) -> tuple:
        pki = self.plane.pki
        return self.name, self.plane.server, pki / "ca.crt", pki / "admin.crt", pki / "admin.key"

    def marked_ready(self) -> bool:
        return (self.state / "ready").exists()

    def healthy(self) -> bool:
        names = processes.names(self.run)
        return (
            self.marked_ready()
            and bool(names)
            and all(processes.pid_of(self.run, n) for n in names)
            and self.plane.api.ready()
        )

    def up(self) -> None:
        """A cluster that is whole is left alone; anything else of it is removed and made anew."""
        if self.healthy() or self.repaired():
            return
        self.down()
        self.state.mkdir(parents=True)
        network.make_namespace(self.slot, self.index)
        self.plane.make_certificates()
        self.node.make_certificates()
        self.plane.start_api()
        self.node.start_containerd()
        self.storage.mount_disk()
        self.node.wait_containerd()
        self.node.import_image(self.build / "images" / "pause.tar")
        self.plane.wait_ready()
        self.plane.start_controllers()
        self.plane.start_scheduler()
        self.node.start_kubelet()
        self.node.start_proxy()
        self.plane.api.apply(
            Template((SOURCE / "manifests" / "base.yaml").read_text()).substitute(
                {"dns": self.dns_address, "node": self.address, "class": self.storage_class}
            )
        )
        self.start_dns()
        self.storage.start()
        for archive in sorted((self.build / "images").glob("*.tar")):
            if archive.name != "pause.tar":
                self.node.import_image(archive)
        self.wait_ready()
        self.check_components()
        (self.state / "ready").touch()

    def check_components(self) -> None:
        ended = [name for name in processes.names(self.run) if not processes.pid_of(self.run, name)]
        if ended:
            raise BedError(f"cluster {self.name}: ended: {', '.join(ended)}; logs in {self.state / 'logs'}")

    def repaired(self) -> bool:
        """Starts what has ended in a cluster that was whole; after a reboot there is nothing to start it in."""
        if not self.marked_ready() or not Path("/run/netns", network.namespace(self.slot, self.index)).exists():
            return False
        for name in processes.names(self.run):
            if not processes.pid_of(self.run, name):
                processes.start_again(self.run, name)
        try:
            self.plane.wait_ready(30)
            self.wait_ready()
        except BedError:
            return False
        return self.healthy()

    def start_dns(self) -> None:
        settings = Template(COREFILE).substitute(node=self.address, kubeconfig=self.kubeconfig)
        write_file(self.state / "Corefile", settings)
        processes.start(
            self.run,
            "dns",
            [*self.prefix, self.binaries / "coredns", "-conf", self.state / "Corefile"],
            self.state / "logs" / "dns.log",
        )

    def wait_ready(self) -> None:
        logs, api = self.state / "logs", self.plane.api
        needed = processes.names(self.run)
        processes.wait_until(f"node {self.name}", self.node.ready, 90, self.run, needed, logs)
        account = "/api/v1/namespaces/default/serviceaccounts/default"
        processes.wait_until(
            f"service accounts of {self.name}", lambda: api.get(account), 60, self.run, needed, logs
        )

        def drivers_known() -> bool:
            known = api.get(f"/apis/storage.k8s.io/v1/csinodes/{self.name}")
            return known is not None and len(known["spec"].get("drivers") or []) == 2

        processes.wait_until(f"CSI drivers of {self.name}", drivers_known, 60, self.run, needed, logs)

        processes.wait_until(
            f"DNS of {self.name}", lambda: resolves(self.address), 30, self.run, needed, logs
        )

    def down(self) -> None:
        """Removes all of it, in whatever state it is: pods first, what kept them, the kernel's things, the files."""
        pods = network.pod_namespaces(self.cgroup, self.run / "containerd")
        running = processes.names(self.run)
        processes.stop_all(self.run, [n for n in CONTROLLERS_FIRST if n in running], patience=3)
        kernel.remove_cgroups(self.cgroup)
        processes.stop_all(self.run, [n for n in running if n not in CONTROLLERS_FIRST], patience=3)
        kernel.kill_shims(self.node.socket)
        loops = kernel.loop_devices(self.state)
        kernel.unmount_below(self.state, self.run)
        network.remove_pod_namespaces(self.cgroup, pods)
        kernel.detach_loops(loops)
        network.remove_namespace(self.slot, self.index)
        for folder in (self.state, self.run):
            if folder.exists():
                shutil.rmtree(folder)

    def user_kubeconfig(self, user: str, groups: list, expired: bool) -> Path:
        """A kubeconfig of any user: for tests of rights and of expired certificates."""
        name = f"user-{user}" + ("-expired" if expired else "")
        subject = "".join(f"/O={g}" for g in groups) + f"/CN={user}"
        certificates.make_certificate(self.plane.pki, name, subject, "extendedKeyUsage=clientAuth\n", expired)
        return certificates.write_kubeconfig(self.plane.pki, name, self.name, self.plane.server)
