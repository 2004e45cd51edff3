"""A share of an NFS server instead of a directory: what is in the exported folder is restic's to read. The server is
nfs-ganesha (tests/nfs/server.py); left out where it or root is missing."""
import json
import pathlib
import signal
import subprocess
import sys
import time
import unittest

from support import DENIED, DONE, INTERRUPTED, MIB, RepositoryTest, make_source, needs_restic, write_random

SERVER = pathlib.Path(__file__).parent.parent / "nfs" / "server.py"


class Share(RepositoryTest):
    version = 3

    def setUp(self):
        super().setUp()
        folder = self.scratch / "server"
        folder.mkdir()
        self.server = subprocess.Popen([sys.executable, "-B", SERVER, folder], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.stdin.close)
        self.answer = json.loads(self.server.stdout.readline())
        if "missing" in self.answer:
            self.skipTest(f"an NFS server needs {self.answer['missing']}")
        self.repository = folder / "share" / "shop"
        self.repository.mkdir()
        self.source = make_source(self.scratch / "source")

    def tell(self, command):
        self.server.stdin.write(command + "\n")
        self.server.stdin.flush()
        self.assertEqual(self.server.stdout.readline(), "ok\n")

    def address(self, path="share/shop", options=""):
        port = f"&mountport={self.answer['mountPort']}" if self.version == 3 else ""
        return f"nfs://127.0.0.1:{self.answer['port']}/{path}?version={self.version}{port}{options}"

    def location(self):
        return [f"--repository={self.address()}"]

    def wait_for_packs(self, process, count):
        while len(self.packs()) < count:
            self.assertIsNone(process.poll(), "ended before it could be disturbed")
            time.sleep(0.002)

    def hidden(self):
        return [path for path in self.repository.rglob(".tranship-*")]

    @needs_restic
    def test_ours_and_theirs_in_turn(self):
        self.take_turns()
        self.assertEqual(self.hidden(), [])

    def test_a_location_is_checked(self):
        found = self.program("location", "check", self.address(), "--thorough", "--output=json").json()
        self.assertTrue(found["ok"], found)
        self.assertEqual([path for path in self.repository.rglob("*") if path.is_file()], [])
        address = self.address(options="&uid=4711&gid=4711")
        stranger = self.program("location", "check", address, "--output=json", code=1)
        self.assertIn("uid=", stranger.json()["checks"][0]["text"])

    def test_what_is_missing_or_closed_is_told(self):
        self.ours("init")
        missing = self.program("repository", "list", f"--repository={self.address('share/none')}", "--output=json",
                               code=DENIED if self.version == 3 else 1)
        self.assertIn("showmount", missing.error)
        written = self.program("repository", "init", f"--repository={self.address('read-only')}", "--output=json",
                               code=DENIED)
        self.assertEqual(written.error_lines("error")[0]["code"], "store.read_only")

    @needs_restic
    def test_a_server_killed_and_started_again_costs_time_alone(self):
        write_random(self.source / "large", 200 * MIB)
        self.ours("init")
        process = self.start("backup", self.source)
        for packs in (2, 6):
            self.wait_for_packs(process, packs)
            self.tell("kill")
            time.sleep(1)
            self.tell("start")
        out, error = process.communicate()
        self.assertEqual(process.returncode, DONE, (out, error))
        self.assertEqual(self.hidden(), [])
        self.restic_check()
        self.ours("restore", f"latest:{self.source}", "--target", self.scratch / "target")
        self.assert_same(self.source, self.scratch / "target")

    @needs_restic
    def test_a_backup_that_loses_its_server_and_is_ended_is_no_harm(self):
        write_random(self.source / "large", 200 * MIB)
        self.ours("init")
        process = self.start("backup", self.source)
        self.wait_for_packs(process, 3)
        self.tell("kill")
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, error = process.communicate()
        self.assertEqual(process.returncode, INTERRUPTED, (out, error))
        self.assertLess(time.monotonic() - began, 30)
        self.tell("start")
        self.ours("backup", self.source)
        self.restic_check()


class ShareByVersion4(Share):
    version = 4


if __name__ == "__main__":
    unittest.main()
