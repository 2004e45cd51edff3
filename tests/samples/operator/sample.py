"""Sample (c): an operator with two kinds of its own, status, scale, finalizers, owners and an admission webhook."""

import json
from pathlib import Path

from lib.cluster import Cluster, SampleError, retry

HERE = Path(__file__).parent
GROUP = "samples.tranship.io"


def load(cluster: Cluster) -> None:
    cluster.apply(HERE / "manifests")
    cluster.run("rollout", "status", "-n", "harbour", "deployment/fleet-operator", "--timeout=300s")
    cluster.apply(HERE / "resources")  # refused until the webhook's authority is published
    cluster.run(
        "wait",
        "-n",
        "harbour",
        "--for=jsonpath={.status.phase}=AtSea",
        "fleets.samples.tranship.io",
        "--all",
        "--timeout=300s",
    )

    def refuses() -> None:
        if not refused(cluster, "harbour"):
            raise SampleError("the webhook lets a fleet of 11 pass")

    retry(refuses, 30)


def refused(cluster: Cluster, namespace: str) -> bool:
    """Whether the webhook does its work: a fleet that is too large is refused by it, and by nothing else."""
    meta = {"name": "armada", "namespace": namespace}
    large = json.dumps({"apiVersion": f"{GROUP}/v1", "kind": "Fleet", "metadata": meta, "spec": {"size": 11}})
    try:
        cluster.run("create", "--dry-run=server", "-f", "-", text=large)
    except SampleError as error:
        return "at most 10 ships" in str(error)
    return False


def fingerprint(cluster: Cluster, namespace: str) -> dict:
    """Custom resources with status, finalizers and owners (alive: by a living uid); scales; what the webhook does."""
    fleets = cluster.get(f"fleets.{GROUP}", "-n", namespace)["items"]
    uids = {f["metadata"]["uid"] for f in fleets}
    found = {}
    for kind in (f"fleets.{GROUP}", f"ships.{GROUP}", "configmaps"):
        for one in cluster.get(kind, "-n", namespace)["items"]:
            meta = one["metadata"]
            owners = [
                {"kind": o["kind"], "name": o["name"], "alive": o["uid"] in uids}
                for o in meta.get("ownerReferences", [])
            ]
            if kind == "configmaps" and not owners:
                continue
            found[f"{one['kind']}/{meta['name']}"] = {
                "spec": one.get("spec"),
                "status": one.get("status"),
                "data": one.get("data"),
                "owners": owners,
                "finalizers": meta.get("finalizers", []),
                "labels": meta.get("labels", {}),
                "annotations": {k: v for k, v in meta.get("annotations", {}).items() if k.startswith(GROUP)},
            }
    scales = {
        f["metadata"]["name"]: cluster.raw(
            f"/apis/{GROUP}/v1/namespaces/{namespace}/fleets/{f['metadata']['name']}/scale"
        )["spec"]["replicas"]
        for f in fleets
    }
    return {"objects": found, "scales": scales, "webhook refuses": refused(cluster, namespace)}
