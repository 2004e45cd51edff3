"""Repositories made by us and by restic: the other program opens them, checks them, compares and goes on."""
import json
import os
import re
import shutil
import unittest

from support import MIB, PARTIAL, USAGE, RepositoryTest, make_source, needs_restic, write_random


class Init(RepositoryTest):
    @needs_restic
    def test_restic_opens_what_we_made(self):
        made = self.ours_json("init")
        self.assertIn('"version": 2', self.restic("cat", "config"))
        self.assertIn(made["id"], self.restic("cat", "config"))
        self.restic_check()

    def test_a_second_one_in_the_same_place_is_refused(self):
        self.ours("init")
        self.assertEqual(self.error_of("init")["code"], "repository.exists")

    def test_a_dry_run_makes_nothing(self):
        self.assertEqual(self.ours_json("init", "--dry-run")["id"], None)
        self.assertFalse(self.repository.exists())
        self.repository.mkdir()
        self.ours("init", "--dry-run")
        self.assertEqual(list(self.repository.iterdir()), [])


class BackupByUs(RepositoryTest):
    def setUp(self):
        super().setUp()
        self.source = make_source(self.scratch / "source")
        self.ours("init")

    @needs_restic
    def test_restic_checks_and_restores_it(self):
        self.ours("backup", self.source)
        self.restic_check()
        self.restic("restore", "latest", "--target", self.scratch / "restored")
        self.assert_same(self.source, self.scratch / "restored" / str(self.source).lstrip("/"))

    @needs_restic
    def test_restic_goes_on_without_storing_anything_again(self):
        ours = self.ours_json("backup", self.source)
        for options in ([], ["--force"]):
            with self.subTest(options=options):
                summary = self.restic_summary(self.source, *options)
                self.assertEqual(summary["data_blobs"], 0)
                self.assertEqual(summary["total_bytes_processed"], ours["bytes"])
                self.assertEqual(summary["total_files_processed"], ours["files"])
        self.assertEqual(self.restic_summary(self.source)["files_unmodified"], ours["files"])

    @needs_restic
    def test_restic_diff_sees_what_changed_and_nothing_else(self):
        first = self.ours_json("backup", self.source)["snapshot"]
        (self.source / "new file").write_text("new")
        (self.source / "text.log").write_text("other text")
        (self.source / "empty").unlink()
        second = self.ours_json("backup", self.source)["snapshot"]
        lines = self.restic("diff", first, second).splitlines()
        changes = {tuple(line.split(None, 1)) for line in lines if re.match(r"[-+MTU]\s+/", line)}
        self.assertEqual(changes, {("+", f"{self.source}/new file"), ("M", f"{self.source}/text.log"),
                                   ("-", f"{self.source}/empty")})

    def test_the_second_backup_reads_and_stores_nothing(self):
        first = self.ours_json("backup", self.source)
        second = self.ours_json("backup", self.source)
        self.assertEqual(second["filesUnchanged"], second["files"])
        self.assertEqual(second["parent"], first["snapshot"])
        forced = self.ours_json("backup", self.source, "--force-read")
        self.assertEqual((forced["filesUnchanged"], forced["parent"]), (0, None))
        for backup in (second, forced):
            self.assert_nothing_new(backup, self.source)

    def test_a_parent_of_another_host_only_when_asked_for(self):
        first = self.ours_json("backup", self.source, "--host=elsewhere", "--tag=a", "--tag=b")
        self.assertEqual(self.ours_json("backup", self.source)["filesUnchanged"], 0)
        asked = self.ours_json("backup", self.source, "--host=third", "--parent", first["snapshot"][:8])
        self.assertEqual((asked["filesUnchanged"], asked["parent"]), (asked["files"], first["snapshot"]))
        listed = self.ours_json("list", "snapshots", "--tag=b")["snapshots"]
        self.assertEqual([(each["id"], each["host"], each["tags"]) for each in listed],
                         [(first["snapshot"], "elsewhere", ["a", "b"])])

    def test_a_dry_run_writes_nothing_and_knows_how_much(self):
        before = sorted(self.repository.rglob("*"))
        would = self.ours_json("backup", self.source, "--dry-run")
        self.assertEqual(sorted(self.repository.rglob("*")), before)
        self.assertEqual(would["snapshot"], None)
        does = self.ours_json("backup", self.source)
        for name in ("files", "bytes", "blobsNew", "blobsKnown"):
            self.assertEqual(would[name], does[name], name)
        self.assertAlmostEqual(would["bytesNew"], does["bytesNew"], delta=1000)

    def test_compression(self):
        text = self.scratch / "text"
        text.mkdir()
        shutil.copy(self.source / "text.log", text)
        off = self.ours_json("backup", text, "--dry-run", "--compression=off")
        auto = self.ours_json("backup", text, "--dry-run")
        best = self.ours_json("backup", text, "--dry-run", "--compression=max")
        self.assertGreater(off["bytesStored"], auto["bytesStored"])
        self.assertGreater(off["bytesStored"], best["bytesStored"])
        self.assertNotEqual(auto["bytesStored"], best["bytesStored"])
        self.assertEqual(self.error_of("backup", text, "--compression=much", code=USAGE)["code"], "usage")

    def test_what_is_no_directory_is_refused_with_a_hint(self):
        self.assertEqual(self.error_of("backup", self.source / "nothing")["fault"], "not_found")
        self.assertIn("--block", self.error_of("backup", self.source / "empty")["fix"])
        self.assertIn("--block", self.error_of("backup", self.source, "--block")["fix"])

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_a_file_without_rights_is_named_and_the_rest_saved(self):
        (self.source / "secret").touch(mode=0)
        outcome = self.ours("backup", self.source, "--output=json", code=PARTIAL)
        self.assertEqual([path.split(":")[0] for path in outcome.json()["unreadable"]], ["secret"])

    def test_list(self):
        snapshot = self.ours_json("backup", self.source)["snapshot"]
        files = self.ours_json("list", "files", f"latest:{self.source}")
        self.assertEqual(files["snapshot"], snapshot)
        entries = {entry["path"]: entry for entry in files["files"]}
        self.assertEqual(entries[f"{self.source}/text.log"]["size"], os.path.getsize(self.source / "text.log"))
        self.assertEqual(entries[f"{self.source}/dangling"]["target"], "/nowhere/at all")
        self.assertIn("-rwsr-x--x", self.ours("list", "files", f"latest:{self.source}/text.log").out)
        self.assertEqual(len(self.ours_json("list", "packs")["packs"]), len(self.packs()))
        self.assertEqual(self.ours_json("list", "locks")["locks"], [])
        self.assertEqual(len(self.ours_json("list", "keys")["keys"]), 1)
        self.assertEqual(self.error_of("list", "files", "abcdef12")["code"], "repository.snapshot")
        self.assertEqual(self.error_of("list", "files", code=USAGE)["code"], "usage")


