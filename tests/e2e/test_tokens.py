"""A transfer token is all that the other side needs besides read access to the store."""

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import BedTest  # noqa: E402

DENIED = 5


class Tokens(BedTest):
    def reader(self, token):
        """The environment of somebody who has a token and keys of their own that may only read; no password."""
        made = self.bed_command("depot", "readonly-user", "--name", self.bed).strip().splitlines()[-1]
        keys = json.loads(Path(made).read_text())
        environment = self.environment() | {
            "AWS_ACCESS_KEY_ID": keys["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
            "XDG_DATA_HOME": str(self.scratch / "reader"),
            "TRANSHIP_TOKEN": token,
        }
        environment.pop("TRANSHIP_PASSWORD", None)
        return environment

    def test_a_token_and_read_access_restore_an_application(self):
        source = self.keeper("handed", 2)
        self.tranship("backup", source, "--context", "east", *self.at_depot())
        made = self.tranship("token", "create", source, "--note", "for west", *self.at_depot(), "--output", "json").json
        reader = self.reader(made["token"])

        seen = self.tranship("token", "inspect", "--output", "json", environment=reader).json
        self.assertEqual((seen["application"], seen["cluster"], seen["restorePoints"]), (source, "east", 1))
        self.assertFalse(seen["hasCredentials"])
        target = self.namespace("handed-copy")
        run = self.tranship("restore", "--context", "west", "--namespace", target, environment=reader)
        self.assertNotIn(made["token"][30:60], run.out + run.err)
        for cluster, name in (("east", source), ("west", target)):
            self.kubectl(cluster, "wait", "-n", name, "--for=condition=Ready", "pod/keeper", "--timeout=300s")
        digests = [
            self.kubectl(cluster, "exec", "-n", name, "keeper", "--", "sha256sum", "/data/file")
            for cluster, name in (("east", source), ("west", target))
        ]
        self.assertEqual(digests[0], digests[1])

        # A later restore point is opened with the same token, until it is revoked.
        self.tranship("backup", source, "--context", "east", *self.at_depot())
        points = self.tranship("restore-points", "--output", "json", environment=reader).json["restorePoints"]
        self.assertEqual(len(points), 2)
        self.tranship("token", "revoke", source, made["key"][:8], *self.at_depot())
        self.refused("restore-points", expect=DENIED, says=["token.revoked"], environment=reader)
        self.assert_no_leftovers()


if __name__ == "__main__":
    unittest.main()
