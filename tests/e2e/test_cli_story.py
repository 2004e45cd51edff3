"""The whole story by the command line alone, where both clusters have the controller: location, export, token, import,
restore; and what it says when something is wrong."""

import json
import stat
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import controllers  # noqa: E402
from controllers import SYSTEM  # noqa: E402
from support import IMAGE  # noqa: E402


class CliStory(controllers.ControllerTest):
    def reader(self):
        """The environment of somebody who may only read the store, and knows no passphrase."""
        keys = self.reader_keys()
        environment = self.environment() | {
            "AWS_ACCESS_KEY_ID": keys["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
        }
        del environment["TRANSHIP_PASSWORD"]
        return environment

    def add_location(self, cluster, name, *arguments, **options):
        return self.tranship(
            *("location", "add", name, "--context", cluster, "--location", self.location),
            *("--endpoint", self.s3["endpoint"], *arguments),
            **options,
        )

    def test_from_a_location_to_a_standby(self):
        source = self.load("minio", mebibytes=16)
        before = self.fingerprint("minio", "east", source)
        for target in ("minio-standby", "minio-by-token"):
            self.namespace(target)
        token_file = self.scratch / "minio.token"

        # East: a location, tried by the controller, and an export. The token is all that standard output has.
        would = self.add_location("east", "depot", "--dry-run", environment=self.with_passphrase())
        self.assertIn("Nothing was written", would.out)
        self.assertFalse(self.object("east", "location", "depot"))
        added = self.add_location("east", "depot", "--output", "json", environment=self.with_passphrase())
        self.assertEqual(added.json["message"], "Listing, writing, reading and deleting work")
        exported = self.tranship("export", source, "--context", "east", "--to", "depot")
        self.assertRegex(exported.out, r"\Atranship1_[A-Za-z0-9_-]+\n\Z")
        for words in ("Reading volumes", "Restore point minio-", "is in location depot"):
            self.assertIn(words, exported.err)
        again = self.tranship(
            *("export", source, "--context", "east", "--to", "depot", "--name", "second", "--token-expires", "7d"),
            *("--token-file", token_file, "--output", "json"),
        )
        self.assertEqual(again.json["phase"], "Succeeded")
        self.assertNotIn("token", again.json)
        self.assertEqual(stat.S_IMODE(token_file.stat().st_mode), 0o600)
        self.assertTrue(json.loads(self.tranship("token", "inspect", "--token-file", token_file, "--offline",
                                                 "--output", "json").out)["expires"])

        # West: keys that may only read, and no passphrase. The policy runs once and restores what it imported.
        self.add_location("west", "depot", "--read-only", environment=self.reader())
        imported = self.tranship(
            *("import", "--context", "west", "--location", "depot", "--token-file", token_file, "--name", "standby"),
            *("--every", "15m", "--restore-into", "minio-standby", "--storage-class", "standard=fast", "--now"),
            *("--output", "json"),
            environment=self.reader(),
        )
        actions = {each["kind"]: each for each in imported.json["actions"]}
        self.assertEqual(actions["Import"]["added"], 2)
        self.assertEqual(actions["Restore"]["targetNamespace"], "minio-standby")
        self.assertTrue(actions["Restore"]["address"])
        self.assertEqual(before, self.fingerprint("minio", "west", "minio-standby"))

        # Without a controller on the way, by the same token.
        self.tranship(
            *("restore", "--context", "west", "--token-file", token_file, "--namespace", "minio-by-token"),
            environment=self.reader(),
        )
        self.assertEqual(before, self.fingerprint("minio", "west", "minio-by-token"))

        # The policy again, by hand: nothing is new, and what is restored already is not restored again.
        self.assertEqual(self.tranship("policy", "pause", "standby", "--context", "west").out.strip(),
                         "Policy standby is paused.")
        self.refused("policy", "run", "standby", "--context", "west", expect=1,
                     says=["policy.paused", "tranship policy resume standby"])
        self.tranship("policy", "resume", "standby", "--context", "west")
        rerun = self.tranship("policy", "run", "standby", "--context", "west", "--output", "json")
        self.assertEqual([each["kind"] for each in rerun.json["actions"]], ["Import", "Restore"])
        self.assertEqual(rerun.json["actions"][0]["added"], 0)
        self.assertEqual(rerun.json["actions"][1]["name"], actions["Restore"]["name"])
        self.assert_no_leftovers()

    def test_what_cannot_be_done_is_said(self):
        source = self.load("minio", mebibytes=16)
        # A location that does not work leaves nothing behind, unless it is to stay.
        self.refused(
            *("location", "add", "bad", "--context", "east", "--location", "s3://no-such-bucket/x"),
            *("--endpoint", self.s3["endpoint"]),
            expect=1,
            says=["store.no_bucket", "location bad"],
        )
        self.assertEqual(self.kubectl("east", "get", "secrets,locations.tranship.io", "-n", SYSTEM, "-o", "name")
                         .count("bad"), 0)
        self.refused(
            *("location", "add", "here", "--context", "east", "--location", "dir:/tmp"), expect=2, says=["s3://bucket"]
        )
        self.add_location("east", "tried", environment=self.with_passphrase())
        self.refused(
            *("location", "add", "tried", "--context", "east", *self.at_depot()), expect=1,
            says=["AlreadyExists", "kubectl delete"],
        )
        self.refused("export", "mini", "--context", "east", "--to", "tried", expect=1, says=["minio"])
        self.refused("export", source, "--context", "east", "--to", "absent", expect=1, says=["location.not_found"])
        self.refused("export", source, "--context", "east", "--to", "tried", "--no-token", "--token-expires", "7d",
                     expect=2, says=["--no-token"])
        environment = self.environment()
        self.refused("import", "--context", "west", "--location", "tried", expect=2, says=["TRANSHIP_TOKEN"])
        self.refused("import", "--context", "west", "--location", "tried", expect=1, says=["token.cut"],
                     environment=environment | {"TRANSHIP_TOKEN": "tranship1_AAAA"})
        self.refused("import", "--context", "west", "--location", "tried", "--every", "often", expect=2,
                     says=["cron:"], environment=environment | {"TRANSHIP_TOKEN": "tranship1_AAAA"})
        self.refused("policy", "run", "absent", "--context", "west", expect=1, says=["absent"])
        # Waiting that ends does not end the work.
        begun = self.tranship("export", source, "--context", "east", "--to", "tried", "--no-token", "--no-wait",
                              "--name", "unwatched")
        self.assertIn("unwatched", begun.out)
        self.ended("east", "export", "unwatched")

    def test_an_upgrade_keeps_what_was_chosen(self):
        self.addCleanup(self.install, "west")
        self.tranship("install", "--context", "west", "--image", IMAGE, "--replicas", "2", "--cluster-name", "far")
        again = self.tranship("upgrade", "--context", "west", "--output", "json").json
        self.assertTrue(again["ready"])
        self.assertEqual({each["change"] for each in again["objects"]}, {"unchanged"}, again["objects"])
        renamed = self.tranship("upgrade", "--context", "west", "--image", IMAGE.replace("tranship:", "other:"),
                                "--dry-run", "--output", "json").json
        changed = [each["object"] for each in renamed["objects"] if each["change"] != "unchanged"]
        self.assertEqual(changed, [f"Deployment {SYSTEM}/tranship"])

    def test_a_cluster_without_the_controller(self):
        self.tranship("uninstall", "--context", "west", "--crds")
        self.addCleanup(self.install, "west")
        self.refused("upgrade", "--context", "west", expect=1, says=["install.none"])
        # The definitions are gone; the server's list of kinds follows.
        served = ("api-resources", "--api-group=tranship.io", "-o", "name")
        self.wait_until("no kind is served", lambda: not self.kubectl("west", *served))
        self.refused("export", "minio", "--context", "west", "--to", "depot", expect=1,
                     says=["controller.absent", "tranship install --context west"])


if __name__ == "__main__":
    unittest.main()
