"""Local restore points: backup, restore beside and in place, export of one, policies with both, retention, ends."""

import base64
import json
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import controllers  # noqa: E402
from controllers import PASSPHRASE, SYSTEM, secret, tenant, tranship  # noqa: E402
from test_standby import APPLICATION, FIRST, LOOK, SECOND  # noqa: E402

SNAPSHOTS = "volumesnapshots.snapshot.storage.k8s.io"
CONTENTS = "volumesnapshotcontents.snapshot.storage.k8s.io"
POINT = "tranship.io/local-point"
HIDDEN = "a value that stays in Secrets"


class Local(controllers.ControllerTest):
    def shell(self, cluster, namespace, workload, script):
        return self.kubectl(cluster, "exec", "-n", namespace, workload, "--", "sh", "-c", script)

    def running(self, cluster, namespace):
        for workload in ("deployment/files", "statefulset/blocks"):
            self.kubectl(cluster, "rollout", "status", "-n", namespace, workload, "--timeout=300s")

    def application(self, name, mebibytes=8):
        self.namespace(name, "east")
        self.kubectl("east", "create", "namespace", name)
        self.kubectl("east", "create", "secret", "generic", "hidden", "-n", name, f"--from-literal=value={HIDDEN}")
        self.kubectl("east", "apply", "-n", name, "-f", "-", stdin=APPLICATION)
        self.running("east", name)
        self.shell("east", name, "deployment/files", FIRST.replace("MEBIBYTES", str(mebibytes)))
        self.shell("east", name, "statefulset/blocks", "dd if=/dev/urandom of=/dev/raw bs=1M count=24 && sync")
        return name

    def change(self, name, mebibytes=4):
        self.shell("east", name, "deployment/files", SECOND.replace("MEBIBYTES", str(mebibytes)))
        raw = "dd if=/dev/urandom of=/dev/raw bs=1M count=2 seek=5 conv=notrunc && sync"
        self.shell("east", name, "statefulset/blocks", raw)

    def look(self, cluster, namespace):
        self.running(cluster, namespace)
        files = self.shell(cluster, namespace, "deployment/files", LOOK)
        return files + self.shell(cluster, namespace, "statefulset/blocks", "head -c 67108864 /dev/raw | sha256sum")

    def back_up(self, namespace, name, phase="Succeeded", **more):
        self.apply("east", tranship("Backup", name, {"application": {"namespace": namespace}, **more}))
        return self.ended("east", "backup", name, phase)

    def depot(self):
        self.apply("east", *self.location_objects("depot", self.s3, "ReadWrite", PASSPHRASE))
        self.ready("east", "depot")

    def points(self, namespace, kind="Local"):
        found = self.get("east", "restorepoints.tranship.io", "-n", namespace)["items"]
        return [each for each in found if each["spec"]["kind"] == kind]

    def names(self, kind, namespace=None, label=POINT):
        where = ["-n", namespace] if namespace else []
        return self.kubectl("east", "get", kind, *where, "-l", label, "-o", "name").split()

    def assert_gone(self, namespace):
        """Nothing of any local restore point is there, nor what only a restore needs."""
        self.wait_until("snapshots are removed", lambda: not self.names(SNAPSHOTS, namespace))
        self.wait_until("manifests are removed", lambda: not self.names("secrets", namespace))

        def contents():
            found = self.get("east", CONTENTS)["items"]
            return [each for each in found if each["spec"]["volumeSnapshotRef"]["namespace"] == namespace]

        self.wait_until("contents are removed", lambda: not contents())

    def assert_clean(self):
        self.wait_until("nothing is left over", lambda: not self.leftovers())
        self.assertEqual(self.names(CONTENTS, label="tranship.io/run"), [])
        self.wait_until("no volume is kept aside", lambda: not self.names("pv", label="tranship.io/kept-aside"))

    def test_backup_restore_and_export(self):
        source = self.application("bay")
        before = self.look("east", source)
        made = self.back_up(source, "first")
        point = self.object("east", "restorepoint", made["restorePoint"]["name"], source)
        self.assertEqual((point["spec"]["kind"], point["status"]["consistency"]), ("Local", "volume-snapshot"))
        self.assertEqual({each["name"] for each in point["status"]["volumes"]}, {"files", "raw-blocks-0"})
        self.assertEqual(len(self.names(SNAPSHOTS, source)), 2)
        for text in (HIDDEN, base64.b64encode(HIDDEN.encode()).decode()):
            self.assertNotIn(text, json.dumps(point))
        self.assert_clean()
        self.tranship("cleanup", "--context", "east", expect=None)
        self.assertEqual(len(self.names(SNAPSHOTS, source)), 2, "a restore point is no leftover")

        self.change(source)
        changed = self.look("east", source)
        self.assertNotEqual(before, changed)
        reference = {"name": point["metadata"]["name"], "namespace": source}
        self.restored_beside(reference, before)
        self.exported_and_imported(reference, point, before)
        self.second_backup_holds_nothing_of_the_first(source)
        self.restored_in_place(reference, source, before)

        for each in self.points(source):
            self.kubectl("east", "delete", "restorepoint.tranship.io", each["metadata"]["name"], "-n", source)
        self.assert_gone(source)
        self.assertEqual(before, self.look("east", source), "claims do not need the snapshots they were made from")
        self.assertEqual(len(self.points(source, "Exported")), 1, "what was exported stays")
        self.assert_clean()

    def restored_beside(self, reference, before):
        target = self.namespace("bay-copy", "east")
        restore = {"restorePoint": reference, "targetNamespace": target}
        other = {**restore, "storageClasses": {"standard": "local"}, "planOnly": True}
        self.apply("east", tranship("Restore", "other-driver", other))
        blockers = json.dumps(self.ended("east", "restore", "other-driver", "Failed")["plan"]["blockers"])
        self.assertIn("a snapshot becomes a volume of its own driver alone", blockers)
        # A class that makes volumes only where a pod is to have them.
        late = {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": "late"},
            "provisioner": self.get("east", "storageclass", "standard")["provisioner"],
            "volumeBindingMode": "WaitForFirstConsumer",
        }
        self.addCleanup(self.kubectl, "east", "delete", "storageclass", "late", check=False)
        self.apply("east", late)
        self.apply("east", tranship("Restore", "beside", {**restore, "storageClasses": {"standard": "late"}}))
        self.ended("east", "restore", "beside")
        self.assertEqual(before, self.look("east", target))
        self.assertEqual(self.names(SNAPSHOTS, target, "app.kubernetes.io/managed-by=tranship"), [])
        self.assert_clean()

    def exported_and_imported(self, reference, point, before):
        target = self.namespace("bay-west")
        self.depot()
        self.apply("east", tranship("Export", "of-local", {"restorePoint": reference, "location": {"name": "depot"}}))
        exported = self.ended("east", "export", "of-local")
        view = self.object("east", "restorepoint", exported["restorePoint"]["name"], reference["namespace"])
        self.assertEqual(view["spec"]["kind"], "Exported")
        for field in ("createdAt", "consistency"):
            self.assertEqual(view["status"][field], point["status"][field])
        self.assertEqual(len(self.points(reference["namespace"])), 1)
        self.assertEqual(len(self.names(SNAPSHOTS, reference["namespace"])), 2, "the local one stays whole")
        self.assert_clean()
        token = self.get("east", "secret", exported["tokenSecret"]["name"], "-n", SYSTEM)["data"]["token"]
        self.apply("west", *self.location_objects("depot", self.reader_keys(), "ReadOnly"))
        self.ready("west", "depot")
        given = secret("bay-token")
        given["data"]["token"] = token
        imported = {"location": {"name": "depot"}, "tokenSecret": {"name": "bay-token"}}
        self.apply("west", given, tranship("Import", "of-local", imported))
        newest = self.ended("west", "import", "of-local")["newest"]
        restore = {"restorePoint": newest, "targetNamespace": target, "storageClasses": {"standard": "fast"}}
        self.apply("west", tranship("Restore", "of-local", restore))
        self.ended("west", "restore", "of-local")
        self.assertEqual(before, self.look("west", target))

    def second_backup_holds_nothing_of_the_first(self, source):
        made = self.back_up(source, "second")
        restore = {"restorePoint": made["restorePoint"], "targetNamespace": "bay-none", "planOnly": True}
        self.apply("east", tranship("Restore", "second-plan", restore))
        objects = self.ended("east", "restore", "second-plan")["plan"]["objects"]
        foreign = [each["object"] for each in objects if "tranship-point" in each["object"]]
        self.assertEqual(foreign, [])

    def restored_in_place(self, reference, source, before):
        restore = {"restorePoint": reference, "targetNamespace": source}
        self.apply("east", tranship("Restore", "keeping", restore))
        kept = self.ended("east", "restore", "keeping", "Failed")
        self.assertEqual(kept["error"]["code"], "plan.blocked")
        self.apply("east", tranship("Restore", "replacing", {**restore, "existing": "Replace"}))
        replaced = self.ended("east", "restore", "replacing")
        self.assertIn("Deployment files stands still", json.dumps(replaced["plan"]["notes"]))
        self.assertEqual(before, self.look("east", source))
        workloads = self.kubectl("east", "get", "deploy,sts,cj", "-n", source, "-o", "yaml")
        self.assertNotIn("tranship.io/stopped", workloads)
        self.assert_clean()

    def test_a_policy_backs_up_exports_and_thins_both(self):
        source = self.keeper("cove", 4)
        self.depot()
        policy = {
            "applications": {"namespaces": [source]},
            "backup": {},
            "export": {"location": {"name": "depot"}},
            "retention": {"local": {"latest": 1}, "exported": {"latest": 2}},
        }
        self.apply("east", tranship("Policy", "tidal", policy))
        for count, run in enumerate(("one", "two", "three"), 1):
            self.run_policy("east", "tidal", run)

            def ended(wanted=count):
                found = self.objects("east", "export", "-l", "tranship.io/policy=tidal")
                done = [each for each in found if each.get("status", {}).get("phase") == "Succeeded"]
                return len(done) == wanted

            self.wait_until(f"export {count} of the policy ends", ended, seconds=300)
        self.wait_until(
            "the policy tells of it", lambda: not self.object("east", "policy", "tidal")["status"].get("active")
        )
        self.assertEqual(len(self.points(source)), 1)
        self.assertEqual(len(self.points(source, "Exported")), 2)
        self.wait_until("thinned snapshots are gone", lambda: len(self.names(SNAPSHOTS, source)) == 1)
        newest = max(each["status"]["createdAt"] for each in self.points(source, "Exported"))
        self.assertEqual(self.points(source)[0]["status"]["createdAt"], newest)

        # One with an end of its own, which no policy thins.
        self.back_up(source, "brief", expiresAfter="15s")
        self.assertEqual(len(self.points(source)), 2)
        self.wait_until("its time is over", lambda: len(self.points(source)) == 1)
        self.wait_until("its snapshot is gone", lambda: len(self.names(SNAPSHOTS, source)) == 1)
        self.kubectl("east", "delete", "policy.tranship.io", "tidal", "-n", SYSTEM)
        self.assert_clean()

    def test_killed_in_the_middle_it_goes_on(self):
        source = self.application("dock")
        before = self.look("east", source)
        spec = {"application": {"namespace": source}}
        for number, pause in enumerate((0.0, 0.3, 0.8, 1.5)):
            name = f"killed-{number}"
            self.apply("east", tranship("Backup", name, spec))
            self.wait_until(f"{name} begins", lambda name=name: self.object("east", "backup", name).get("status"))
            time.sleep(pause)
            self.kill_controller("east")
            self.ended("east", "backup", name)
            self.assertEqual(len(self.points(source)), 1, "made once")
            self.assertEqual(len(self.names(SNAPSHOTS, source)), 2)
            self.assertEqual(len(self.names("secrets", source)), 1)
            self.wait_until("nothing is left over", lambda: not self.leftovers())
            if number < 3:
                self.kubectl("east", "delete", "restorepoint.tranship.io", "--all", "-n", source)
                self.assert_gone(source)
        self.change(source)
        reference = {"name": self.points(source)[0]["metadata"]["name"], "namespace": source}
        restore = {"restorePoint": reference, "targetNamespace": source, "existing": "Replace"}
        self.apply("east", tranship("Restore", "killed", restore))
        for step in ("volumes-in", "manifests", "ready"):
            self.started("east", "restore", "killed", step)
            self.kill_controller("east")
        self.ended("east", "restore", "killed")
        self.assertEqual(before, self.look("east", source))
        self.assert_clean()

    def test_cancelled_deleted_or_refused_it_leaves_nothing(self):
        source = self.keeper("quay", 2)
        spec = {"application": {"namespace": source}}
        for number, pause in enumerate((0.0, 0.5)):
            name = f"cancelled-{number}"
            self.apply("east", tranship("Backup", name, spec))
            self.wait_until(f"{name} begins", lambda name=name: self.object("east", "backup", name).get("status"))
            time.sleep(pause)
            patch = ("--type=merge", "-p", '{"spec": {"cancel": true}}')
            self.kubectl("east", "patch", "backup.tranship.io", name, "-n", SYSTEM, *patch)
            ended = self.wait_until(
                f"{name} ends",
                lambda name=name: self.object("east", "backup", name)["status"].get("completionTime")
                and self.object("east", "backup", name)["status"],
            )
            self.assertIn(ended["phase"], ("Cancelled", "Succeeded"))
            if ended["phase"] == "Cancelled":
                self.assertEqual((self.points(source), self.names(SNAPSHOTS, source)), ([], []))
            self.kubectl("east", "delete", "restorepoint.tranship.io", "--all", "-n", source)
            self.assert_gone(source)
        self.apply("east", tranship("Backup", "deleted", spec))
        self.wait_until("it begins", lambda: self.object("east", "backup", "deleted").get("status"))
        self.kubectl("east", "delete", "backup.tranship.io", "deleted", "-n", SYSTEM)
        self.wait_until("nothing is left over", lambda: not self.leftovers())
        self.kubectl("east", "delete", "restorepoint.tranship.io", "--all", "-n", source)
        self.assert_gone(source)
        self.refusals(source)
        self.assert_clean()

    def refusals(self, source):
        bare = self.namespace("bare", "east")
        self.kubectl("east", "create", "namespace", bare)
        claim = {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "plain", "namespace": bare},
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": "local",
                "resources": {"requests": {"storage": "64Mi"}},
            },
        }
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "user", "namespace": bare},
            "spec": {
                "terminationGracePeriodSeconds": 0,
                "containers": [
                    {
                        "name": "user",
                        "image": "bed.local/busybox:1",
                        "imagePullPolicy": "Never",
                        "args": ["-c", "sleep 3600"],
                        "volumeMounts": [{"name": "plain", "mountPath": "/data"}],
                    }
                ],
                "volumes": [{"name": "plain", "persistentVolumeClaim": {"claimName": "plain"}}],
            },
        }
        self.apply("east", claim, pod)
        self.kubectl("east", "wait", "-n", bare, "--for=condition=Ready", "pod/user", "--timeout=300s")
        error = self.back_up(bare, "no-class", "Failed")["error"]
        self.assertEqual(error["code"], "local.no-snapshots")
        self.assertIn("Export", error["fix"])
        self.assertEqual((self.points(bare), self.names("secrets", bare)), ([], []))
        self.apply("east", tenant("Backup", "nosy", bare, {"application": {"namespace": source}}))
        refused = self.wait_until(
            "it is refused", lambda: self.object("east", "backup", "nosy", bare).get("status", {}).get("error")
        )
        self.assertEqual(refused["code"], "scope.namespace")
        self.apply("east", tenant("Backup", "own", source, {"application": {"namespace": source}}))
        self.wait_until(
            "a namespace's own backup ends",
            lambda: self.object("east", "backup", "own", source).get("status", {}).get("phase") == "Succeeded",
        )


if __name__ == "__main__":
    unittest.main()
