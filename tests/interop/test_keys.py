"""Passwords: keys added and removed by both programs, wrong ones, and none."""
import unittest

from support import DENIED, PASSWORD, RepositoryTest, needs_restic

OTHER = "another passphrase"


class Keys(RepositoryTest):
    def setUp(self):
        super().setUp()
        self.ours("init")

    def file(self, text):
        path = self.scratch / "password-file"
        path.write_text(text + "\n")
        return path

    def keys(self, **options):
        return self.ours_json("key", "list", **options)["keys"]

    @needs_restic
    def test_a_key_of_ours_opens_it_in_restic(self):
        added = self.ours_json("key", "add", TRANSHIP_NEW_PASSWORD=OTHER)["key"]
        self.assertIn(added[:8], self.restic("key", "list", password=OTHER))
        self.assertEqual([key["id"] for key in self.keys(password=OTHER) if key["current"]], [added])

    @needs_restic
    def test_a_key_of_restic_opens_it_here(self):
        self.restic("key", "add", "--new-password-file", self.file(OTHER))
        self.assertEqual(len(self.keys(password=OTHER)), 2)
        first = [key["id"] for key in self.keys() if key["current"]][0]
        self.ours("key", "remove", first[:10], password=OTHER)
        self.assertIn("wrong password", self.restic("snapshots", fails=True))
        self.assertEqual(len(self.keys(password=OTHER)), 1)

    @needs_restic
    def test_restic_removes_a_key_of_ours(self):
        added = self.ours_json("key", "add", "--new-password-file", self.file(OTHER), "--user=me", "--host=here")["key"]
        self.assertEqual([(key["user"], key["host"]) for key in self.keys() if key["id"] == added], [("me", "here")])
        self.restic("key", "remove", added[:8])
        self.assertEqual(self.error_of("list", password=OTHER, code=DENIED)["code"], "repository.password")

    def test_the_key_in_use_stays(self):
        key = self.keys()[0]["id"]
        self.assertEqual(self.error_of("key", "remove", key)["fault"], "conflict")
        self.assertEqual(self.error_of("key", "remove", "ffffffff")["code"], "repository.key_id")
        self.assertEqual(len(self.keys()), 1)

    def test_dry_runs_change_nothing(self):
        self.ours("key", "add", "--dry-run", TRANSHIP_NEW_PASSWORD=OTHER)
        self.assertEqual(len(self.keys()), 1)
        added = self.ours_json("key", "add", TRANSHIP_NEW_PASSWORD=OTHER)["key"]
        self.ours("key", "remove", added, "--dry-run")
        self.assertEqual(len(self.keys()), 2)

    def test_a_wrong_password(self):
        for command in (["list"], ["check"], ["backup", self.scratch], ["restore", "latest", "--target", self.scratch],
                        ["key", "list"]):
            with self.subTest(command=command):
                error = self.error_of(*command, password=OTHER, code=DENIED)
                self.assertEqual((error["fault"], error["code"]), ("auth", "repository.password"))
                self.assertNotEqual(error["fix"], "")

    def test_no_password_and_nobody_to_ask(self):
        error = self.error_of("list", password="")
        self.assertEqual(error["code"], "password.none")
        self.assertIn("TRANSHIP_PASSWORD", error["fix"])

    def test_the_password_file_wins(self):
        self.ours("list", "--password-file", self.file(PASSWORD), password=OTHER)
        self.assertEqual(self.error_of("list", "--password-file", self.file(""))["code"], "password.empty")
        self.assertEqual(self.error_of("list", "--password-file", self.scratch / "none")["fault"], "not_found")


class NoRepository(RepositoryTest):
    def test_every_command_says_so(self):
        self.repository.mkdir()
        for command in (["list"], ["check"], ["backup", self.scratch], ["key", "list"]):
            with self.subTest(command=command):
                error = self.error_of(*command)
                self.assertEqual(error["code"], "repository.missing")
                self.assertIn("repository init", error["fix"])


if __name__ == "__main__":
    unittest.main()
