"""The whole story in a real browser: both clusters' pages in two windows, in two languages and two themes."""

import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import controllers  # noqa: E402
from controllers import PASSPHRASE, SYSTEM  # noqa: E402
from support import ROOT  # noqa: E402

DRIVER = ROOT / "tests/pages/story.mjs"
INTERACTIONS_MAX = 14


class Pages(controllers.ControllerTest):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("chromium"):
            raise unittest.SkipTest("chromium is not set: run it by ./run test")
        super().setUpClass()

    def forwarded(self, cluster):
        """The address of the pages that the controller itself serves, by a port-forward."""
        command = [os.environ["TRANSHIP_BED_KUBECTL"], "--kubeconfig", self.kubeconfig(cluster)]
        process = subprocess.Popen(
            [*command, "port-forward", "-n", SYSTEM, "service/tranship", ":80"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.terminate)
        found = re.search(r"127\.0\.0\.1:\d+", process.stdout.readline())
        self.assertTrue(found, "kubectl port-forward ended")
        return f"http://{found.group()}/"

    def clean(self):
        for cluster in ("east", "west"):
            for kind in ("policy", "export", "import", "restore", "restorepoint", "location"):
                self.kubectl(cluster, "delete", f"{kind}.tranship.io", "--all", "-A", check=False)
            self.kubectl(
                *(cluster, "delete", "secret", "-n", SYSTEM, "-l", "app.kubernetes.io/managed-by=tranship"), check=False
            )

    def play(self, driver, **story):
        run = subprocess.run(
            [sys.executable, str(ROOT / "tools/node.py"), "node", str(driver)],
            input=json.dumps(story),
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        self.assertEqual(run.returncode, 0, run.stderr[-4000:])
        return json.loads(run.stdout)

    def story(self, language, theme):
        self.clean()
        self.addCleanup(self.clean)
        source = self.load("minio", mebibytes=16)
        before = self.fingerprint("minio", "east", source)
        self.namespace("minio-replica")
        told = self.play(
            DRIVER,
            east=self.dashboard("east"),
            west=self.dashboard("west"),
            language=language,
            themes={"east": "light" if theme == "dark" else "dark", "west": theme},
            application=source,
            target="minio-replica",
            store={
                "endpoint": self.s3["endpoint"],
                "bucket": self.s3["bucket"],
                "prefix": f"team-{os.getpid()}-{language}",
            },
            eastKeys=self.s3,
            westKeys=self.reader_keys(),
            passphrase=PASSPHRASE,
            pictures=os.environ.get("TRANSHIP_PICTURES"),
        )
        self.assertEqual(before, self.fingerprint("minio", "west", "minio-replica"))
        self.assertLessEqual(len(told["interactions"]), INTERACTIONS_MAX, told["interactions"])
        self.assertTrue(told["address"], told)
        # The next export arrives with the next import, without a click.
        exported = self.objects("east", "export")[0]
        again = {"application": exported["spec"]["application"], "location": exported["spec"]["location"]}
        self.apply("east", controllers.tranship("Export", f"next-{language}", again))
        self.ended("east", "export", f"next-{language}")
        policy = self.objects("west", "policy")[0]["metadata"]["name"]
        self.run_policy("west", policy, "again")
        self.wait_until("the second restore point arrives", lambda: len(self.objects("west", "restorepoint")) == 2)

    def test_in_english(self):
        self.story("en", "dark")

    def test_in_chinese(self):
        self.story("zh", "light")

    def test_the_cluster_serves_them_to_whoever_has_a_token(self):
        token = self.kubectl("west", "create", "token", "tranship", "-n", SYSTEM).strip()
        told = self.play(
            ROOT / "tests/pages/login.mjs",
            address=self.forwarded("west"),
            token=token,
            pictures=os.environ.get("TRANSHIP_PICTURES"),
        )
        self.assertIn("serviceaccount:tranship:tranship", told["user"])


if __name__ == "__main__":
    unittest.main()
