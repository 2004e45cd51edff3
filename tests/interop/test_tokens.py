"""Transfer tokens beside stock restic: their keys are keys of the repository, and end with them."""
import json
import unittest

from support import DENIED, FAILED, RepositoryTest, needs_restic


class Tokens(RepositoryTest):
    def setUp(self):
        super().setUp()
        # A location with one application in it, as docs/format/location.md has it.
        self.place = self.scratch / "location"
        self.repository = self.place / "repositories" / "minio"
        (self.place / "applications").mkdir(parents=True)
        entry = {"version": 1, "application": "minio", "repository": "repositories/minio",
                 "createdAt": "2026-01-01T00:00:00Z"}
        (self.place / "applications" / "minio.json").write_text(json.dumps(entry))
        self.ours("init")

    def tranship(self, *arguments, code=0, **options):
        return self.program(*arguments, code=code, XDG_DATA_HOME=str(self.scratch / "data"), **options)

    def create(self, *arguments):
        done = self.tranship("token", "create", "minio", f"--location=dir:{self.place}", "--output=json", *arguments)
        return done.json()

    def refusal(self, token, code):
        options = {"TRANSHIP_TOKEN": token, "password": ""}
        refused = self.tranship("token", "inspect", "--output=json", code=code, **options)
        return refused.error_lines("error")[0]["code"]

    def inspect(self, token):
        return self.tranship("token", "inspect", "--output=json", TRANSHIP_TOKEN=token, password="").json()

    @needs_restic
    def test_restic_sees_the_key_and_ends_the_token(self):
        made = self.create("--note=for west", "--expires=30d")
        self.assertIn(made["key"][:8], self.restic("key", "list"))
        seen = self.inspect(made["token"])
        self.assertEqual((seen["application"], seen["expires"], seen["restorePoints"]), ("minio", made["expires"], 0))
        self.restic("key", "remove", made["key"][:8])
        self.assertEqual(self.refusal(made["token"], DENIED), "token.revoked")

    def test_one_is_revoked_and_the_other_goes_on(self):
        first, second = self.create(), self.create()
        listed = self.tranship("token", "list", "minio", f"--location=dir:{self.place}", "--output=json").json()
        self.assertEqual([token["key"] for token in listed["tokens"]], [first["key"], second["key"]])
        self.tranship("token", "revoke", "minio", first["key"][:8], f"--location=dir:{self.place}", "--dry-run")
        self.inspect(first["token"])
        self.tranship("token", "revoke", "minio", first["key"][:8], f"--location=dir:{self.place}")
        self.assertEqual(self.refusal(first["token"], DENIED), "token.revoked")
        self.inspect(second["token"])

    def test_pastes_that_are_not_whole(self):
        token = self.create()["token"]
        for paste, reason in ((token[:-7], "token.cut"), (token[:40] + "x" + token[41:], "token.changed"),
                              ("tranship9" + token[9:], "token.version"), ("something else", "token.none")):
            with self.subTest(reason=reason):
                self.assertEqual(self.refusal(paste, FAILED), reason)

    def test_an_ended_one(self):
        token = self.create("--expires=0s")["token"]
        self.assertEqual(self.refusal(token, DENIED), "token.expired")

    def test_a_sealed_one(self):
        target = self.tranship("token", "target").out.strip()
        token = self.create(f"--for={target}")["token"]
        self.assertEqual(self.inspect(token)["application"], "minio")
        elsewhere = self.program("token", "inspect", "--output=json", code=DENIED, TRANSHIP_TOKEN=token,
                                 XDG_DATA_HOME=str(self.scratch / "another"))
        self.assertEqual(elsewhere.error_lines("error")[0]["code"], "token.sealed")

    def test_files_with_tokens_are_for_their_owner(self):
        path = self.scratch / "token"
        done = self.create(f"--write-to={path}")
        self.assertNotIn("token", done)
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.assertEqual((self.scratch / "data" / "tranship").exists(), False)
        seen = self.tranship("token", "inspect", "--token-file", path, "--output=json", password="")
        self.assertNotIn(path.read_text().strip()[30:60], seen.out + seen.error)
        self.tranship("token", "target")
        self.assertEqual((self.scratch / "data" / "tranship" / "target-key").stat().st_mode & 0o777, 0o600)

    def test_other_applications_are_not_opened_with_it(self):
        token = self.create()["token"]
        refused = self.tranship("restore-points", "shop", "--output=json", code=FAILED, TRANSHIP_TOKEN=token)
        self.assertEqual(refused.error_lines("error")[0]["code"], "token.application")


if __name__ == "__main__":
    unittest.main()
