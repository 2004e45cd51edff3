"""etcd, API server, controller manager and scheduler of one cluster; alone they are an API-only cluster."""

from pathlib import Path

from lib import certificates, processes
from lib.api_client import ApiClient

SERVICE_NAME = "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:localhost"


class ControlPlane:
    """prefix is put before each command (a network namespace to enter); ports are those of address."""

    def __init__(
        self,
        name: str,
        state: Path,
        run: Path,
        binaries: Path,
        address: str,
        prefix: list = (),
        port: int = 6443,
        etcd_port: int = 2379,
        etcd_peer_port: int = 2380,
        service_net: str = "10.96.0.0/16",
        pod_net: str = "10.244.0.0/16",
        local_ports: dict = None,
    ):
        self.name, self.state, self.run, self.address, self.port = name, state, run, address, port
        self.etcd_port, self.etcd_peer_port = etcd_port, etcd_peer_port
        self.service_net, self.pod_net, self.prefix = service_net, pod_net, list(prefix)
        self.kube, self.pki, self.logs = binaries / "kube", state / "pki", state / "logs"
        self.local_ports = local_ports or {}
        self.api = ApiClient(address, port, self.pki, binaries / "kubectl")

    @property
    def server(self) -> str:
        return f"https://{self.address}:{self.port}"

    def first_service_address(self) -> str:
        return self.service_net.rsplit(".", 1)[0] + ".1"

    def make_certificates(self) -> None:
        pki, client = self.pki, "extendedKeyUsage=clientAuth"
        certificates.make_authority(pki, f"bed-{self.name}")
        names = (
            f"subjectAltName=IP:{self.address},IP:127.0.0.1,IP:{self.first_service_address()},{SERVICE_NAME}"
        )
        certificates.make_certificate(
            pki, "apiserver", "/CN=kube-apiserver", f"{names}\nextendedKeyUsage=serverAuth,clientAuth"
        )
        certificates.make_certificate(pki, "admin", "/O=system:masters/CN=admin", client)
        certificates.make_certificate(pki, "front", "/CN=front-proxy", client)
        for short, user in (
            ("controller-manager", "kube-controller-manager"),
            ("scheduler", "kube-scheduler"),
            ("proxy", "kube-proxy"),
        ):
            certificates.make_certificate(pki, short, f"/CN=system:{user}", client)
            certificates.write_kubeconfig(pki, short, self.name, self.server)
        certificates.make_service_account_key(pki)
        certificates.write_kubeconfig(pki, "admin", self.name, self.server)

    def launch(self, name: str, *argv) -> None:
        processes.start(
            self.run, name, [*self.prefix, self.kube, *argv], self.logs / f"{name}.log", cwd=self.pki
        )

    def start_api(self, service_accounts: bool = True) -> None:
        clients = f"http://127.0.0.1:{self.etcd_port}"
        self.launch(
            "etcd",
            "etcd",
            "--data-dir",
            self.state / "etcd",
            "--unsafe-no-fsync",
            "--log-level",
            "warn",
            "--listen-client-urls",
            clients,
            "--advertise-client-urls",
            clients,
            "--listen-peer-urls",
            f"http://127.0.0.1:{self.etcd_peer_port}",
            "--initial-advertise-peer-urls",
            f"http://127.0.0.1:{self.etcd_peer_port}",
            "--initial-cluster",
            f"default=http://127.0.0.1:{self.etcd_peer_port}",
        )
        header = "--requestheader"
        self.launch(
            "apiserver",
            "kube-apiserver",
            f"--etcd-servers={clients}",
            f"--advertise-address={self.advertised()}",
            f"--bind-address={'127.0.0.1' if self.address == '127.0.0.1' else '0.0.0.0'}",
            f"--secure-port={self.port}",
            "--tls-cert-file=apiserver.crt",
            "--tls-private-key-file=apiserver.key",
            "--client-ca-file=ca.crt",
            "--service-account-key-file=sa.pub",
            "--service-account-signing-key-file=sa.key",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-cluster-ip-range={self.service_net}",
            "--authorization-mode=Node,RBAC",
            "--allow-privileged=true",
            "--enable-admission-plugins=NodeRestriction",
            *([] if service_accounts else ["--disable-admission-plugins=ServiceAccount"]),
            "--kubelet-client-certificate=apiserver.crt",
            "--kubelet-client-key=apiserver.key",
            "--kubelet-certificate-authority=ca.crt",
            "--kubelet-preferred-address-types=InternalIP",
            f"{header}-client-ca-file=ca.crt",
            f"{header}-allowed-names=front-proxy",
            f"{header}-username-headers=X-Remote-User",
            f"{header}-group-headers=X-Remote-Group",
            f"{header}-extra-headers-prefix=X-Remote-Extra-",
            "--proxy-client-cert-file=front.crt",
            "--proxy-client-key-file=front.key",
            "--enable-aggregator-routing=true",
        )

    def advertised(self) -> str:
        """An API server refuses to advertise loopback; with no nodes nobody goes to what it advertises."""
        return "192.0.2.1" if self.address == "127.0.0.1" else self.address

    def wait_ready(self, patience: float = 60) -> None:
        processes.wait_until(
            f"API server of {self.name}", self.api.ready, patience, self.run, ["etcd", "apiserver"], self.logs
        )

    def start_controllers(self) -> None:
        self.launch(
            "controller-manager",
            "kube-controller-manager",
            *self.kubeconfig_flags("controller-manager"),
            "--service-account-private-key-file=sa.key",
            "--root-ca-file=ca.crt",
            "--use-service-account-credentials",
            f"--cluster-cidr={self.pod_net}",
            "--allocate-node-cidrs=true",
            "--leader-elect=false",
            "--cluster-signing-cert-file=ca.crt",
            "--cluster-signing-key-file=ca.key",
            f"--service-cluster-ip-range={self.service_net}",
            *self.secure_port("controller-manager"),
        )

    def start_scheduler(self) -> None:
        self.launch(
            "scheduler",
            "kube-scheduler",
            *self.kubeconfig_flags("scheduler"),
            "--leader-elect=false",
            # An event that it misses (a claim bound while it looks) would leave a pod waiting for five minutes.
            "--pod-max-in-unschedulable-pods-duration=5s",
            *self.secure_port("scheduler"),
        )

    def kubeconfig_flags(self, name: str) -> list:
        return [f"--{use}kubeconfig={name}.kubeconfig" for use in ("", "authentication-", "authorization-")]

    def secure_port(self, name: str) -> list:
        return (
            [f"--secure-port={self.local_ports[name]}", "--bind-address=127.0.0.1"]
            if name in self.local_ports
            else []
        )
