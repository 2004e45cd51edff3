"""Compares an application object by object between two places.

What may differ is in this file's two tables, and docs/differences.md says why.
"""

import json
import re

# Kinds that controllers make again, or that belong to one cluster only.
NOT_COMPARED = {
    "events",
    "events.events.k8s.io",
    "endpoints",
    "endpointslices.discovery.k8s.io",
    "replicasets.apps",
    "controllerrevisions.apps",
    "leases.coordination.k8s.io",
    "pods.metrics.k8s.io",
    "volumesnapshots.snapshot.storage.k8s.io",
    "localsubjectaccessreviews.authorization.k8s.io",
    "bindings",
    "csistoragecapacities.storage.k8s.io",
}
METADATA = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink", "namespace")
ANNOTATIONS = (
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/revision",
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
    "volume.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/selected-node",
    "volume.beta.kubernetes.io/storage-provisioner",
    "tranship.io/restore-point",
    "tranship.io/volume-state",
    "tranship.io/restore",
    "batch.kubernetes.io/job-tracking",
    "kubernetes.io/limit-ranger",
    "control-plane.alpha.kubernetes.io/leader",
)
# kind -> paths that are the cluster's own.
PATHS = {
    "Service": (("spec", "clusterIP"), ("spec", "clusterIPs"), ("spec", "healthCheckNodePort")),
    "PersistentVolumeClaim": (
        ("spec", "volumeName"),
        ("spec", "storageClassName"),
        ("spec", "dataSource"),
        ("spec", "dataSourceRef"),
    ),
    "Job": (("spec", "selector"), ("spec", "template", "metadata", "labels")),
    "ServiceAccount": (("secrets",),),
    "Pod": (("spec", "nodeName"), ("spec", "priority"), ("spec", "tolerations")),
}


def drop(value, path):
    for key in path[:-1]:
        value = value.get(key) if isinstance(value, dict) else None
        if value is None:
            return
    if isinstance(value, dict):
        value.pop(path[-1], None)


def without_nulls(value):
    """Some releases say null where others say nothing."""
    if isinstance(value, dict):
        return {key: without_nulls(each) for key, each in value.items() if each is not None}
    return [without_nulls(each) for each in value] if isinstance(value, list) else value


def normalise(item, namespace, status_kinds):
    item = without_nulls(item)
    metadata = item["metadata"]
    for key in METADATA:
        metadata.pop(key, None)
    for key in ANNOTATIONS:
        metadata.get("annotations", {}).pop(key, None)
    if not metadata.get("annotations"):
        metadata.pop("annotations", None)
    metadata["ownerReferences"] = [
        {key: owner[key] for key in owner if key != "uid"} for owner in metadata.get("ownerReferences", [])
    ]
    if item["kind"] not in status_kinds:
        item.pop("status", None)
    for path in PATHS.get(item["kind"], ()):
        drop(item, path)
    if item["kind"] == "Service":
        for port in item["spec"].get("ports", []):
            port.pop("nodePort", None)
    if item["kind"] == "StatefulSet":
        for template in item["spec"].get("volumeClaimTemplates", []):
            template.get("spec", {}).pop("storageClassName", None)
            template.pop("status", None)
    if item["kind"] == "Pod":
        strip_token_volume(item)
    for subject in item.get("subjects") or []:
        if subject.get("namespace") == namespace:
            subject["namespace"] = "NAMESPACE"
    return item


def strip_token_volume(pod):
    names = {
        volume["name"] for volume in pod["spec"].get("volumes", []) if volume["name"].startswith("kube-api-access-")
    }
    pod["spec"]["volumes"] = [volume for volume in pod["spec"].get("volumes", []) if volume["name"] not in names]
    for container in pod["spec"].get("containers", []) + pod["spec"].get("initContainers", []):
        container["volumeMounts"] = [
            mount for mount in container.get("volumeMounts", []) if mount["name"] not in names
        ]


def controlled(item):
    return any(
        owner.get("controller")
        and owner["kind"]
        in ("ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController", "Deployment")
        for owner in item["metadata"].get("ownerReferences", [])
    )


def finished(item):
    return any(
        condition["type"] in ("Complete", "Failed") and condition["status"] == "True"
        for condition in item.get("status", {}).get("conditions") or []
    )


def made_by_server(item):
    name = item["metadata"]["name"]
    return (
        (item["kind"] == "Job" and finished(item))
        or (item["kind"] == "ConfigMap" and name == "kube-root-ca.crt")
        or (item["kind"] == "Secret" and item.get("type") == "kubernetes.io/service-account-token")
        or (item["kind"] == "Pod" and item.get("status", {}).get("phase") in ("Succeeded", "Failed"))
    )


def objects(test, cluster, namespace, status_kinds=()):
    """{"kind/name": normalised object} of everything comparable in a namespace."""
    resources = test.kubectl(cluster, "api-resources", "--namespaced", "--verbs=list,create", "-o", "name").split()
    found = {}
    wanted = [resource for resource in resources if resource not in NOT_COMPARED]
    for item in test.get(cluster, ",".join(wanted), "-n", namespace)["items"]:
        if controlled(item) or made_by_server(item) or item["metadata"].get("deletionTimestamp"):
            continue
        group = item["apiVersion"].rpartition("/")[0]
        found[f"{item['kind']}.{group}/{item['metadata']['name']}"] = normalise(item, namespace, status_kinds)
    return found


def differences(left, right, path=""):
    """Paths at which two normalised objects differ."""
    if isinstance(left, dict) and isinstance(right, dict):
        result = []
        for key in sorted(left.keys() | right.keys()):
            if left.get(key) != right.get(key):
                result += differences(left.get(key), right.get(key), f"{path}.{key}")
        return result
    return [] if left == right else [f"{path}: {json.dumps(left)[:200]} -> {json.dumps(right)[:200]}"]


def assert_same(test, source, target, sample_kinds=(), ignore=()):
    """Every object of `source` (cluster, namespace) is in `target`, alike, and nothing else is."""
    left = objects(test, *source, status_kinds=sample_kinds)
    right = objects(test, *target, status_kinds=sample_kinds)
    ignored = re.compile("|".join(ignore)) if ignore else None
    keep = lambda name: not (ignored and ignored.search(name))  # noqa: E731
    test.assertEqual(sorted(filter(keep, left)), sorted(filter(keep, right)), "not the same objects")
    wrong = {}
    for name, item in left.items():
        if keep(name) and (found := differences(item, right[name])):
            wrong[name] = found
    test.assertEqual(wrong, {}, json.dumps(wrong, indent=1))
    return len(left)
