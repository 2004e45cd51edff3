"""Each sample application is migrated from east to west and compared object by object and byte by byte."""

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from compare import assert_same  # noqa: E402
from support import BedTest  # noqa: E402

JSON = ("--output", "json")


class Samples(BedTest):
    def migrate(self, source, target, *arguments, to="west", environment=None):
        command = self.migration(source, target, *JSON, "--ready-timeout", "180", *arguments, to=to)
        run = self.tranship(*command, environment=environment)
        self.assertTrue(run.json["restore"]["whole"], run)
        self.assert_no_leftovers()
        return run.json

    def test_minio_over_the_depot(self):
        source = self.load("minio", mebibytes=48)
        target = self.namespace("minio-replica")
        before = self.fingerprint("minio", "east", source)
        result = self.migrate(source, target, *self.at_depot())
        self.assertEqual(before, self.fingerprint("minio", "west", target))
        self.assertGreater(assert_same(self, ("east", source), ("west", target)), 4)
        volume = result["description"]["volumes"][0]
        self.assertEqual(volume["consistency"], "volume-snapshot")
        self.assertGreater(volume["bytes"], 48 << 20)
        again = self.tranship(*self.migration(source, target, *JSON, *self.at_depot())).json
        self.assertTrue(again["alreadyComplete"])
        self.assertEqual(again["restorePoint"], result["restorePoint"])
        self.assertEqual(again["changedObjects"], [])
        self.kubectl("east", "annotate", "service", "minio", "-n", source, "changed=since", "--overwrite")
        self.addCleanup(self.kubectl, "east", "annotate", "service", "minio", "-n", source, "changed-")
        again = self.tranship(*self.migration(source, target, *JSON, *self.at_depot())).json
        self.assertEqual(len(again["changedObjects"]), 1, again)
        self.assertIn("Service/minio: /metadata/annotations", again["changedObjects"][0])

    def test_minio_relayed_through_this_machine(self):
        source = self.load("minio")
        target = self.namespace("minio-relayed")
        before = self.fingerprint("minio", "east", source)
        own = self.environment()  # without a passphrase given: one is made and kept
        del own["TRANSHIP_PASSWORD"]
        self.migrate(source, target, environment=own)
        self.assertEqual(before, self.fingerprint("minio", "west", target))
        again = self.tranship("restore-points", *JSON, environment=own).json["restorePoints"]
        self.assertEqual(len(again), 1)
        mode = (self.scratch / "data/tranship/passphrase").stat().st_mode & 0o777
        self.assertEqual(mode, 0o600)

    def test_minio_read_live_says_so(self):
        source = self.load("minio")
        target = self.namespace("minio-live")
        before = self.fingerprint("minio", "east", source)
        result = self.migrate(source, target, "--no-snapshots", *self.at_depot())
        self.assertEqual(result["description"]["volumes"][0]["consistency"], "live")
        self.assertEqual(before, self.fingerprint("minio", "west", target))

    def test_postgres_with_its_surroundings(self):
        source = self.load("postgres")
        target = self.namespace("shop-replica")
        before = self.fingerprint("postgres", "east", source)
        self.migrate(source, target, "--carry", "all", *self.at_depot())
        self.assertEqual(before, self.fingerprint("postgres", "west", target))
        self.assertGreater(assert_same(self, ("east", source), ("west", target)), 12)

    def test_operator_with_its_kinds_status_owners_and_webhook(self):
        source = self.load("operator")
        target = self.namespace("harbour-replica")
        before = self.fingerprint("operator", "east", source)
        self.migrate(source, target, "--carry", "all", *self.at_depot())
        self.assertEqual(before, self.fingerprint("operator", "west", target))
        self.assertGreater(
            assert_same(self, ("east", source), ("west", target), ("Fleet", "Ship"), ignore=("fleet-operator-tls",)),
            5,
        )  # made by the operator for its namespace

    def test_zoo_of_every_kind_and_every_sort_of_file(self):
        source = self.load("zoo")
        target = self.namespace("zoo-replica")
        before = json.loads(self.fingerprint("zoo", "east", source))
        self.migrate(source, target, "--carry", "all", *self.at_depot())
        after = json.loads(self.fingerprint("zoo", "west", target))
        self.maxDiff = 5_000
        self.assertEqual(before["volumes"], after["volumes"])
        self.assertGreater(assert_same(self, ("east", source), ("west", target)), 25)

    def test_a_copy_beside_it_in_the_same_cluster(self):
        source = self.load("minio")
        target = self.namespace("minio-beside", "east")
        before = self.fingerprint("minio", "east", source)
        self.migrate(source, target, *self.at_depot(), to="east")
        self.assertEqual(before, self.fingerprint("minio", "east", target))
        ports = [
            self.get("east", "service", "minio", "-n", each)["spec"]["ports"][0]["nodePort"]
            for each in (source, target)
        ]
        self.assertNotEqual(*ports)

    def test_second_backup_stores_only_what_changed(self):
        source = self.load("minio", mebibytes=32)
        backup = ("backup", source, "--context", "east", *JSON, *self.at_depot())
        first, second = self.tranship(*backup).json, self.tranship(*backup).json
        self.assertGreater(first["bytesStored"], 30 << 20)
        self.assertLess(second["bytesStored"], first["bytesStored"] // 10)
        points = self.tranship("restore-points", source, *JSON, *self.at_depot()).json["restorePoints"]
        self.assertEqual([point["id"] for point in points], [second["restorePoint"], first["restorePoint"]])
        target = self.namespace("minio-older")
        before = self.fingerprint("minio", "east", source)
        older = f"{source}@{first['restorePoint'][:10]}"
        self.tranship("restore", older, "--context", "west", "--namespace", target, *self.at_depot())
        self.assertEqual(before, self.fingerprint("minio", "west", target))
        self.assert_no_leftovers()

    def test_a_dry_run_writes_nothing(self):
        source = self.load("minio")
        target = self.namespace("minio-dry")
        run = self.tranship(*self.migration(source, target, "--dry-run", *JSON, *self.at_depot()))
        self.assertFalse(run.json["plan"]["blocked"])
        self.assertTrue(
            any(item["kind"] == "Deployment" and item["action"] == "create" for item in run.json["plan"]["items"])
        )
        self.assertIn("standard", " ".join(run.json["plan"]["notes"]))
        self.assertEqual(self.kubectl("west", "get", "namespace", target, "--ignore-not-found"), "")
        self.assert_no_leftovers()


if __name__ == "__main__":
    unittest.main()
