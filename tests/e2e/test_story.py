"""The whole story with nothing but kubectl: export on east, import and restore on west, by the controllers there."""

import base64
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import controllers  # noqa: E402
from controllers import PASSPHRASE, SYSTEM, secret, tenant, tranship  # noqa: E402


class Story(controllers.ControllerTest):
    def test_export_import_and_restore_by_kubectl(self):
        source = self.load("minio", mebibytes=16)
        before = self.fingerprint("minio", "east", source)
        self.namespace("minio-replica")

        # East: a location, tested by doing; an export with a transfer token at its end.
        self.apply("east", *self.location_objects("depot", self.s3, "ReadWrite", PASSPHRASE))
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
        self.assertEqual(points[0]["status"]["sourceCluster"], "east")

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
        # Its retention keeps one; what was exported by hand stays.
        self.kubectl(
            *("east", "patch", "policy.tranship.io", "nightly", "-n", SYSTEM, "--type=merge"),
            *("-p", json.dumps({"spec": {"retention": {"exported": {"latest": 1}}}})),
        )
        first = self.object("east", "policy", "nightly")["status"]["lastRunTime"]
        self.run_policy("east", "nightly", "again")
        self.wait_until(
            "the policy's second export has ended",
            lambda: self.object("east", "policy", "nightly")["status"].get("lastSuccessfulRunTime", first) > first,
            seconds=300,
        )
        listed = self.tranship(
            *("restore-points", "--output", "json"), *self.at_depot(), environment=self.with_passphrase()
        )
        self.assertEqual(len(listed.json["restorePoints"]), 2)
        views = self.get("east", "restorepoints.tranship.io", "-n", source)["items"]
        self.assertEqual(len([each for each in views if each["spec"]["location"]["name"] == "depot"]), 2)
        self.run_policy("west", "standby", "again")
        self.wait_until("the second restore point arrives", lambda: len(self.objects("west", "restorepoint")) == 2)

        # The source is gone: a location and its passphrase show everything again, and nothing else was kept.
        for kind in ("policy", "location", "restorepoint"):
            self.kubectl("west", "delete", f"{kind}.tranship.io", "--all", "-n", SYSTEM)
        self.apply("west", *self.location_objects("rescue", self.reader_keys(), "ReadOnly", PASSPHRASE))
        found = self.wait_until("everything is seen again", lambda: self.whole_list("west", 2))
        self.assertEqual({point["spec"].get("imported", False) for point in found}, {False})
        self.assertEqual({point["spec"]["location"]["name"] for point in found}, {"rescue"})
        self.assert_no_leftovers()

    def whole_list(self, cluster, count):
        points = self.objects(cluster, "restorepoint")
        return points if len(points) == count else None

    def test_a_controller_that_is_killed_goes_on(self):
        source = self.load("minio", mebibytes=16)
        before = self.fingerprint("minio", "east", source)
        target = self.namespace("minio-beside", "east")
        self.apply("east", *self.location_objects("kept", self.s3, "ReadWrite", PASSPHRASE))
        self.ready("east", "kept")
        spec = {"application": {"namespace": source}, "location": {"name": "kept"}, "token": {"create": False}}
        self.apply("east", tranship("Export", "killed", spec))
        self.started("east", "export", "killed", "volumes-out")
        self.kill_controller("east")
        exported = self.ended("east", "export", "killed")
        # Between two namespaces of one cluster: the restore point is in the application's.
        restore = {"restorePoint": exported["restorePoint"], "targetNamespace": target}
        self.apply("east", tranship("Restore", "killed", restore))
        for step in ("volumes-in", "ready"):
            self.started("east", "restore", "killed", step)
            self.kill_controller("east")
        self.ended("east", "restore", "killed")
        self.assertEqual(before, self.fingerprint("minio", "east", target))
        points = self.tranship(
            "restore-points", "--output", "json", *self.at_depot(), environment=self.with_passphrase()
        )
        self.assertEqual(len(points.json["restorePoints"]), 1, "made once")
        self.wait_until("nothing is left over", lambda: not self.leftovers())

    def test_what_cannot_be_done_is_said(self):
        source = self.load("minio", mebibytes=16)
        self.apply("east", *self.location_objects("read", self.reader_keys(), "ReadWrite", PASSPHRASE))

        def refused():
            conditions = self.object("east", "location", "read").get("status", {}).get("conditions", [])
            return next((each for each in conditions if each["type"] == "Ready" and each["status"] == "False"), None)

        self.assertIn("written", self.wait_until("a location that cannot be written is not ready", refused)["message"])
        cases = {
            "absent": ({"application": {"namespace": source}, "location": {"name": "absent"}}, "location.not_found"),
            "nothing": ({"application": {"namespace": "no-such"}, "location": {"name": "read"}}, ""),
        }
        for name, (spec, code) in cases.items():
            self.apply("east", tranship("Export", name, spec))
            error = self.ended("east", "export", name, "Failed")["error"]
            self.assertIn(code, error["code"])
            self.assertTrue(error["fix"], error)
        # A tenant's wishes are about its own namespace.
        self.apply(
            "east",
            tenant("Export", "theirs", "default", {"application": {"namespace": source}, "location": {"name": "read"}}),
        )
        theirs = self.wait_until(
            "a tenant's export fails",
            lambda: self.object("east", "export", "theirs", "default").get("status", {}).get("error"),
        )
        self.kubectl("east", "delete", "export.tranship.io", "theirs", "-n", "default")
        self.assertEqual(theirs["code"], "scope.namespace")
        for text, code in (
            ("something else", "token.none"),
            ("tranship1_AAAA", "token.cut"),
            ("tranship9_AAAA", "token.version"),
        ):
            self.apply(
                "east",
                secret(f"bad-{code[6:]}", token=text),
                tranship(
                    "Import",
                    f"bad-{code[6:]}",
                    {"location": {"name": "read"}, "tokenSecret": {"name": f"bad-{code[6:]}"}},
                ),
            )
            self.assertEqual(self.ended("east", "import", f"bad-{code[6:]}", "Failed")["error"]["code"], code)


if __name__ == "__main__":
    unittest.main()
