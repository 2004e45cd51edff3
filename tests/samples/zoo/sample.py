"""Sample (d): at least one object of every namespaced kind, and volumes of every sort with every sort of file."""

from pathlib import Path

from lib.cluster import Cluster

HERE = Path(__file__).parent
RAW_FILL = (
    "dd if=/dev/raw bs=1 count=4 2>/dev/null | grep -q zoo1 || "
    "{ seq 1 500000 | dd of=/dev/raw bs=64k conv=notrunc 2>/dev/null; "
    "printf end | dd of=/dev/raw bs=1M seek=40 conv=notrunc 2>/dev/null; "
    "printf zoo1 | dd of=/dev/raw bs=1 conv=notrunc 2>/dev/null; sync; }"
)
NOT_LISTED = ("events", "events.events.k8s.io", "bindings", "localsubjectaccessreviews.authorization.k8s.io")


def keeper(cluster: Cluster, namespace: str) -> str:
    pods = cluster.get("pods", "-n", namespace, "-l", "app=keeper", "--field-selector=status.phase=Running")[
        "items"
    ]
    return next(p["metadata"]["name"] for p in pods if "deletionTimestamp" not in p["metadata"])


def load(cluster: Cluster) -> None:
    manifests = sorted((HERE / "manifests").glob("*.yaml"))
    if not cluster.serves("resource.k8s.io/v1"):  # from Kubernetes 1.34
        manifests.remove(HERE / "manifests/50-devices.yaml")
    cluster.apply(*manifests)
    for workload in ("deployment/keeper", "statefulset/herd", "daemonset/guard"):
        cluster.run("rollout", "status", "-n", "zoo", workload, "--timeout=300s")
    cluster.run("wait", "-n", "zoo", "--for=condition=Complete", "job/feeding", "--timeout=300s")
    cluster.run(
        "wait",
        "-n",
        "zoo",
        "--for=jsonpath={.status.readyToUse}=true",
        "volumesnapshot/earlier",
        "--timeout=300s",
    )
    fill = (HERE / "fill.sh").read_text()
    for folder in ("/files", "/plain"):
        cluster.execute("zoo", keeper(cluster, "zoo"), "sh", "-s", folder, text=fill)
    cluster.execute("zoo", keeper(cluster, "zoo"), "sh", "-c", RAW_FILL)
    with_idle(cluster, "zoo", lambda pod: cluster.execute("zoo", pod, "sh", "-s", "/idle", text=fill))


def with_idle(cluster: Cluster, namespace: str, action):
    """Mounts the claim that nothing mounts for the time of an action."""
    pod = "idle-visitor"
    text = f"""
apiVersion: v1
kind: Pod
metadata: {{name: {pod}, namespace: {namespace}}}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - name: visitor
    image: bed.local/busybox:1
    imagePullPolicy: Never
    args: [-c, sleep 600]
    volumeMounts: [{{name: idle, mountPath: /idle}}]
  volumes: [{{name: idle, persistentVolumeClaim: {{claimName: idle}}}}]
"""
    cluster.run("apply", "-f", "-", text=text)
    try:
        cluster.run("wait", "-n", namespace, "--for=condition=Ready", f"pod/{pod}", "--timeout=300s")
        return action(pod)
    finally:
        cluster.run("delete", "-n", namespace, "pod", pod, "--wait=true")


def objects(cluster: Cluster, namespace: str) -> dict:
    """Names by kind, of what no controller made."""
    kinds = cluster.run("api-resources", "--namespaced", "--verbs=list", "-o", "name").decode().split()
    found = {}
    for kind in sorted(set(kinds) - set(NOT_LISTED)):
        names = [
            o["metadata"]["name"]
            for o in cluster.get(kind, "-n", namespace)["items"]
            if not any(r.get("controller") for r in o["metadata"].get("ownerReferences", []))
        ]
        if names:
            found[kind] = sorted(names)
    return found


def fingerprint(cluster: Cluster, namespace: str) -> dict:
    """Every file of the three file volumes, the checksum of the block volume, and the objects by kind and name."""
    pod = keeper(cluster, namespace)
    raw = cluster.execute(namespace, pod, "sha256sum", "/dev/raw").decode().split()[0]
    return {
        "volumes": {
            "files": cluster.files(namespace, pod, "/files"),
            "plain": cluster.files(namespace, pod, "/plain"),
            "idle": with_idle(cluster, namespace, lambda p: cluster.files(namespace, p, "/idle")),
            "raw": {"sha256": raw},
        },
        "objects": objects(cluster, namespace),
    }
