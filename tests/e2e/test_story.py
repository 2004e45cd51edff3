"""The whole story with nothing but kubectl: export on east, import and restore on west, by the controllers there."""

import base64
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import IMAGE, BedTest  # noqa: E402

SYSTEM = "tranship"
API = "tranship.io/v1alpha1"


def secret(name, **values):
    data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": SYSTEM}, "data": data}


def tranship(kind, name, spec):
    return {"apiVersion": API, "kind": kind, "metadata": {"name": name, "namespace": SYSTEM}, "spec": spec}


class Story(BedTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for cluster in ("east", "west"):
            hand = Story()
            hand.setUp()
            cls.addClassCleanup(hand.doCleanups)
            cls.addClassCleanup(hand.uninstall, cluster)
            hand.install(cluster)

    def runTest(self):
        """A hand for setUpClass: not a test."""

    def install(self, cluster):
        self.tranship("install", "--context", cluster, "--image", IMAGE)
        self.kubectl(cluster, "rollout", "status", "-n", SYSTEM, "deployment/tranship", "--timeout=120s")

    def uninstall(self, cluster):
        self.tranship("uninstall", "--context", cluster, "--crds", expect=None)
        self.remove_namespace(cluster, SYSTEM)

    # kubectl

    def apply(self, cluster, *objects):
        documents = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})
        self.kubectl(cluster, "apply", "-f", "-", stdin=documents)

    def object(self, cluster, kind, name, namespace=SYSTEM):
        text = self.kubectl(cluster, "get", f"{kind}.tranship.io", name, "-n", namespace, "-o", "json", check=False)
        return json.loads(text) if text.strip() else {}

    def objects(self, cluster, kind, *arguments):
        return self.get(cluster, f"{kind}.tranship.io", "-n", SYSTEM, *arguments)["items"]

    def ended(self, cluster, kind, name, phase="Succeeded"):
        """The action's status once it has ended, which must be in that phase."""
        ends = ("Succeeded", "Failed", "Cancelled")
        found = self.wait_until(
            f"{kind} {name} on {cluster} ends",
            lambda: next(
                (each for each in [self.object(cluster, kind, name)] if each.get("status", {}).get("phase") in ends),
                None,
            ),
            seconds=300,
        )
        self.assertEqual(found["status"]["phase"], phase, json.dumps(found["status"], indent=1))
        return found["status"]

    def run_policy(self, cluster, name, value):
        self.kubectl(
            cluster, "annotate", "policy.tranship.io", name, "-n", SYSTEM, f"tranship.io/run={value}", "--overwrite"
        )

    def location_objects(self, name, keys, access, passphrase=None):
        """A Location on the depot's bucket, in a folder of this test, and its Secrets."""
        spec = {
            "s3": {
                "bucket": self.s3["bucket"],
                "prefix": self.location.split("/")[-1],
                "endpoint": self.s3["endpoint"],
                "credentialsSecret": {"name": f"{name}-keys"},
            },
            "access": access,
        }
        objects = [
            secret(f"{name}-keys", accessKeyId=keys["access_key_id"], secretAccessKey=keys["secret_access_key"]),
        ]
        if passphrase:
            spec["passphraseSecret"] = {"name": f"{name}-passphrase"}
            objects.append(secret(f"{name}-passphrase", passphrase=passphrase))
        return [*objects, tranship("Location", name, spec)]

    def ready(self, cluster, name):
        def condition():
            for each in self.object(cluster, "location", name).get("status", {}).get("conditions", []):
                if each["type"] == "Ready" and each["status"] == "True":
                    return each
            return None

        return self.wait_until(f"location {name} on {cluster} is ready", condition)

    def reader_keys(self):
        made = self.bed_command("depot", "readonly-user", "--name", self.bed).strip().splitlines()[-1]
        return json.loads(Path(made).read_text())

    def test_export_import_and_restore_by_kubectl(self):
        source = self.load("minio", mebibytes=16)
        before = self.fingerprint("minio", "east", source)
        self.namespace("minio-replica")

        # East: a location, tested by doing; an export with a transfer token at its end.
        self.apply("east", *self.location_objects("depot", self.s3, "ReadWrite", "a passphrase of the story"))
        self.ready("east", "depot")
        self.apply(
            "east", tranship("Export", "first", {"application": {"namespace": source}, "location": {"name": "depot"}})
        )
        exported = self.ended("east", "export", "first")
        self.assertEqual(exported["restorePoint"]["namespace"], source)
        token = self.get("east", "secret", exported["tokenSecret"]["name"], "-n", SYSTEM)["data"]["token"]
        self.assertNotIn(base64.b64decode(token).decode()[30:60], json.dumps(self.object("east", "export", "first")))

        # West: the same store with keys that may only read and no passphrase; an import policy, run once.
        self.apply("west", *self.location_objects("depot", self.reader_keys(), "ReadOnly"))
        self.ready("west", "depot")
        self.apply(
            "west",
            secret("minio-token", token=base64.b64decode(token).decode()),
            tranship(
                "Policy",
                "standby",
                {
                    "schedule": {"frequency": "Daily"},
                    "import": {"location": {"name": "depot"}, "tokenSecret": {"name": "minio-token"}},
                },
            ),
        )
        self.run_policy("west", "standby", "once")
        points = self.wait_until("the restore point arrives", lambda: self.objects("west", "restorepoint"))
        self.assertEqual([point["spec"]["application"] for point in points], ["minio"])
        self.assertEqual(points[0]["status"]["consistency"], "volume-snapshot")

        # West: the plan first, then the restore into a new namespace, with another StorageClass.
        restore = {
            "restorePoint": {"name": points[0]["metadata"]["name"]},
            "targetNamespace": "minio-replica",
            "storageClasses": {"standard": "fast"},
        }
        self.apply("west", tranship("Restore", "look", {**restore, "planOnly": True}))
        plan = self.ended("west", "restore", "look")["plan"]
        self.assertFalse(plan.get("blockers"))
        self.assertEqual(self.kubectl("west", "get", "namespace", "minio-replica", "--ignore-not-found").strip(), "")
        self.apply("west", tranship("Restore", "replica", restore))
        restored = self.ended("west", "restore", "replica")
        self.assertTrue(restored["address"], restored)
        self.assertEqual(before, self.fingerprint("minio", "west", "minio-replica"))

        # The next export arrives with the next import, and nothing is imported twice.
        self.apply(
            "east",
            tranship(
                "Policy",
                "nightly",
                {"applications": {"namespaces": [source]}, "export": {"location": {"name": "depot"}}},
            ),
        )
        self.run_policy("east", "nightly", "once")
        self.wait_until(
            "the policy's export has ended",
            lambda: self.object("east", "policy", "nightly").get("status", {}).get("lastSuccessfulRunTime"),
            seconds=300,
        )
        self.run_policy("west", "standby", "again")
        self.wait_until("the second restore point arrives", lambda: len(self.objects("west", "restorepoint")) == 2)
        self.assert_no_leftovers()


if __name__ == "__main__":
    unittest.main()
