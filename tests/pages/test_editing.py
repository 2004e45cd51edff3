"""What is there is changed on the pages, and the cluster has what the forms said: transforms, a policy, a location with
its keys and its passphrase. Against an API server, with a dashboard of the test's own."""

import base64
import unittest

import scene


class Editing(scene.PagesTest):
    def value(self, secret, key):
        return base64.b64decode(self.get("secret", secret)["data"][key]).decode()

    def test_what_is_there_is_changed_in_the_form_that_made_it(self):
        keys = {"accessKeyId": "an old one", "secretAccessKey": "an old one"}
        self.apply("Secret", "depot-keys", api_version="v1", stringData=keys)
        location = {"bucket": self.s3["bucket"], "prefix": self.namespace, "endpoint": self.s3["endpoint"]}
        self.apply("Location", "depot", {"s3": {**location, "credentialsSecret": {"name": "depot-keys"}}})
        self.apply("Policy", "nightly", {
            "schedule": {"frequency": "Daily", "hour": 2, "minute": 0},
            "applications": {"namespaces": ["shop"]},
            "export": {"location": {"name": "depot"}},
            "retention": {"exported": {"daily": 7, "maxAge": "90d"}}})
        told = self.play("editing.mjs", address=self.dashboard(), namespace=self.namespace, keys=self.s3)
        self.assertIn("nightly", told["hanging"])

        changed = self.get("location", "depot")["spec"]
        self.assertEqual((changed["access"], changed["passphraseSecret"]), ("ReadOnly", {"name": "depot-passphrase"}))
        self.assertEqual(changed["moverAccess"], "Relayed")
        self.assertEqual(changed["s3"]["credentialsSecret"], {"name": "depot-keys"})
        self.assertEqual(self.value("depot-keys", "accessKeyId"), self.s3["access_key_id"])
        self.assertEqual(self.value("depot-passphrase", "passphrase"), "another sentence")

        policy = self.get("policy", "nightly")["spec"]
        self.assertEqual(policy["schedule"], {"every": "30m"})
        self.assertEqual(policy["backup"], {})
        self.assertEqual(policy["retention"], {"local": {"latest": 3}, "exported": {"daily": 7, "maxAge": "90d"}})
        self.assertEqual(policy["export"], {"location": {"name": "depot"}})

        rules = self.get("transformset", "for-tests")["spec"]["transforms"]
        patch = [{"op": "replace", "path": "/spec/replicas", "value": 1}]
        self.assertEqual(rules, [
            {"name": "one replica", "subject": {"kind": "Deployment"}, "patch": patch},
            {"name": "no host", "subject": {}, "patch": [{"op": "remove", "path": "/spec/rules/0/host"}]}])


if __name__ == "__main__":
    unittest.main()
