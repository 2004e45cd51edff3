"""Volumes and locations that are not as they should be: said with the fix, and nothing half-done is called done."""

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import BedTest  # noqa: E402

FAILED, BLOCKED, DENIED = 1, 4, 5

class BadStorage(BedTest):
    def test_a_target_volume_without_room_says_how_much_is_needed(self):
        source = self.keeper("roomy", 64)
        target = self.namespace("cramped")
        self.refused(
            *self.migration(source, target, "--storage-class", "standard=local", *self.at_depot()),
            expect=FAILED,
            says=["data", "room", "MiB"],
        )
        state = "jsonpath={.metadata.annotations.tranship\\.io/volume-state}"
        claim = self.kubectl("west", "get", "persistentvolumeclaim", "data", "-n", target, "-o", state)
        self.assertEqual(claim, "filling", "half-filled is not called complete")
        pods = self.kubectl("west", "get", "pods", "-n", target, "-o", "name")
        self.assertEqual(pods, "", "nothing runs on half of its data")
        self.assert_no_leftovers()

    def test_a_damaged_pack_is_named_and_nothing_runs_on_it(self):
        source = self.keeper("fragile", 4)
        location = f"dir:{self.scratch}/location"
        self.tranship("backup", source, "--context", "east", "--location", location)
        packs = (self.scratch / "location").glob("repositories/*/data/*/*")
        packs = [path for path in packs if path.stat().st_size > 1 << 20]
        self.assertTrue(packs)
        for pack in packs:
            pack.chmod(0o600)
            content = bytearray(pack.read_bytes())
            content[len(content) // 2] ^= 1
            pack.write_bytes(content)
        target = self.namespace("fragile-copy")
        run = self.tranship(
            *("restore", source, "--context", "west", "--namespace", target, "--location", location), expect=FAILED
        )
        self.assertTrue(any(pack.name in run.err for pack in packs), run)
        self.assertIn("file", run.err)
        self.assertEqual(self.kubectl("west", "get", "pods", "-n", target, "-o", "name"), "")
        self.assert_no_leftovers()

    def test_a_location_that_may_only_be_read(self):
        source = self.keeper("reader", 1)
        self.tranship("backup", source, "--context", "east", *self.at_depot())
        keys = json.loads(
            Path(self.bed_command("depot", "readonly-user", "--name", self.bed).strip().splitlines()[-1]).read_text()
        )
        reader = self.environment() | {
            "AWS_ACCESS_KEY_ID": keys["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
        }
        self.refused(
            *("backup", source, "--context", "east", *self.at_depot()),
            expect=DENIED,
            says=[self.s3["bucket"]],
            environment=reader,
        )
        # Reading is all that a target needs.
        target = self.namespace("reader-copy")
        self.tranship(
            "restore", source, "--context", "west", "--namespace", target, *self.at_depot(), environment=reader
        )
        self.assert_no_leftovers()

    def test_a_lost_claim_is_named(self):
        name = self.keeper("bereft", 1)
        volume = self.get("east", "persistentvolumeclaim", "data", "-n", name)["spec"]["volumeName"]
        self.kubectl("east", "delete", "persistentvolume", volume, "--wait=false")
        self.kubectl(
            *("east", "patch", "persistentvolume", volume, "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
        )
        self.wait_until(
            "the claim is lost",
            lambda: self.get("east", "persistentvolumeclaim", "data", "-n", name)["status"]["phase"] == "Lost",
        )
        self.refused("backup", name, "--context", "east", *self.at_depot(), expect=FAILED, says=["data", "lost"])

    def test_an_expired_certificate_says_since_when(self):
        made = self.bed_command("user", "--name", self.bed, "east", "yesterday", "--expired")
        kubeconfig = made.strip().splitlines()[-1]
        self.refused(
            *("backup", "minio", "--context", kubeconfig, *self.at_depot()), expect=DENIED, says=["expired"]
        )


if __name__ == "__main__":
    unittest.main()
