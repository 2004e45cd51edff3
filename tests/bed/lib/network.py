"""A bed's bridge on the host and a network namespace for each cluster. All their names carry the bed's slot."""

import json
import subprocess
from pathlib import Path

from lib.paths import BedError


def ip(*args, quiet: bool = False) -> str:
    done = subprocess.run(["ip", *map(str, args)], capture_output=True, text=True)
    if done.returncode != 0 and not quiet:
        raise BedError(f"ip {' '.join(map(str, args))}: {done.stderr.strip()}")
    return done.stdout


def bridge(slot: int) -> str:
    return f"tb{slot}"


def host_address(slot: int) -> str:
    """Where pods reach the host: the depot listens there."""
    return f"10.88.{slot}.1"


def node_address(slot: int, index: int) -> str:
    return f"10.88.{slot}.{10 + index}"


def namespace(slot: int, index: int) -> str:
    return f"tb{slot}-{index}"


def inside(name: str) -> list:
    """`ip netns exec` would give a new /sys without the cgroups; nsenter leaves the mounts alone."""
    return ["nsenter", f"--net=/run/netns/{name}"]


def make_bridge(slot: int) -> None:
    name = bridge(slot)
    if Path(f"/sys/class/net/{name}").exists():
        return
    ip("link", "add", name, "type", "bridge")
    ip("addr", "add", f"{host_address(slot)}/24", "dev", name)
    ip("link", "set", name, "up")


def remove_bridge(slot: int) -> None:
    ip("link", "del", bridge(slot), quiet=True)


def make_namespace(slot: int, index: int) -> None:
    name, outer = namespace(slot, index), f"tb{slot}v{index}"
    remove_namespace(slot, index)
    ip("netns", "add", name)
    ip("link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", name)
    ip("link", "set", outer, "master", bridge(slot), "up")
    for command in (
        ["link", "set", "lo", "up"],
        ["link", "set", "eth0", "up"],
        ["addr", "add", f"{node_address(slot, index)}/24", "dev", "eth0"],
        ["route", "add", "default", "via", host_address(slot)],
    ):
        ip("-n", name, *command)
    subprocess.run([*inside(name), "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"], check=True)


def remove_namespace(slot: int, index: int) -> None:
    """The namespace's own iptables rules, bridges and pods' links go with it."""
    if Path("/run/netns", namespace(slot, index)).exists():
        ip("netns", "del", namespace(slot, index), quiet=True)
    ip("link", "del", f"tb{slot}v{index}", quiet=True)


def write_pod_network(folder: Path, name: str, pod_net: str, run: Path) -> None:
    """CNI: a bridge inside the cluster's namespace; the network's name marks what is left behind as ours."""
    folder.mkdir(parents=True, exist_ok=True)
    bridge_plugin = {
        "type": "bridge",
        "bridge": "cni0",
        "isGateway": True,
        "ipMasq": True,
        "hairpinMode": True,
        "ipam": {
            "type": "host-local",
            "dataDir": str(run / "ipam"),
            "routes": [{"dst": "0.0.0.0/0"}],
            "ranges": [[{"subnet": pod_net}]],
        },
    }
    plugins = [bridge_plugin, {"type": "portmap", "capabilities": {"portMappings": True}}]
    (folder / "10-bed.conflist").write_text(
        json.dumps({"cniVersion": "0.4.0", "name": name, "plugins": plugins})
    )


def pod_namespaces(network: str, containerd_run: Path) -> set:
    """Paths of the network namespaces of a cluster's pods, from what CNI cached and from what runc was told."""
    found = set()
    for cached in Path("/var/lib/cni/results").glob(f"{network}-*"):
        try:
            interfaces = json.loads(cached.read_text())["result"]["interfaces"]
        except (OSError, ValueError, KeyError):
            continue
        found.update(i["sandbox"] for i in interfaces if i.get("sandbox"))
    for config in containerd_run.glob("io.containerd.runtime.v2.task/k8s.io/*/config.json"):
        try:
            spaces = json.loads(config.read_text())["linux"]["namespaces"]
        except (OSError, ValueError, KeyError):
            continue
        found.update(
            s["path"] for s in spaces if s["type"] == "network" and "/netns/cni-" in s.get("path", "")
        )
    return {p for p in found if Path(p).parent.name == "netns" and Path(p).name.startswith("cni-")}


def remove_pod_namespaces(network: str, paths: set) -> None:
    for path in sorted(paths):
        ip("netns", "del", Path(path).name, quiet=True)
    for cached in Path("/var/lib/cni/results").glob(f"{network}-*"):
        container = cached.name.removeprefix(f"{network}-").removesuffix("-eth0")
        Path(f"/var/lib/cni/results/cni-loopback-{container}-lo").unlink(missing_ok=True)
        cached.unlink(missing_ok=True)
