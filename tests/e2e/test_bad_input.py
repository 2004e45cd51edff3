"""What can be wrong is said in one paragraph with the fix, with the right exit code, and nothing is written."""

import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import BED, BedTest  # noqa: E402

USAGE, BLOCKED, DENIED = 2, 4, 5


class BadInput(BedTest):
    def test_unknown_context(self):
        self.refused(
            "backup", "minio", "--context", "nowhere", *self.at_depot(), expect=1, says=["nowhere", "east", "west"]
        )

    def test_unknown_namespace_suggests_similar_ones(self):
        self.kubectl("east", "create", "namespace", "payments", check=False)
        self.addCleanup(self.remove_namespace, "east", "payments")
        self.refused(
            "backup", "payment", "--context", "east", *self.at_depot(), expect=1, says=["payment", "payments"]
        )

    def test_wrong_passphrase(self):
        source = self.load("minio", mebibytes=1)
        self.tranship("backup", source, "--context", "east", *self.at_depot())
        wrong = self.environment() | {"TRANSHIP_PASSWORD": "wrong"}
        self.refused(
            "backup",
            source,
            "--context",
            "east",
            *self.at_depot(),
            expect=DENIED,
            says=["password"],
            environment=wrong
        )
        self.refused("restore-points", *self.at_depot(), expect=DENIED, says=["password"], environment=wrong)

    def test_missing_bucket(self):
        self.kubectl("east", "create", "namespace", "empty-app", check=False)
        self.addCleanup(self.remove_namespace, "east", "empty-app")
        self.refused(
            "backup",
            "empty-app",
            "--context",
            "east",
            *self.at_depot("s3://no-such-bucket/x"),
            expect=1,
            says=["no-such-bucket"]
        )

    def test_wrong_credentials(self):
        self.kubectl("east", "create", "namespace", "empty-two", check=False)
        self.addCleanup(self.remove_namespace, "east", "empty-two")
        wrong = self.environment() | {"AWS_SECRET_ACCESS_KEY": "wrong-secret-key-0123456789"}
        run = self.refused(
            "backup",
            "empty-two",
            "--context",
            "east",
            *self.at_depot(),
            expect=DENIED,
            says=["secret"],
            environment=wrong
        )
        self.assertNotIn("wrong-secret-key-0123456789", run.err + run.out)

    def test_no_rights_lists_what_is_missing(self):
        self.kubectl("east", "create", "namespace", "locked", check=False)
        self.addCleanup(self.remove_namespace, "east", "locked")
        path = self.scratch / "nobody.kubeconfig"
        user = subprocess.run([BED, "user", "-h"], capture_output=True, text=True, check=False).stdout
        self.assertIn("user", user)
        made = self.bed_command("user", "--name", self.bed, "east", "nobody")
        path.write_text(Path(made.strip().splitlines()[-1]).read_text())
        run = self.refused("backup", "locked", "--context", path, *self.at_depot(), expect=DENIED, says=["nobody"])
        self.assertRegex(run.err, "get|list")

    def test_print_rbac_is_a_cluster_role(self):
        role = self.tranship("backup", "minio", "--context", "east", "--print-rbac", "--output", "json").json
        self.assertEqual(role["kind"], "ClusterRole")
        self.assertTrue(any("persistentvolumeclaims" in rule["resources"] for rule in role["rules"]))

    def test_namespace_being_deleted(self):
        name = "leaving"
        self.kubectl("east", "create", "namespace", name)
        self.addCleanup(self.remove_namespace, "east", name)
        self.kubectl("east", "create", "configmap", "held", "-n", name)
        self.kubectl(
            "east",
            "patch",
            "configmap",
            "held",
            "-n",
            name,
            "--type=merge",
            "-p",
            '{"metadata":{"finalizers":["samples.tranship.io/hold"]}}',
        )
        self.addCleanup(
            self.kubectl,
            "east",
            "patch",
            "configmap",
            "held",
            "-n",
            name,
            "--type=merge",
            "-p",
            '{"metadata":{"finalizers":null}}',
            check=False,
        )
        self.kubectl("east", "delete", "namespace", name, "--wait=false")
        self.refused("backup", name, "--context", "east", *self.at_depot(), expect=1, says=[name, "delet"])

    def test_same_namespace_of_the_same_cluster(self):
        self.kubectl("east", "create", "namespace", "self", check=False)
        self.addCleanup(self.remove_namespace, "east", "self")
        self.refused(
            "migrate", "self", "--from", "east", "--to", "east", *self.at_depot(), expect=1, says=["--namespace"]
        )

    def test_existing_volume_is_never_written_over(self):
        source = self.load("minio", mebibytes=1)
        target = self.namespace("occupied")
        self.kubectl("west", "create", "namespace", target)
        self.kubectl(
            "west",
            "apply",
            "-n",
            target,
            "-f",
            "-",
            stdin="""
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: minio}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
""",
        )
        self.refused(
            *self.migration(source, target, *self.at_depot()),
            expect=BLOCKED,
            says=["minio", "--namespace"]
        )
        self.assert_no_leftovers()

    def test_a_claim_that_cannot_be_bound_is_named(self):
        name = "pending"
        self.kubectl("east", "create", "namespace", name)
        self.addCleanup(self.remove_namespace, "east", name)
        self.kubectl(
            "east",
            "apply",
            "-n",
            name,
            "-f",
            "-",
            stdin="""
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: no-such-class, resources: {requests: {storage: 1Gi}}}
""",
        )
        self.refused("backup", name, "--context", "east", *self.at_depot(), expect=1, says=["data", "no-such-class"])

    def test_a_selector_that_chooses_nothing(self):
        self.kubectl("east", "create", "namespace", "unlabelled", check=False)
        self.addCleanup(self.remove_namespace, "east", "unlabelled")
        self.refused(
            *("backup", "unlabelled", "--context", "east", "--selector", "app=nothing", *self.at_depot()),
            expect=1,
            says=["app=nothing", "unlabelled"],
        )

    def test_usage(self):
        self.refused("migrate", "minio", "--from", "east", expect=USAGE, says=["--to"])
        self.refused(
            "migrate",
            "minio",
            "--from",
            "east",
            "--to",
            "west",
            "--storage-class",
            "fast",
            expect=USAGE,
            says=["standard=fast"],
        )


if __name__ == "__main__":
    unittest.main()
