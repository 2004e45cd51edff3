"""What the tests of this folder have in common: a system namespace of their own on an API server, programs that go on
until the test ends, and a browser that plays a script."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

ROOT = pathlib.Path(__file__).parents[2]
NEEDED = ("TRANSHIP_BINARY", "TRANSHIP_BED_KUBECTL", "TRANSHIP_TEST_KUBECONFIG", "TRANSHIP_TEST_S3")
PASSPHRASE = "a sentence"


class PagesTest(unittest.TestCase):
    def setUp(self):
        for name in NEEDED:
            if not os.environ.get(name):
                self.skipTest(f"{name} is not set")
        if not shutil.which("chromium"):
            self.skipTest("chromium is not set")
        folder = tempfile.TemporaryDirectory(prefix="tranship-pages-")
        self.addCleanup(folder.cleanup)
        self.scratch = pathlib.Path(folder.name)
        self.s3 = json.loads(os.environ["TRANSHIP_TEST_S3"])
        self.namespace = f"pages-{uuid.uuid4().hex[:8]}"
        self.tranship("install", "--namespace", self.namespace, "--ready-timeout", "0")
        self.addCleanup(self.tranship, "uninstall", "--namespace", self.namespace)
        self.addCleanup(self.kubectl, "delete", "namespace", self.namespace, "--wait=false")
        self.place = ("--location", f"s3://{self.s3['bucket']}/{self.namespace}", "--endpoint", self.s3["endpoint"])

    def run_program(self, *command, text=None):
        secrets = {"TRANSHIP_PASSWORD": PASSPHRASE, "AWS_ACCESS_KEY_ID": self.s3["access_key_id"],
                   "AWS_SECRET_ACCESS_KEY": self.s3["secret_access_key"]}
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=900,
                              env={**os.environ, **secrets})
        self.assertEqual(done.returncode, 0, done.stderr[-4000:])
        return done.stdout

    def tranship(self, *arguments):
        at = ("--context", os.environ["TRANSHIP_TEST_KUBECONFIG"])
        return self.run_program(os.environ["TRANSHIP_BINARY"], *arguments, *(() if arguments[0] == "token" else at))

    def kubectl(self, *arguments, text=None):
        command = (os.environ["TRANSHIP_BED_KUBECTL"], "--kubeconfig", os.environ["TRANSHIP_TEST_KUBECONFIG"])
        return self.run_program(*command, *arguments, text=text)

    def serve(self, *arguments):
        """A program that goes on until the test ends; its standard output as a file."""
        output = self.scratch / f"{arguments[0]}.json"
        with open(output, "w") as file, open(self.scratch / f"{arguments[0]}.log", "w") as log:
            process = subprocess.Popen(
                [os.environ["TRANSHIP_BINARY"], *arguments, "--context", os.environ["TRANSHIP_TEST_KUBECONFIG"],
                 "--namespace", self.namespace], stdout=file, stderr=log)
        self.addCleanup(process.wait, 60)
        self.addCleanup(process.terminate)
        return output

    def wait(self, what):
        for _ in range(300):
            if found := what():
                return found
            time.sleep(0.2)
        self.fail("it did not come about")

    def apply(self, kind, name, spec=None, api_version="tranship.io/v1alpha1", **more):
        metadata = {"name": name, "namespace": self.namespace}
        body = {"apiVersion": api_version, "kind": kind, "metadata": metadata, **more}
        if spec is not None:
            body["spec"] = spec
        self.kubectl("apply", "-f", "-", text=json.dumps(body))

    def get(self, kind, name):
        plural = kind if kind == "secret" else f"{kind}.tranship.io"
        return json.loads(self.kubectl("-n", self.namespace, "get", plural, name, "-o", "json"))

    def dashboard(self):
        """The address of pages for this test."""
        output = self.serve("dashboard", "--output", "json")
        text = self.wait(lambda: (said := output.read_text()).rstrip().endswith("}") and said)
        return json.loads(text)["address"]

    def play(self, script, **scene):
        scene = {"pictures": os.environ.get("TRANSHIP_PICTURES"), **scene}
        driver = str(ROOT / "tests/pages" / script)
        told = self.run_program(sys.executable, str(ROOT / "tools/node.py"), "node", driver, text=json.dumps(scene))
        return json.loads(told)
