"""Killed in the middle: the same command again finishes, the data is whole, and nothing is left over."""

import signal
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from support import BedTest, interrupt  # noqa: E402


class Interrupted(BedTest):
    MEBIBYTES = 256

    def setUp(self):
        super().setUp()
        self.source = self.load("minio", mebibytes=self.MEBIBYTES)
        self.target = self.namespace("minio-" + self.id().rsplit("_", 1)[-1])
        self.before = self.fingerprint("minio", "east", self.source)

    def command(self, *more):
        return self.migration(self.source, self.target, "--output", "json", *self.at_depot(), *more)

    def finish_and_check(self, run=None):
        run = run or self.tranship(*self.command(), expect=None)
        self.assertEqual(run.code, 0, run)
        self.assertEqual(self.before, self.fingerprint("minio", "west", self.target))
        self.assert_no_leftovers()
        return run

    def wait_for_mover(self, cluster, process):
        return self.wait_until(
            f"a mover runs on {cluster}", lambda: self.running_mover(cluster) or process.poll() is not None
        )

    def test_mover_pod_deleted(self):
        process = self.start(*self.command())
        for cluster in ("east", "west"):
            found = self.wait_for_mover(cluster, process)
            if isinstance(found, list):
                self.kubectl(cluster, "delete", "pod", "-n", *found, "--force", "--grace-period=0", check=False)
        self.finish_and_check(self.finish(process))

    def test_cli_killed_while_reading(self):
        process = self.start(*self.command())
        self.wait_for_mover("east", process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.finish_and_check()

    def test_cli_killed_while_filling(self):
        process = self.start(*self.command())
        self.wait_for_mover("west", process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        run = self.finish_and_check()
        self.assertTrue(run.json["resumed"], "it went on with the restore point that was there")

    def test_ctrl_c_stops_cleanly(self):
        process = self.start(*self.command())
        self.wait_for_mover("east", process)
        interrupt(process)
        run = self.finish(process)
        self.assertEqual(run.code, 130, run)
        self.assertIn("again", run.err)
        self.wait_until("nothing is left", lambda: not any(line.strip() for line in self.mover_pods("east")), 60)
        self.assert_no_leftovers()
        self.finish_and_check()

    def test_api_server_restarted(self):
        process = self.start(*self.command())
        self.wait_for_mover("east", process)
        self.bed_command("restart", "--name", self.bed, "east", "apiserver")
        self.wait_for_mover("west", process)
        self.bed_command("restart", "--name", self.bed, "west", "apiserver")
        run = self.finish(process)
        self.finish_and_check(run if run.code == 0 else None)

    def test_s3_cut_for_twenty_seconds(self):
        process = self.start(*self.command())
        self.wait_for_mover("east", process)
        time.sleep(0.3)
        self.bed_command("depot", "pause", "--name", self.bed, "20")
        run = self.finish(process)
        self.finish_and_check(run if run.code == 0 else None)


if __name__ == "__main__":
    unittest.main()
