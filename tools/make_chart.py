#!/usr/bin/env python3
"""Makes the Helm chart deploy/chart of the same files that `tranship install` writes: deploy/install and deploy/crds.

usage: make_chart.py [--check] [ROOT]    --check: writes nothing; fails when a file is not what would be written
"""
import json
import pathlib
import re
import sys

import made

CHART = pathlib.PurePosixPath("deploy/chart")
# What stands in a template for what `tranship install` has an option for.
PLACEHOLDERS = {
    "${NAMESPACE}": "{{ .Release.Namespace }}",
    "${IMAGE}": "{{ .Values.image }}",
    "${REPLICAS}": "{{ .Values.replicas }}",
    "${CLUSTER}": "{{ .Values.clusterName }}",
    "${VERSION}": "{{ .Chart.AppVersion }}",
}
# Helm makes the namespace (--create-namespace), and would not take over one that a chart has too.
LEFT_OUT = {"10-namespace.yaml"}
# A chart cannot ask which kinds a cluster serves: what `tranship install --rights any` writes.
APPLICATIONS_ROLE = """\
# Every kind, also those that are added later: backups read them, restores write them. `tranship install` computes the
# kinds that a cluster serves instead, unless it is given --rights any.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: tranship-${NAMESPACE}-applications
  labels:
    app.kubernetes.io/name: tranship
rules:
  - apiGroups: ["*"]
    resources: ["*"]
    verbs: [get, list, watch, create, patch, delete]
  - apiGroups: [rbac.authorization.k8s.io]
    resources: [roles, clusterroles]
    verbs: [escalate, bind]
"""
NOTES = """\
The controller runs in the namespace {{ .Release.Namespace }}. Add a location with `tranship location add`, or look at
its pages:

    tranship dashboard

Have the namespace refuse pods that want more than they need:

    kubectl label namespace {{ .Release.Namespace }} pod-security.kubernetes.io/enforce=restricted
"""
# Those of src/controller/install/manifests.cc: what goes into a template must not be able to end a YAML string.
NAME = "[A-Za-z0-9._:/@-]"


def version(root):
    return re.search(r"project\(\s*tranship\s+VERSION\s+([0-9.]+)", (root / "CMakeLists.txt").read_text()).group(1)


def template(text):
    if "{{" in text:
        sys.exit("a template of deploy/install has {{ in it, which Helm would take for its own")
    for placeholder, expression in PLACEHOLDERS.items():
        text = text.replace(placeholder, expression)
    return text


def values(root):
    return f"""\
# The image of the controller and of the movers; every node must get it without a pull secret.
image: tranship.io/tranship:{version(root)}
# One leads, the others stand by and serve the pages too.
replicas: 1
# What restore points and the pages call this cluster. Give clusters different names.
clusterName: ""
"""


def schema():
    return {
        "$schema": "https://json-schema.org/draft-07/schema#",
        "type": "object",
        "additionalProperties": False,
        "required": ["image", "replicas", "clusterName"],
        "properties": {
            "global": {"type": "object"},
            "image": {"type": "string", "pattern": f"^{NAME}+$"},
            "replicas": {"type": "integer", "minimum": 0, "maximum": 9},
            "clusterName": {"type": "string", "pattern": f"^{NAME}{{0,200}}$"},
        },
    }


def outputs(root):
    """Every file of the chart but its README: path from the root -> text."""
    files = {
        "Chart.yaml": f"""\
apiVersion: v2
name: tranship
description: Moves, copies and recovers Kubernetes applications with their data
type: application
version: {version(root)}
appVersion: "{version(root)}"
kubeVersion: ">=1.25.0-0"
""",
        "values.yaml": values(root),
        "values.schema.json": json.dumps(schema(), indent=2) + "\n",
        "templates/NOTES.txt": NOTES,
        "templates/32-cluster-role-applications.yaml": template(APPLICATIONS_ROLE),
    }
    for path in sorted((root / "deploy/install").glob("*.yaml")):
        if path.name not in LEFT_OUT:
            files[f"templates/{path.name}"] = template(path.read_text())
    for path in sorted((root / "deploy/crds").glob("*.yaml")):
        files[f"crds/{path.name}"] = path.read_text()
    return {str(CHART / name): text for name, text in files.items()}


def stray(root, files):
    for path in sorted((root / CHART).rglob("*")):
        if path.is_file() and path.name != "README.md" and str(path.relative_to(root)) not in files:
            yield path


def main():
    made.run("make_chart.py", __doc__, outputs, stray)


if __name__ == "__main__":
    main()