class Block(RepositoryTest):
    def setUp(self):
        super().setUp()
        self.image = self.scratch / "disk.img"
        write_random(self.image, 6 * MIB)
        with open(self.image, "r+b") as file:
            file.truncate(50 * MIB + 4096)
            file.seek(40 * MIB)
            file.write(b"data" * 1024)
        self.ours("init")

    def test_an_image_comes_back_the_same_with_its_holes(self):
        first = self.ours_json("backup", self.image, "--block")
        self.assertEqual(first["bytes"], self.image.stat().st_size)
        self.assertLess(first["bytesNew"], 20 * MIB)
        target = self.scratch / "restored.img"
        self.ours("restore", f"latest:{self.image}", "--block", "--target", target)
        self.assertEqual(self.image.read_bytes(), target.read_bytes())
        self.assertLess(target.stat().st_blocks * 512, 20 * MIB)
        with open(self.image, "r+b") as file:
            file.seek(5 * MIB)
            file.write(b"changed")
        second = self.ours_json("backup", self.image, "--block")
        self.assertLess(second["bytesNew"], 5 * MIB)
        self.ours("restore", f"latest:{self.image}", "--block", "--target", target, "--resume")
        self.assertEqual(self.image.read_bytes(), target.read_bytes())

    @needs_restic
    def test_restic_restores_it_too(self):
        self.ours("backup", self.image, "--block")
        self.restic_check()
        self.restic("restore", "latest", "--target", self.scratch / "out")
        self.assertEqual(self.image.read_bytes(), (self.scratch / "out" / str(self.image).lstrip("/")).read_bytes())


@needs_restic
class RepositoryByRestic(RepositoryTest):
    def setUp(self):
        super().setUp()
        self.source = make_source(self.scratch / "source")
        self.restic("init")
        self.restic("backup", self.source, "--tag", "theirs")
        self.theirs = self.ours_json("list")["snapshots"][0]

    def test_we_list_and_check_it(self):
        self.assertEqual((self.theirs["paths"], self.theirs["tags"]), ([str(self.source)], ["theirs"]))
        result = self.ours_json("check", "--read-data")
        self.assertTrue(result["whole"])
        self.assertEqual((result["snapshots"], result["packs"]), (1, len(self.packs())))

    def test_we_restore_it(self):
        self.ours("restore", "latest", "--target", self.scratch / "restored")
        self.assert_same(self.source, self.scratch / "restored" / str(self.source).lstrip("/"))

    def test_we_go_on_without_reading_or_storing_anything(self):
        ours = self.ours_json("backup", self.source)
        self.assertEqual(ours["parent"], self.theirs["id"])
        forced = self.ours_json("backup", self.source, "--force-read")
        wanted = self.node(self.theirs["tree"])
        for backup in (ours, forced):
            self.assertEqual(self.node(backup["tree"]), wanted)
            self.assertEqual(backup["filesUnchanged"], backup["files"] if backup is ours else 0)
            self.assert_nothing_new(backup, self.source)
        self.restic_check()

    def node(self, tree):
        """The source's entry as it is stored, with the id of everything in it."""
        for name in self.source.parts[1:]:
            nodes = json.loads(self.restic("cat", "blob", tree))["nodes"]
            node = [each for each in nodes if each["name"] == name][0]
            tree = node["subtree"]
        return node


if __name__ == "__main__":
    unittest.main()
