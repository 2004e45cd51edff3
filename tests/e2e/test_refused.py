"""The same mistake gets the same code everywhere: in the object's condition or status, for a page, and by the command
line; each with what to do about it."""

import base64
import json
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import controllers  # noqa: E402
from api_client import ApiClient  # noqa: E402
from controllers import PASSPHRASE, SYSTEM, secret, tranship  # noqa: E402


class Refused(controllers.ControllerTest):
    def prepare(self):
        self.source = self.keeper("asking", 2)
        for cluster in ("east", "west"):
            for kind in ("restorepoint", "export", "import", "restore", "location"):
                self.addCleanup(self.kubectl, cluster, "delete", f"{kind}.tranship.io", "--all", "-n", SYSTEM)
        self.proxy = json.loads(self.bed_command("proxy", "up", "--name", self.bed, "refused", "--of", "depot"))
        self.addCleanup(self.bed_command, "proxy", "down", "--name", self.bed, "refused")
        self.behind_proxy = f"http://{self.proxy['listen']}"

    def pages(self, cluster):
        return ApiClient(self.dashboard(cluster))

    def trouble(self, cluster, kind, name):
        """The error of an object that cannot be used, or that ended without its result."""
        found = self.wait_until(
            f"{kind} {name} says what is wrong",
            lambda: self.object(cluster, kind, name).get("status", {}).get("error"), seconds=180,
        )
        self.assertTrue(found.get("fix"), found)
        return found["code"]

    def at(self, name, endpoint=None, bucket=None, keys=None, access="ReadWrite", passphrase=PASSPHRASE):
        objects = self.location_objects(name, keys or self.s3, access, passphrase)
        spec = objects[-1]["spec"]["s3"]
        spec.update(endpoint=endpoint or spec["endpoint"], bucket=bucket or spec["bucket"])
        return objects

    def of_location(self, code, name, rules=(), prepared=None, of_store=None):
        """A location that has this trouble: as an object, typed into a page's form, and checked by the command line."""
        objects = prepared or self.at(name, endpoint=self.behind_proxy)
        self.bed_command("proxy", "rules", "--name", self.bed, "refused", json.dumps(list(rules)))
        self.apply("west", *objects)
        self.assertEqual(self.trouble("west", "location", name), code)
        spec = json.loads(json.dumps(objects[-1]["spec"]))
        keys = {key: base64.b64decode(value).decode() for key, value in objects[0]["data"].items()}
        place = f"s3://{spec['s3']['bucket']}/{spec['s3']['prefix']}"
        endpoint = spec["s3"]["endpoint"]
        del spec["s3"]["credentialsSecret"]
        spec.pop("passphraseSecret", None)
        typed = {"spec": spec, "credentials": keys, "passphrase": PASSPHRASE}
        told = self.page.post(f"/namespaces/{SYSTEM}/location-tests", typed)
        self.assertFalse(told["ready"], told)
        self.assertEqual(told["error"]["code"], code)
        self.assertTrue(told["error"]["fix"], told)
        environment = self.environment() | {
            "AWS_ACCESS_KEY_ID": keys["accessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["secretAccessKey"],
        }
        run = self.tranship("location", "check", place, "--endpoint", endpoint, expect=None, environment=environment)
        self.assertNotEqual(run.code, 0, run)
        self.assertIn(of_store or code, run.out + run.err)
        self.bed_command("proxy", "clear", "--name", self.bed, "refused")

    def test_locations(self):
        self.prepare()
        self.page = self.pages("west")
        # The clock wrong by an hour, as the server sees it; no room left; both as an S3 server says it.
        skewed = {"action": "status", "status": 403, "code": "RequestTimeTooSkewed"}
        self.of_location("store.clock", "clock", [skewed])
        full = {"action": "status", "status": 507, "code": "XMinioStorageFull", "method": "PUT"}
        self.of_location("store.full", "full", [full])
        quota = {"action": "status", "status": 403, "code": "QuotaExceeded", "method": "PUT"}
        self.of_location("store.full", "quota", [quota])
        self.of_location("store.no_bucket", "nowhere", prepared=self.at("nowhere", bucket="no-such-bucket"))
        wrong = {**self.s3, "secret_access_key": "x" * 40}
        self.of_location("store.credentials", "wrong", prepared=self.at("wrong", keys=wrong))
        # A Location says what it is for; an address on the command line does not.
        reading = self.at("read", keys=self.reader_keys())
        self.of_location("location.read_only", "read", prepared=reading, of_store="store.forbidden")

    def test_tokens(self):
        self.prepare()
        self.apply("east", *self.at("depot"))
        self.ready("east", "depot")
        spec = {"application": {"namespace": self.source}, "location": {"name": "depot"}}
        self.apply("east", tranship("Export", "whole", spec))
        self.apply("east", tranship("Export", "short", {**spec, "token": {"expiresAfter": "1m"}}))
        made = {}
        for name in ("whole", "short"):
            held = self.get("east", "secret", self.ended("east", "export", name)["tokenSecret"]["name"], "-n", SYSTEM)
            made[name] = base64.b64decode(held["data"]["token"]).decode()
        expires_at = time.monotonic() + 61
        self.apply("west", *self.at("depot", keys=self.reader_keys(), access="ReadOnly", passphrase=None))
        self.ready("west", "depot")
        whole = made["whole"]
        middle = len(whole) // 2
        changed = whole[:middle] + ("A" if whole[middle] != "A" else "B") + whole[middle + 1:]
        texts = {
            "token.cut": whole[:-20],
            "token.changed": changed,
            "token.version": whole.replace("tranship1_", "tranship7_", 1),
            "token.none": "nothing of the kind",
        }
        self.page = self.pages("west")
        for code, text in texts.items():
            self.of_token(code, text)
        time.sleep(max(0, expires_at - time.monotonic()))
        self.of_token("token.expired", made["short"])
        key = self.tranship("token", "list", self.source, *self.at_depot(), "--output", "json",
                            environment=self.with_passphrase()).json["tokens"]
        for each in key:
            self.tranship("token", "revoke", self.source, each["key"][:12], *self.at_depot(),
                          environment=self.with_passphrase())
        self.of_token("token.revoked", whole)

    def of_token(self, code, text):
        name = code.replace(".", "-")
        spec = {"location": {"name": "depot"}, "tokenSecret": {"name": name}}
        self.apply("west", secret(name, token=text), tranship("Import", name, spec))
        self.assertEqual(self.trouble("west", "import", name), code)
        told = self.page.post(f"/namespaces/{SYSTEM}/token-inspections", {"token": text, "location": "depot"})
        error = told.get("error", told)
        self.assertEqual(error["code"], code, told)
        self.assertTrue(error["fix"], told)
        self.refused("restore-points", *self.at_depot(), expect=None, says=[code],
                     environment=self.environment() | {"TRANSHIP_TOKEN": text})

    def test_actions(self):
        self.prepare()
        self.apply("east", *self.at("depot"))
        self.ready("east", "depot")
        spec = {"application": {"namespace": self.source}, "location": {"name": "depot"}}
        self.apply("east", tranship("Export", "first", spec))
        point = self.ended("east", "export", "first")["restorePoint"]
        # The repository is there, and another passphrase does not open it.
        self.apply("east", *self.at("other", passphrase="another passphrase"))
        self.of_export("repository.password", "other")
        self.apply("east", *self.at("closed", keys=self.reader_keys(), access="ReadOnly"))
        self.ready("east", "closed")
        self.of_export("location.read_only", "closed")
        # The target's quota has no room for the claim: the plan says so, and nothing is written.
        target = self.namespace("too-small", "east")
        self.kubectl("east", "create", "namespace", target)
        self.kubectl("east", "create", "quota", "small", "-n", target, "--hard=requests.storage=1Mi")
        self.apply("east", tranship("Restore", "quota", {"restorePoint": point, "targetNamespace": target}))
        status = self.ended("east", "restore", "quota", "Failed")
        self.assertEqual(status["error"]["code"], "plan.blocked")
        self.assertIn("quota", json.dumps(status["plan"]["blockers"]).lower())
        self.assertEqual(self.kubectl("east", "get", "pvc", "-n", target, "-o", "name").strip(), "")
        run = self.refused("restore", self.source, "--context", "east", "--namespace", target, *self.at_depot(),
                           expect=None, says=["plan.blocked", "quota"], environment=self.with_passphrase())
        self.assertNotEqual(run.code, 0)
        self.assert_no_leftovers()

    def of_export(self, code, location):
        spec = {"application": {"namespace": self.source}, "location": {"name": location}}
        self.apply("east", tranship("Export", f"to-{location}", spec))
        self.assertEqual(self.trouble("east", "export", f"to-{location}"), code)
        self.refused("export", self.source, "--context", "east", "--to", location, expect=None, says=[code])


if __name__ == "__main__":
    unittest.main()
