"""Ctrl-C and kill in the middle, and what others may do meanwhile."""
import signal
import time
import unittest

from support import DONE, INTERRUPTED, MIB, RepositoryTest, needs_restic, write_random

SIZE = 320 * MIB


class Interrupted(RepositoryTest):
    def setUp(self):
        super().setUp()
        self.source = self.scratch / "source"
        self.source.mkdir()
        write_random(self.source / "data", SIZE)
        (self.source / "small").write_text("small")
        self.ours("init")

    def wait_for(self, process, condition):
        while not condition():
            self.assertIsNone(process.poll(), "ended before it could be interrupted")
            time.sleep(0.002)

    def end(self, process, code):
        out, error = process.communicate()
        self.assertEqual(process.returncode, code, (out, error))

    def locks(self):
        return list((self.repository / "locks").iterdir()) if (self.repository / "locks").exists() else []

    def test_a_backup_stopped_by_ctrl_c_leaves_no_lock_and_goes_on(self):
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            process = self.start("backup", self.source)
            packs = len(self.packs())
            self.wait_for(process, lambda: len(self.packs()) > packs)
            process.send_signal(signal_number)
            self.end(process, INTERRUPTED)
            self.assertEqual(self.locks(), [])
            self.assertEqual(self.ours_json("list")["snapshots"], [])
        self.ours("backup", self.source)
        self.assertTrue(self.ours_json("check", "--read-data")["whole"])

    @needs_restic
    def test_a_killed_backup_is_no_harm(self):
        process = self.start("backup", self.source)
        self.wait_for(process, lambda: len(self.packs()) > 1)
        process.kill()
        process.communicate()
        self.ours("backup", self.source)
        self.assertEqual(self.locks(), [])
        self.restic("prune")
        self.restic_check()
        self.ours("restore", f"latest:{self.source}", "--target", self.scratch / "target")
        self.assert_same(self.source, self.scratch / "target")

    def test_a_restore_stopped_by_ctrl_c_goes_on(self):
        self.ours("backup", self.source)
        target = self.scratch / "target"
        process = self.start("restore", f"latest:{self.source}", "--target", target)
        self.wait_for(process, lambda: (target / "data").exists() and (target / "data").stat().st_blocks > 0)
        process.send_signal(signal.SIGINT)
        self.end(process, INTERRUPTED)
        self.ours("restore", f"latest:{self.source}", "--target", target, "--resume")
        self.assert_same(self.source, target)

    @needs_restic
    def test_prune_keeps_away_while_a_backup_runs(self):
        process = self.start("backup", self.source)
        self.wait_for(process, self.locks)
        self.wait_for(process, self.packs)
        process.send_signal(signal.SIGSTOP)
        self.assertIn("already locked", self.restic("prune", fails=True))
        lock = self.ours_json("list", "locks")["locks"][0]
        self.assertEqual((lock["pid"], lock.get("exclusive", False)), (process.pid, False))
        self.ours("check")
        self.ours("backup", self.source / ".." / "source", "--host=beside")
        process.send_signal(signal.SIGCONT)
        self.end(process, DONE)
        self.restic_check()


if __name__ == "__main__":
    unittest.main()
