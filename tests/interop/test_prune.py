"""Our prune beside stock restic: what it leaves is whole, restic's writers lose nothing, and it frees as much."""
import random
import shutil
import signal
import time
import unittest

from support import FAILED, MIB, USAGE, RepositoryTest, needs_restic, needs_root, write_random

SOON = "--grace=1s"


class Prune(RepositoryTest):
    def setUp(self):
        super().setUp()
        self.source = self.scratch / "source"
        self.source.mkdir()
        self.ours("init")

    def fill(self, name, size=3 * MIB, seed=None):
        write_random(self.source / name, size, seed if seed is not None else len(name) + sum(name.encode()))

    def bytes_in_packs(self):
        return sum(path.stat().st_size for path in self.packs())

    def prune(self, *arguments):
        return self.ours_json("prune", *arguments)

    def ripe(self):
        time.sleep(1.1)

    def forget_all_but_latest(self):
        self.ours("forget", "--keep-latest=1", f"--path={self.source}")

    def expect_restores(self):
        target = self.scratch / f"target-{time.monotonic_ns()}"
        self.ours("restore", f"latest:{self.source}", "--target", target)
        self.assert_same(self.source, target)
        shutil.rmtree(target)

    def two_states(self):
        """A repository of which half of what the first snapshot stored is needed no longer."""
        for number in range(12):
            self.fill(f"kept-{number}")
            self.fill(f"gone-{number}")
        self.ours("backup", self.source)
        for number in range(12):
            (self.source / f"gone-{number}").unlink()
        self.fill("new")
        self.ours("backup", self.source)
        self.forget_all_but_latest()

    @needs_restic
    def test_restic_finds_it_whole_in_every_phase(self):
        self.two_states()
        before = self.bytes_in_packs()
        marked = self.prune(SOON)
        self.assertGreater(marked["marked"]["bytes"], 30 * MIB)
        self.restic_check()
        self.ripe()
        removed = self.prune(SOON)
        self.assertEqual(removed["removed"]["bytes"], marked["marked"]["bytes"])
        self.assertLess(self.bytes_in_packs(), before * 0.65)
        self.restic_check()
        self.assertTrue(self.ours_json("check", "--read-data")["whole"])
        self.expect_restores()
        self.restic("restore", "latest", "--target", self.scratch / "by-restic")

    @needs_restic
    def test_frees_what_restic_frees(self):
        self.two_states()
        copy = self.scratch / "copy"
        shutil.copytree(self.repository, copy)
        self.prune("--grace=0")
        ours = self.bytes_in_packs()
        self.restic_check()
        ours_left = self.repository
        self.repository = copy
        self.restic("prune")
        theirs = self.bytes_in_packs()
        self.repository = ours_left
        self.assertLess(ours, theirs * 1.05)
        self.assertEqual(self.prune("--grace=0")["removed"]["packs"], 0)

    @needs_restic
    def test_what_restic_refers_to_after_the_mark_is_kept(self):
        self.fill("shared", 8 * MIB)
        self.ours("backup", self.source)
        (self.source / "shared").rename(self.scratch / "aside")
        self.fill("other")
        self.ours("backup", self.source)
        self.forget_all_but_latest()
        self.assertGreater(self.prune(SOON)["marked"]["bytes"], 7 * MIB)
        (self.scratch / "aside").rename(self.source / "shared")
        self.assertLess(self.restic_summary(self.source)["data_added"], MIB)
        self.ripe()
        kept = self.prune(SOON)
        self.assertLess(kept["removed"]["bytes"], MIB)  # trees of the first snapshot
        self.assertGreater(kept["revived"]["bytes"], 7 * MIB)
        self.restic_check()
        self.expect_restores()

    @needs_restic
    def test_our_backups_write_marked_blobs_again(self):
        self.fill("shared", 8 * MIB)
        self.ours("backup", self.source)
        self.ours("forget", self.ours_json("list")["snapshots"][0]["id"])
        self.prune(SOON)
        before = self.bytes_in_packs()
        self.ours("backup", self.source)
        self.assertGreater(self.bytes_in_packs(), before + 7 * MIB)
        self.ripe()
        self.assertGreater(self.prune(SOON)["removed"]["bytes"], 7 * MIB)
        self.restic_check()
        self.expect_restores()

    @needs_restic
    def test_restic_may_prune_in_between(self):
        self.two_states()
        self.prune(SOON)
        self.restic("prune")
        self.restic_check()
        self.ripe()
        self.prune(SOON)
        self.restic_check()
        self.expect_restores()

    @needs_restic
    def test_nothing_is_removed_while_restic_writes(self):
        self.two_states()
        self.prune(SOON)
        self.fill("large", 200 * MIB)
        process = self.start_restic("backup", self.source)
        locks = self.repository / "locks"
        # Not the file that restic gives its name when it is written.
        while not any(len(path.name) == 64 for path in locks.iterdir()):
            self.assertIsNone(process.poll())
            time.sleep(0.005)
        process.send_signal(signal.SIGSTOP)
        self.ripe()
        waiting = self.prune(SOON)
        self.assertEqual(waiting["removed"]["packs"], 0)
        self.assertGreater(waiting["waiting"]["packs"], 0)
        self.assertEqual(len(waiting["holders"]), 1)
        process.send_signal(signal.SIGCONT)
        process.communicate()
        self.assertEqual(process.returncode, 0)
        self.assertGreater(self.prune(SOON)["removed"]["packs"], 0)
        self.restic_check()

    @needs_restic
    def test_killed_at_random_moments(self):
        generator = random.Random(5)
        for number in range(10):
            for name in range(6):
                self.fill(f"{number}-{name}", 2 * MIB)
            self.ours("backup", self.source)
            for name in range(0, 6, 2):
                (self.source / f"{number}-{name}").unlink()
            self.ours("backup", self.source)
            self.forget_all_but_latest()
            process = self.start("prune", SOON if number % 2 else "--grace=0")
            time.sleep(generator.uniform(0.25, 0.9))
            process.kill()
            process.communicate()
            self.assertTrue(self.ours_json("check")["whole"], number)
            self.ripe()
        self.expect_restores()
        self.restic("unlock")  # the last one killed may have left its lock, which restic's check does not pass
        self.restic_check()
        self.prune("--grace=0")
        used = sum(path.stat().st_size for path in self.source.iterdir())
        self.assertLess(self.bytes_in_packs(), used * 1.1)
        self.restic_check()

    def test_dry_run_changes_nothing(self):
        self.two_states()
        before = sorted(path for path in self.repository.rglob("*"))
        told = self.prune("--dry-run")
        self.assertGreater(told["marked"]["bytes"], 30 * MIB)
        self.assertEqual(sorted(path for path in self.repository.rglob("*")), before)
        text = self.ours("prune", "--dry-run").out
        self.assertIn("nothing was written", text)

    def test_forget_by_rules_and_prune(self):
        for number in range(4):
            self.fill(f"file-{number}", MIB)
            self.ours("backup", self.source)
            self.ours("backup", self.source, "--host=another")
        kept = self.ours_json("forget", "--keep-latest=2", "--dry-run")
        self.assertEqual((len(kept["forgotten"]), kept["kept"]), (4, 4))
        done = self.ours_json("forget", "--keep-latest=1", "--prune", "--grace=0")
        self.assertEqual(len(done["forgotten"]), 6)
        self.assertIsNotNone(done["prune"])
        self.assertEqual(len(self.ours_json("list")["snapshots"]), 2)
        self.error_of("forget", code=USAGE)
        self.error_of("forget", "latest", "--keep-daily=2", code=USAGE)
        self.error_of("prune", "--max-unused=100", code=USAGE)
        self.assertTrue(self.ours_json("check", "--read-data")["whole"])

    @needs_root
    def test_a_damaged_repository_is_left_alone(self):
        self.two_states()
        others = set(self.packs())
        self.fill("last")
        self.ours("backup", self.source)
        self.forget_all_but_latest()
        largest = max(set(self.packs()) - others, key=lambda path: path.stat().st_size)  # the snapshot needs all of it
        largest.unlink()
        names = sorted(path.name for path in self.packs())
        error = self.error_of("prune", "--grace=0", code=FAILED)
        self.assertIn("damaged", error["code"])
        self.assertEqual(sorted(path.name for path in self.packs()), names)


if __name__ == "__main__":
    unittest.main()
