"""A standby kept up to date in place: an import policy with restore, run after run into the same namespace."""

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import controllers  # noqa: E402
from controllers import PASSPHRASE, SYSTEM, secret, tranship  # noqa: E402

APPLICATION = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: files}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 256Mi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: files}
spec:
  selector: {matchLabels: {app: files}}
  template:
    metadata: {labels: {app: files}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: files
        image: bed.local/busybox:1
        imagePullPolicy: Never
        args: [-c, "sleep 36000"]
        volumeMounts: [{name: files, mountPath: /data}]
      volumes: [{name: files, persistentVolumeClaim: {claimName: files}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: blocks}
spec:
  serviceName: blocks
  selector: {matchLabels: {app: blocks}}
  template:
    metadata: {labels: {app: blocks}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: blocks
        image: bed.local/busybox:1
        imagePullPolicy: Never
        args: [-c, "sleep 36000"]
        volumeDevices: [{name: raw, devicePath: /dev/raw}]
  volumeClaimTemplates:
  - metadata: {name: raw}
    spec: {accessModes: [ReadWriteOnce], volumeMode: Block, resources: {requests: {storage: 64Mi}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: yearly}
spec:
  schedule: "0 0 1 1 *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: c, image: "bed.local/busybox:1", volumeMounts: [{name: files, mountPath: /data}]}]
          volumes: [{name: files, persistentVolumeClaim: {claimName: files}}]
"""

FIRST = """
cd /data && mkdir -p kept changed goes/with && echo same > kept/file
dd if=/dev/urandom of=changed/large bs=1M count=MEBIBYTES 2>/dev/null
echo first > changed/small && ln -s small changed/turns && echo x > goes/with/it
chmod 640 kept/file && chown 7:8 kept/file
"""
SECOND = """
cd /data && dd if=/dev/urandom of=changed/large bs=1M count=2 seek=3 conv=notrunc 2>/dev/null
dd if=/dev/urandom of=added bs=1M count=MEBIBYTES 2>/dev/null
echo second > changed/small && rm changed/turns && mkdir changed/turns && echo folder > changed/turns/file
rm -r goes && chmod 600 kept/file
"""
# What the copy itself did since: must not survive.
OF_THE_COPY = "cd /data && echo mine > changed/small && echo mine > mine && rm kept/file && mkdir kept/file"
LOOK = """
cd /data && find . -mindepth 1 -name lost+found -prune -o -exec stat -c '%n %F %s %a %u %g %Y' {} + |
grep -v ' directory ' | sort && find . -type f -exec sha256sum {} + | sort && readlink changed/turns; true
"""


class Standby(controllers.ControllerTest):
    def shell(self, cluster, namespace, workload, script):
        return self.kubectl(cluster, "exec", "-n", namespace, workload, "--", "sh", "-c", script)

    def running(self, cluster, namespace):
        for workload in ("deployment/files", "statefulset/blocks"):
            self.kubectl(cluster, "rollout", "status", "-n", namespace, workload, "--timeout=300s")

    def application(self, name, mebibytes):
        self.namespace(name, "east")
        self.kubectl("east", "create", "namespace", name)
        self.kubectl("east", "apply", "-n", name, "-f", "-", stdin=APPLICATION)
        self.running("east", name)
        self.shell("east", name, "deployment/files", FIRST.replace("MEBIBYTES", str(mebibytes)))
        self.shell("east", name, "statefulset/blocks", "dd if=/dev/urandom of=/dev/raw bs=1M count=24 && sync")
        return name

    def look(self, cluster, namespace):
        files = self.shell(cluster, namespace, "deployment/files", LOOK)
        raw = self.shell(cluster, namespace, "statefulset/blocks", "head -c 67108864 /dev/raw | sha256sum")
        return files + raw

    def export(self, namespace, name, create_token=False):
        spec = {
            "application": {"namespace": namespace},
            "location": {"name": "depot"},
            "token": {"create": create_token},
        }
        self.apply("east", tranship("Export", name, spec))
        return self.ended("east", "export", name)

    def policy_restores(self, run, count):
        """Runs the import policy, and waits until so many restores have ended well."""
        self.run_policy("west", "standby", run)

        def ended():
            found = [
                each
                for each in self.objects("west", "restore", "-l", "tranship.io/policy=standby")
                if each.get("status", {}).get("completionTime")
            ]
            return found if len(found) == count else None

        restores = self.wait_until(f"restore {count} of the policy ends", ended, seconds=400)
        for each in restores:
            self.assertEqual(each["status"]["phase"], "Succeeded", json.dumps(each["status"], indent=1))
        return restores

    def prepared(self, name, mebibytes):
        """An application on east, exported with a token, and a policy on west that restores what it imports."""
        source = self.application(name, mebibytes)
        target = self.namespace(f"{name}-standby")
        self.apply("east", *self.location_objects("depot", self.s3, "ReadWrite", PASSPHRASE))
        self.ready("east", "depot")
        exported = self.export(source, f"{name}-first", True)
        token = self.get("east", "secret", exported["tokenSecret"]["name"], "-n", SYSTEM)["data"]["token"]
        self.apply("west", *self.location_objects("depot", self.reader_keys(), "ReadOnly"))
        self.ready("west", "depot")
        given = secret("standby-token")
        given["data"]["token"] = token
        policy = {
            "schedule": {"frequency": "Daily"},
            "import": {"location": {"name": "depot"}, "tokenSecret": {"name": "standby-token"}},
            "restore": {"targetNamespace": target, "storageClasses": {"standard": "fast"}},
        }
        for kind in ("restorepoint", "import", "restore", "policy"):
            self.addCleanup(self.kubectl, "west", "delete", f"{kind}.tranship.io", "--all", "-n", SYSTEM)
        self.apply("west", given, tranship("Policy", "standby", policy))
        self.policy_restores("first", 1)
        self.running("west", target)
        self.assertEqual(self.look("east", source), self.look("west", target))
        return source, target

    def change(self, source, mebibytes):
        self.shell("east", source, "deployment/files", SECOND.replace("MEBIBYTES", str(mebibytes)))
        self.shell(
            "east",
            source,
            "statefulset/blocks",
            "dd if=/dev/urandom of=/dev/raw bs=1M count=2 seek=5 conv=notrunc && sync",
        )
        self.kubectl("east", "scale", "-n", source, "statefulset/blocks", "--replicas=1")
        self.kubectl("east", "label", "-n", source, "deployment/files", "second=yes")

    def assert_nothing_remembered(self, target):
        for kind in ("deployments", "statefulsets", "cronjobs"):
            self.assertNotIn("tranship.io/stopped", self.kubectl("west", "get", kind, "-n", target, "-o", "yaml"))
        snapshots = self.get("west", "volumesnapshots.snapshot.storage.k8s.io", "-n", target)["items"]
        self.assertEqual([each["metadata"]["name"] for each in snapshots], [])
        self.wait_until("nothing is left over", lambda: not self.leftovers())

    def test_every_import_brings_the_standby_up_to_date(self):
        source, target = self.prepared("warm", 12)
        claims = self.get("west", "pvc", "-n", target)["items"]
        self.change(source, 8)
        self.shell("west", target, "deployment/files", OF_THE_COPY)
        self.export(source, "warm-second")
        restores = self.policy_restores("second", 2)
        self.running("west", target)
        self.assertEqual(self.look("east", source), self.look("west", target))
        same = self.get("west", "pvc", "-n", target)["items"]
        self.assertEqual([each["metadata"]["uid"] for each in claims], [each["metadata"]["uid"] for each in same])
        labels = self.get("west", "deployment", "files", "-n", target)["metadata"]["labels"]
        self.assertEqual(labels["second"], "yes")
        self.assertFalse(self.get("west", "cronjob", "yearly", "-n", target)["spec"].get("suspend"))
        older, newer = sorted(restores, key=lambda each: each["metadata"]["creationTimestamp"])
        actions = {each["object"]: each["action"] for each in newer["status"]["plan"]["objects"]}
        self.assertEqual(actions[f"PersistentVolumeClaim {target}/files"], "update")
        self.assertIn("Deployment files stands still", json.dumps(newer["status"]["plan"]["notes"]))
        self.assert_nothing_remembered(target)

        # By hand, and keeping what is there: refused with the way out. Rules change what is restored, or block it.
        restore = {
            "restorePoint": {"name": older["spec"]["restorePoint"]["name"]},
            "targetNamespace": target,
            "planOnly": True,
        }
        self.apply("west", tranship("Restore", "kept", restore))
        kept = self.ended("west", "restore", "kept", "Failed")
        self.assertIn("--existing update", json.dumps(kept["plan"]["blockers"]))
        self.rules(restore)

    def rules(self, restore):
        def rule_set(name, path):
            rule = {
                "name": "replicas",
                "subject": {"kind": "Deployment"},
                "patch": [{"op": "replace", "path": path, "value": 2}],
            }
            return tranship("TransformSet", name, {"transforms": [rule]})

        sets = {"fits": "/spec/replicas", "fails": "/spec/none", "bad": "/kind"}
        self.apply("west", *(rule_set(name, path) for name, path in sets.items()))

        def ready(name):
            conditions = self.object("west", "transformset", name).get("status", {}).get("conditions", [])
            return next((each for each in conditions if each["type"] == "Ready"), None)

        self.assertEqual(self.wait_until("a set is looked at", lambda: ready("fits"))["status"], "True")
        bad = self.wait_until("a set is looked at", lambda: ready("bad"))
        self.assertEqual(bad["status"], "False")
        self.assertIn("spec.transforms[0]", bad["message"])
        looked = {**restore, "existing": "Update"}
        names = [{"name": name} for name in ("fits", "fails", "bad", "none")]
        self.apply(
            "west",
            tranship("Restore", "fits", {**looked, "transforms": names[:1]}),
            tranship("Restore", "fails", {**looked, "transforms": names}),
        )
        fits = {each["object"]: each for each in self.ended("west", "restore", "fits")["plan"]["objects"]}
        deployment = fits[f"Deployment {restore['targetNamespace']}/files"]
        # The older restore point has no label yet.
        removed = 'metadata.labels: {"second":"yes"} -> (none)'
        self.assertEqual(deployment["changes"], [removed, "spec.replicas: 1 -> 2"])
        blockers = json.dumps(self.ended("west", "restore", "fails", "Failed")["plan"]["blockers"])
        for name in ("bad", "none"):
            self.assertIn(f"TransformSet tranship/{name}", blockers)
        for words in ("rule 'replicas' of TransformSet fails", "/spec/none"):
            self.assertIn(words, blockers)
        self.kubectl("west", "delete", "transformset.tranship.io", "--all", "-n", SYSTEM)

    def test_a_controller_killed_in_the_middle_goes_on(self):
        source, target = self.prepared("killed", 100)
        self.change(source, 100)
        self.export(source, "killed-second")
        self.run_policy("west", "standby", "second")
        state = "jsonpath={.metadata.annotations.tranship\\.io/volume-state}"
        self.wait_until(
            "the update has begun",
            lambda: self.kubectl("west", "get", "pvc", "files", "-n", target, "-o", state) == "updating",
        )
        self.wait_until("a mover runs", lambda: self.running_mover("west"))
        self.kill_controller("west")
        # What stands still keeps standing, and the way back is there.
        self.assertEqual(self.get("west", "deployment", "files", "-n", target)["spec"]["replicas"], 0)
        snapshots = self.kubectl("west", "get", "volumesnapshots.snapshot.storage.k8s.io", "-n", target, "-o", "name")
        self.assertIn("tranship-before-files-update", snapshots)
        self.policy_restores("second", 2)
        self.running("west", target)
        self.assertEqual(self.look("east", source), self.look("west", target))
        self.assert_nothing_remembered(target)


if __name__ == "__main__":
    unittest.main()
