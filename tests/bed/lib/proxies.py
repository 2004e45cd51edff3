"""Fault proxies of a bed: each stands in front of one part, with rules set over its control port."""

import http.client
import json
import shutil
from pathlib import Path

from lib import certificates, lifecycle, network, processes
from lib.control_plane import ControlPlane
from lib.paths import BedError, check_name, read_json, write_file, write_json

ACCOUNT = """apiVersion: v1
kind: ServiceAccount
metadata: {name: bed-proxy, namespace: kube-system}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: bed-proxy}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: bed-proxy, namespace: kube-system}]
"""


class Proxy:
    """Files in proxies/NAME: proxy.json (addresses and what it stands for), ca.crt, kubeconfig or depot.json."""

    def __init__(self, bed, name: str):
        self.bed, self.name = bed, check_name(name, "proxy")
        self.state, self.run = bed.state / "proxies" / name, bed.run / "proxies"
        self.description = read_json(self.state / "proxy.json")

    def up(self, target: str, mode: str) -> dict:
        """target: a cluster's name, "api", "depot", or HOST:PORT (mode tcp or http)."""
        self.down()
        self.state.mkdir(parents=True)
        plane = self.plane(target)
        mode = mode or ("api" if plane else "http" if target == "depot" else "tcp")
        flags = [
            "--target",
            self.address(target, plane, mode),
            "--announce",
            self.state / "addresses.json",
            "--listen",
            f"{self.host()}:0",
            "--folder",
            self.state,
        ]
        if mode == "api":
            if plane is None:
                raise BedError("mode api is for clusters and api; tcp and http are for anything else")
            flags += ["--authority", plane.pki / "ca.crt"]
        processes.start(
            self.run,
            self.name,
            [self.bed.binaries / "bed-proxy", mode, *flags],
            self.state / f"{self.name}.log",
        )
        processes.wait_until(
            f"proxy {self.name}",
            (self.state / "addresses.json").exists,
            10,
            self.run,
            [self.name],
            self.state,
        )
        told = read_json(self.state / "addresses.json")
        self.description = {"name": self.name, "of": target, "mode": mode, **told}
        if mode == "api":
            self.description["kubeconfig"] = str(self.write_kubeconfig(plane, told["listen"]))
        elif plane:
            self.description["kubeconfig"] = str(self.write_plain_kubeconfig(plane, told["listen"]))
        if target == "depot":
            keys = {**lifecycle.depot(self.bed).settings(), "endpoint": f"http://{told['listen']}"}
            write_json(self.state / "depot.json", keys, secret=True)
            self.description["keys"] = str(self.state / "depot.json")
        write_json(self.state / "proxy.json", self.description)
        return self.description

    def host(self) -> str:
        """Pods reach the bridge; without clusters there is none."""
        return (
            network.host_address(self.bed.settings["slot"]) if self.bed.settings["clusters"] else "127.0.0.1"
        )

    def plane(self, target: str) -> ControlPlane:
        if target == "api":
            return self.bed.api_only().plane()
        return lifecycle.cluster(self.bed, target).plane if target in self.bed.settings["clusters"] else None

    def address(self, target: str, plane: ControlPlane, mode: str) -> str:
        if plane:
            return plane.server if mode == "api" else f"{plane.address}:{plane.port}"
        if target == "depot":
            endpoint = lifecycle.depot(self.bed).settings()["endpoint"]
            return endpoint if mode == "http" else endpoint.removeprefix("http://")
        if ":" not in target:
            raise BedError(f"'{target}' is no cluster, not api, not depot, and not HOST:PORT")
        return f"http://{target}" if mode == "http" else target

    def write_kubeconfig(self, plane: ControlPlane, listen: str) -> Path:
        """A client certificate ends at the proxy, so this one has an administrator's token."""
        plane.api.apply(ACCOUNT)
        token = plane.api.kubectl(
            "create", "token", "bed-proxy", "-n", "kube-system", "--duration=24h"
        ).strip()
        path = self.state / "kubeconfig"
        ca = certificates.encoded(self.state / "ca.crt")
        write_file(
            path,
            "apiVersion: v1\nkind: Config\n"
            f"clusters: [{{name: {self.name}, cluster: "
            f'{{server: "https://{listen}", certificate-authority-data: {ca}}}}}]\n'
            f'users: [{{name: {self.name}, user: {{token: "{token}"}}}}]\n'
            f"contexts: [{{name: {self.name}, context: {{cluster: {self.name}, user: {self.name}}}}}]\n"
            f"current-context: {self.name}\n",
            secret=True,
        )
        return path

    def write_plain_kubeconfig(self, plane: ControlPlane, listen: str) -> Path:
        """Mode tcp: the cluster's own TLS passes through, so its administrator's certificate does too."""
        pki, path = plane.pki, self.state / "kubeconfig"
        text = certificates.kubeconfig_text(
            [(self.name, f"https://{listen}", pki / "ca.crt", pki / "admin.crt", pki / "admin.key")],
            self.name,
        )
        write_file(
            path,
            text.replace(
                f'server: "https://{listen}"', f'server: "https://{listen}", tls-server-name: {plane.address}'
            ),
            secret=True,
        )
        return path

    def control(self, method: str, path: str, body: str = None):
        if not self.description:
            raise BedError(f"no proxy '{self.name}' in bed '{self.bed.name}'")
        connection = http.client.HTTPConnection(self.description["control"], timeout=10)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            text = answer.read().decode()
        except OSError as error:
            raise BedError(f"proxy {self.name} does not answer: {error}")
        finally:
            connection.close()
        if answer.status != 200:
            raise BedError(f"proxy {self.name}: {text.strip()}")
        return json.loads(text)

    def down(self) -> None:
        processes.stop(self.run, self.name, patience=1)
        if self.state.exists():
            shutil.rmtree(self.state)


def names(bed) -> list:
    return (
        sorted(p.name for p in (bed.state / "proxies").iterdir()) if (bed.state / "proxies").is_dir() else []
    )
