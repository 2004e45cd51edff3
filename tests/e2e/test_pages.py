"""The whole story in a real browser, in two languages and two themes: both clusters' pages in two windows; then the
source is destroyed, and a third cluster that never heard of it brings its application back."""

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

DRIVERS = ROOT / "tests/pages"
TRANSFORMS = ROOT / "deploy/examples/transformset.yaml"
THEMES = {"en": "dark", "zh": "light"}
INTERACTIONS_MAX = 14


class Pages(controllers.ControllerTest):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("chromium"):
            raise unittest.SkipTest("chromium is not set: run it by ./run test")
        cls.exported = {}  # by language: where the story left its restore points, and what the data were
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
            for kind in ("policy", "backup", "export", "import", "restore", "restorepoint", "location", "transformset"):
                self.kubectl(cluster, "delete", f"{kind}.tranship.io", "--all", "-A", check=False)
            self.kubectl(
                *(cluster, "delete", "secret", "-n", SYSTEM, "-l", "app.kubernetes.io/managed-by=tranship"), check=False
            )

    def play(self, driver, **story):
        run = subprocess.run(
            [sys.executable, str(ROOT / "tools/node.py"), "node", str(DRIVERS / driver)],
            input=json.dumps({"pictures": os.environ.get("TRANSHIP_PICTURES"), **story}),
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        self.assertEqual(run.returncode, 0, run.stderr[-4000:])
        return json.loads(run.stdout)

    def take_node_port(self, cluster, port):
        holder = self.namespace("taken", cluster)
        spec = {"type": "NodePort", "ports": [{"port": 80, "nodePort": port}]}
        self.kubectl(cluster, "create", "namespace", holder)
        metadata = {"name": "first", "namespace": holder}
        self.apply(cluster, {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec})

    def counted(self, what, interactions):
        print(f"{what}: {len(interactions)} interactions: {', '.join(interactions)}", file=sys.stderr)

    def story(self, language):
        theme = THEMES[language]
        store = {
            "endpoint": self.s3["endpoint"],
            "bucket": self.s3["bucket"],
            "prefix": f"team-{os.getpid()}-{language}",
        }
        self.clean()
        self.addCleanup(self.clean)
        source = self.load("minio", mebibytes=16)
        before = self.fingerprint("minio", "east", source)
        self.namespace("minio-replica")
        self.take_node_port("west", 30900)
        self.kubectl("west", "apply", "-n", SYSTEM, "-f", TRANSFORMS)
        told = self.play(
            "story.mjs",
            east=self.dashboard("east"),
            west=self.dashboard("west"),
            language=language,
            themes={"east": "light" if theme == "dark" else "dark", "west": theme},
            application=source,
            target="minio-replica",
            transforms=f"{SYSTEM}/for-tests",
            store=store,
            eastKeys=self.s3,
            westKeys=self.reader_keys(),
            passphrase=PASSPHRASE,
        )
        self.counted(f"from east to west ({language})", told["interactions"])
        self.assertEqual(before, self.fingerprint("minio", "west", "minio-replica"))
        self.assertLessEqual(len(told["interactions"]), INTERACTIONS_MAX, told["interactions"])
        self.assertTrue(told["address"], told)
        # What differs on the target is in the plan, and became true.
        for said in ("standard", "fast", "30900"):
            self.assertIn(said, told["plan"])
        claim = self.get("west", "pvc", "minio", "-n", "minio-replica")
        self.assertEqual(claim["spec"]["storageClassName"], "fast")
        port = self.get("west", "service", "minio", "-n", "minio-replica")["spec"]["ports"][0]["nodePort"]
        self.assertNotEqual(port, 30900)
        self.assertIn(str(port), told["address"])
        # The next export arrives with the next import, without a click.
        exported = self.objects("east", "export")[0]
        again = {"application": exported["spec"]["application"], "location": exported["spec"]["location"]}
        self.apply("east", controllers.tranship("Export", f"next-{language}", again))
        self.ended("east", "export", f"next-{language}")
        policy = self.objects("west", "policy")[0]["metadata"]["name"]
        self.run_policy("west", policy, "again")
        self.wait_until("the second restore point arrives", lambda: len(self.objects("west", "restorepoint")) == 2)
        self.exported[language] = {"application": source, "store": store}, before

    def test_in_english(self):
        self.story("en")

    def test_in_chinese(self):
        self.story("zh")

    def test_the_cluster_serves_them_to_whoever_has_a_token(self):
        token = self.kubectl("west", "create", "token", "tranship", "-n", SYSTEM).strip()
        told = self.play(
            "login.mjs",
            address=self.forwarded("west"),
            token=token,
        )
        self.assertIn("serviceaccount:tranship:tranship", told["user"])

    def bring_up(self, cluster, storage_class):
        """A cluster of the bed that has the program's image and nothing else."""
        self.bed_command("up", "--name", self.bed, "--no-api", f"{cluster}={storage_class}")
        status = json.loads(self.bed_command("status", "--name", self.bed, "--output", "json"))
        os.environ[f"TRANSHIP_BED_{cluster.upper()}"] = status["clusters"][cluster]["kubeconfig"]
        image = self.scratch / "image.tar"
        command = [sys.executable, str(ROOT / "tools/image.py"), "--binary", self.binary, "--output", str(image)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=120)
        self.bed_command("image", "load", "--name", self.bed, cluster, image)

    def destroy(self, cluster):
        self.bed_command("down", "--name", self.bed, cluster)
        self.loaded.pop((cluster, "minio"), None)

    def recovery(self, language):
        """A location with its passphrase is all that a new cluster is given."""
        self.bring_up("new", "fast")
        try:
            self.install("new")
            told_before, before = self.exported[language]
            told = self.play(
                "recovery.mjs",
                **told_before,
                new=self.dashboard("new"),
                language=language,
                themes={"new": THEMES[language]},
                keys=self.reader_keys(),
                passphrase=PASSPHRASE,
            )
            self.counted(f"the source is gone ({language})", told["interactions"])
            self.assertIn({"en": "Removed", "zh": "已移除"}[language], told["shown"])
            self.assertTrue(told["address"], told)
            self.assertEqual(before, self.fingerprint("minio", "new", told_before["application"]))
        finally:
            self.destroy("new")

    def test_the_source_is_gone(self):
        for language in THEMES:
            if language not in self.exported:
                self.story(language)
        # Others have this bed after us, and they need its cluster east.
        self.addCleanup(self.bring_up, "east", "standard")
        self.destroy("east")
        for language in THEMES:
            with self.subTest(language):
                self.recovery(language)


if __name__ == "__main__":
    unittest.main()
