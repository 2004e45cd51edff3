"""Our restore: paths, going on, removing, dry runs, and targets that are full or read-only."""
import os
import unittest

from support import DENIED, MIB, RepositoryTest, describe, holes, make_source, mounted_tmpfs, needs_root, write_random


class Restore(RepositoryTest):
    def setUp(self):
        super().setUp()
        self.source = make_source(self.scratch / "source")
        self.ours("init")
        self.ours("backup", self.source)
        self.target = self.scratch / "target"

    def latest(self, path=""):
        return f"latest:{self.source}{path}"

    def test_all_of_it_below_the_whole_path(self):
        result = self.ours_json("restore", "latest", "--target", self.target)
        self.assert_same(self.source, self.target / str(self.source).lstrip("/"))
        self.assertEqual(result["failed"], [])

    def test_a_directory_becomes_the_target_with_its_own_metadata(self):
        self.ours("restore", self.latest("/deep"), "--target", self.target)
        self.assert_same(self.source / "deep", self.target)
        there, wanted = os.stat(self.target), os.stat(self.source / "deep")
        self.assertEqual((there.st_mode, there.st_mtime_ns, os.getxattr(self.target, "user.note")),
                         (wanted.st_mode, wanted.st_mtime_ns, b"of a directory"))

    def test_a_single_file(self):
        self.ours("restore", self.latest("/text.log"), "--target", self.target)
        wanted = describe(self.source)[b"text.log"]
        self.assertEqual(describe(self.target), {b"text.log": {**wanted, "links": [b"text.log"]}})

    def test_holes_stay_holes(self):
        self.ours("restore", self.latest(), "--target", self.target)
        self.assertGreater(holes(self.target / "holes.img"), 30 * MIB)

    def test_a_target_that_is_not_empty_is_left_alone(self):
        self.target.mkdir()
        (self.target / "own").write_text("mine")
        error = self.error_of("restore", self.latest(), "--target", self.target)
        self.assertEqual(error["code"], "volume.not_empty")
        self.assertIn("--resume", error["fix"])
        self.assertEqual([path.name for path in self.target.iterdir()], ["own"])

    def test_resume_mends_what_is_not_right_and_keeps_the_rest(self):
        self.ours("restore", self.latest(), "--target", self.target)
        (self.target / "text.log").write_text("something else")
        (self.target / "deep" / "deeper" / "small-05").unlink()
        (self.target / "own").write_text("mine")
        result = self.ours_json("restore", self.latest(), "--target", self.target, "--resume")
        self.assertGreater(result["filesKept"], 50)
        self.assertEqual((self.target / "own").read_text(), "mine")
        (self.target / "own").unlink()
        os.utime(self.target, ns=(1, os.stat(self.source).st_mtime_ns))
        self.assert_same(self.source, self.target)

    def test_remove_others_and_its_dry_run(self):
        self.ours("restore", self.latest(), "--target", self.target)
        (self.target / "own").write_text("mine")
        (self.target / "deep" / "folder").mkdir()
        options = ("restore", self.latest(), "--target", self.target, "--remove-others")
        plan = self.ours_json(*options, "--dry-run")
        self.assertEqual(sorted(plan["otherPaths"]), ["deep/folder", "own"])
        self.assertIn("own", self.ours(*options, "--dry-run").out)
        self.assertTrue((self.target / "own").exists())
        self.ours(*options)
        self.assert_same(self.source, self.target)

    def test_a_dry_run_makes_nothing(self):
        plan = self.ours_json("restore", self.latest(), "--target", self.target, "--dry-run")
        self.assertFalse(self.target.exists())
        self.assertEqual(plan["files"], sum("digest" in entry for entry in describe(self.source).values()))

    def test_latest_of_a_host(self):
        self.ours("backup", self.source / "deep", "--host=elsewhere")
        self.ours("restore", "latest", "--host=elsewhere", f"--path={self.source / 'deep'}", "--target", self.target)
        self.assert_same(self.source / "deep", self.target / str(self.source / "deep").lstrip("/"))
        error = self.error_of("restore", "latest", "--host=nobody", "--target", self.target)
        self.assertEqual(error["code"], "repository.snapshot")

    def test_a_path_that_is_not_there(self):
        error = self.error_of("restore", self.latest("/nothing"), "--target", self.target)
        self.assertEqual(error["fault"], "not_found")
        self.assertFalse(self.target.exists())


@needs_root
class Targets(RepositoryTest):
    def setUp(self):
        super().setUp()
        self.source = self.scratch / "source"
        self.source.mkdir()
        write_random(self.source / "data", 24 * MIB)

    def test_a_full_target_says_how_much_is_needed_and_goes_on_with_room(self):
        self.ours("init")
        self.ours("backup", self.source)
        with mounted_tmpfs(self.scratch / "small", "size=8m") as small:
            error = self.error_of("restore", f"latest:{self.source}", "--target", small)
            self.assertEqual(error["code"], "volume.full")
            self.assertIn("24.0 MiB", error["fix"])
        with mounted_tmpfs(self.scratch / "large", "size=64m") as large:
            self.ours("restore", f"latest:{self.source}", "--target", large, "--resume")
            self.assert_same(self.source, large)

    def test_a_read_only_target(self):
        self.ours("init")
        self.ours("backup", self.source)
        with mounted_tmpfs(self.scratch / "fixed", "size=64m,ro") as fixed:
            error = self.error_of("restore", f"latest:{self.source}", "--target", fixed)
            self.assertIn("Read-only file system", error["text"])

    def test_a_full_repository_leaves_no_snapshot(self):
        with mounted_tmpfs(self.repository, "size=10m"):
            self.ours("init")
            self.assertEqual(self.error_of("backup", self.source)["code"], "store.full")
            self.assertEqual(self.ours_json("list")["snapshots"], [])
            self.assertTrue(self.ours_json("check", "--read-data")["whole"])
            self.assertEqual(self.ours_json("list", "locks")["locks"], [])

    def test_a_read_only_repository_is_read_and_not_written(self):
        self.repository.mkdir()
        with mounted_tmpfs(self.repository, "size=64m"):
            self.ours("init")
            self.ours("backup", self.source)
            os.system(f"mount -o remount,ro {self.repository}")
            self.ours("check", "--read-data")
            self.ours("list")
            self.ours("restore", f"latest:{self.source}", "--target", self.scratch / "target")
            self.assert_same(self.source, self.scratch / "target")
            self.assertEqual(self.error_of("backup", self.source, code=DENIED)["code"], "store.read_only")


if __name__ == "__main__":
    unittest.main()
