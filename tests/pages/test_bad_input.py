"""Wrong input on the pages: every code that the form or the action's page shows is the one in the object's status, with
what to do about it, in English and in Chinese. Against an API server, with a controller and a dashboard of the test's
own."""

import json
import unittest

import s3_answers
import scene


class BadInput(scene.PagesTest):
    def setUp(self):
        super().setUp()
        answers = s3_answers.serve()
        self.addCleanup(answers.shutdown)
        self.endpoint = f"http://127.0.0.1:{answers.server_address[1]}"

    def code_of(self, kind, name):
        """The code in the status, once there is one."""
        def look():
            return self.get(kind, name).get("status", {}).get("error", {}).get("code")
        return self.wait(look)

    def token(self, *arguments):
        made = self.tranship("token", "create", self.namespace, *self.place, *arguments)
        return next(word for word in made.split() if word.startswith("tranship1_"))

    def token_keys(self):
        listed = json.loads(self.tranship("token", "list", self.namespace, *self.place, "--output", "json"))
        return {each["key"] for each in listed["tokens"]}

    def bad_tokens(self):
        good, expired = self.token(), self.token("--expires", "1s")
        others = self.token_keys()
        revoked = self.token()
        (key,) = self.token_keys() - others
        self.tranship("token", "revoke", self.namespace, key, *self.place)
        middle = len(good) // 2
        other = "A" if good[middle] != "A" else "B"
        return good, [
            {"label": "token-none", "token": "something else", "code": "token.none"},
            {"label": "token-cut", "token": good[:-40], "code": "token.cut"},
            {"label": "token-changed", "token": good[:middle] + other + good[middle + 1:], "code": "token.changed"},
            {"label": "token-version", "token": good.replace("tranship1_", "tranship9_"), "code": "token.version"},
            {"label": "token-expired", "token": expired, "code": "token.expired"},
            # The location that is there already opens it: no keys are asked for.
            {"label": "token-revoked", "token": revoked, "code": "token.revoked"},
        ]

    def bad_objects(self, good):
        """Objects that the controller finds fault with: what it says of them is what their pages show."""
        credentials = {"accessKeyId": self.s3["access_key_id"], "secretAccessKey": self.s3["secret_access_key"]}
        self.apply("Secret", "keys", api_version="v1", stringData=credentials)
        self.apply("Secret", "cut", api_version="v1", stringData={"token": good[:-40]})
        keys = {"credentialsSecret": {"name": "keys"}}
        depot = {"bucket": self.s3["bucket"], "prefix": self.namespace, "endpoint": self.s3["endpoint"], **keys}
        self.apply("Location", "missing", {"s3": {"bucket": "no-such-bucket", "endpoint": self.endpoint, **keys}})
        self.apply("Location", "archive", {"s3": depot, "access": "ReadOnly"})
        self.apply("Import", "cut", {"location": {"name": "archive"}, "tokenSecret": {"name": "cut"}})
        self.apply("Export", "refused", {"application": {"namespace": self.namespace}, "location": {"name": "archive"}})
        self.assertEqual(self.code_of("location", "missing"), "store.no_bucket")
        codes = {"import": self.code_of("import", "cut"), "export": self.code_of("export", "refused")}
        self.assertEqual(codes, {"import": "token.cut", "export": "location.read_only"})
        names = {"import": "cut", "export": "refused"}
        return [{"label": f"{kind}-failed", "path": f"/actions/{kind}/{self.namespace}/{names[kind]}", "code": code}
                for kind, code in codes.items()]

    def test_what_is_wrong_is_said_where_it_was_typed(self):
        self.tranship("backup", self.namespace, *self.place)
        good, tokens = self.bad_tokens()
        self.serve("controller", "--only-namespace", self.namespace, "--listen", "127.0.0.1:0")
        objects = self.bad_objects(good)
        address = self.dashboard()
        wrong_phrase = {"label": "passphrase-wrong", "endpoint": self.s3["endpoint"], "bucket": self.s3["bucket"],
                        "prefix": self.namespace, "passphrase": "another one", "code": "repository.password"}
        codes = {"no-such-bucket": "store.no_bucket", "clock-skew": "store.clock", "wrong-keys": "store.credentials",
                 "expired-keys": "store.credentials_expired", "quota-full": "store.full",
                 "only-read": "location.read_only"}
        locations = [{"label": bucket, "bucket": bucket, "code": code} for bucket, code in codes.items()]
        for language, theme in (("en", "light"), ("zh", "dark")):
            told = self.play("bad_input.mjs", address=address, language=language, theme=theme, store=self.endpoint,
                             keys=self.s3, tokens=tokens, locations=[*locations, wrong_phrase], objects=objects)
            self.assertEqual(told["told"], len(locations) + 1 + len(tokens) + len(objects))


if __name__ == "__main__":
    unittest.main()
