"""The controller as a process: killed in the middle, ended, and two at once."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
import uuid

NEEDED = ("TRANSHIP_BINARY", "TRANSHIP_TEST_KUBECONFIG", "TRANSHIP_TEST_S3")
LEASE_S = 3


class Gate:
    """A TCP forwarder that can be shut, at once or after so many bytes: connections stay and nothing goes through."""

    def __init__(self, endpoint):
        host, port = endpoint.split("//")[1].strip("/").split(":")
        self.target = (host, int(port))
        self.changed = threading.Condition()
        self.left = None  # bytes that may still go up; None: any number
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def allow(self, count):
        with self.changed:
            self.left = count
            self.changed.notify_all()

    def shut(self):
        with self.changed:
            return self.left is not None and self.left <= 0

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(self.target)
            for source, sink, up in ((client, server, True), (server, client, False)):
                threading.Thread(target=self.pump, args=(source, sink, up), daemon=True).start()

    def pump(self, source, sink, up):
        try:
            while piece := source.recv(65536):
                with self.changed:
                    self.changed.wait_for(lambda: self.left is None or self.left > 0)
                    if up and self.left is not None:
                        self.left -= len(piece)
                sink.sendall(piece)
        except OSError:
            pass
        for each in (source, sink):
            each.close()


class Controller:
    def __init__(self, test):
        self.log = pathlib.Path(test.scratch) / f"log-{uuid.uuid4().hex[:6]}"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [os.environ["TRANSHIP_BINARY"], "controller", "--context", os.environ["TRANSHIP_TEST_KUBECONFIG"],
                 "--namespace", test.namespace, "--only-namespace", test.namespace, "--listen", "127.0.0.1:0",
                 "--lease-seconds", str(LEASE_S)], stderr=log, stdout=subprocess.DEVNULL)
        test.addCleanup(self.end)

    def lines(self):
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.endswith("}")]

    def port(self):
        for _ in range(300):
            if self.process.poll() is not None:
                raise AssertionError(f"the controller ended: {self.log.read_text()}")
            for line in self.lines():
                if "port" in line:
                    return int(line["port"])
            time.sleep(0.1)
        raise AssertionError("the controller did not start")

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port()}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metric(self, name):
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.get("/metrics")[1], re.MULTILINE)
        return float(found.group(1)) if found else None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


class ControllerTest(unittest.TestCase):
    def setUp(self):
        for name in NEEDED:
            if not os.environ.get(name):
                self.skipTest(f"{name} is not set")
        folder = tempfile.TemporaryDirectory(prefix="tranship-controller-")
        self.addCleanup(folder.cleanup)
        self.scratch = folder.name
        self.namespace = f"controller-{uuid.uuid4().hex[:8]}"
        self.s3 = json.loads(os.environ["TRANSHIP_TEST_S3"])
        self.run_tranship("install", "--namespace", self.namespace, "--ready-timeout", "0")
        self.addCleanup(self.run_tranship, "uninstall", "--namespace", self.namespace)
        self.addCleanup(self.kubectl, "delete", "namespace", self.namespace, "--wait=false")
        self.secret("keys", accessKeyId=self.s3["access_key_id"], secretAccessKey=self.s3["secret_access_key"])
        self.secret("passphrase", passphrase="a sentence")

    def run_tranship(self, *arguments):
        done = subprocess.run([os.environ["TRANSHIP_BINARY"], *arguments, "--context",
                               os.environ["TRANSHIP_TEST_KUBECONFIG"]], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def kubectl(self, *arguments, text=None):
        done = subprocess.run(["kubectl", "--kubeconfig", os.environ["TRANSHIP_TEST_KUBECONFIG"], *arguments],
                              input=text, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def apply(self, kind, name, spec, api_version="tranship.io/v1alpha1", **more):
        metadata = {"name": name, "namespace": self.namespace}
        body = {"apiVersion": api_version, "kind": kind, "metadata": metadata, **more}
        if spec is not None:
            body["spec"] = spec
        self.kubectl("apply", "-f", "-", text=json.dumps(body))

    def secret(self, name, **values):
        self.apply("Secret", name, None, api_version="v1", stringData=values)

    def location(self, endpoint=None):
        self.apply("Location", "store", {
            "s3": {"bucket": self.s3["bucket"], "prefix": self.namespace, "endpoint": endpoint or self.s3["endpoint"],
                   "credentialsSecret": {"name": "keys"}},
            "passphraseSecret": {"name": "passphrase"}})

    def export(self, name):
        self.apply("Export", name, {"application": {"namespace": self.namespace}, "location": {"name": "store"}})

    def status(self, kind, name):
        return json.loads(self.kubectl("-n", self.namespace, "get", kind, name, "-o", "json")).get("status", {})

    def wait(self, what, patience_s=60):
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            if found := what():
                return found
            time.sleep(0.2)
        raise AssertionError("it did not come about")

    def wait_phase(self, name, *phases):
        def look():
            status = self.status("export", name)
            return status if status.get("phase") in phases else None
        return self.wait(look)

    def wait_ready(self):
        self.wait(lambda: any(each["type"] == "Ready" and each["status"] == "True"
                              for each in self.status("location", "store").get("conditions", [])))

    def restore_points(self):
        return json.loads(self.kubectl("-n", self.namespace, "get", "restorepoints", "-o", "json"))["items"]

    def test_killed_in_the_middle_of_an_export_it_goes_on(self):
        gate = Gate(self.s3["endpoint"])
        self.location(gate.address)
        self.apply("ConfigMap", "page", None, api_version="v1", data={"text": os.urandom(100_000).hex()})
        controller = Controller(self)
        self.wait_ready()
        # Before the repository is there, before the pack, within the pack, and at the end of it.
        for budget in (1, 8_000, 60_000, 130_000):
            gate.allow(budget)
            if budget == 1:
                self.export("once")
            self.wait(gate.shut)
            self.wait_phase("once", "Running")
            controller.kill()
            self.assertEqual(self.status("export", "once")["phase"], "Running")
            controller = Controller(self)
        gate.allow(None)
        status = self.wait_phase("once", "Succeeded", "Failed")
        self.assertEqual(status["phase"], "Succeeded", status)
        self.assertEqual(len(self.restore_points()), 1)
        self.assertEqual(controller.end(), 0)
        # What a killed one wrote after its last breath is not made twice.
        listed = subprocess.run(
            [os.environ["TRANSHIP_BINARY"], "restore-points", self.namespace, "--output", "json", "--location",
             f"s3://{self.s3['bucket']}/{self.namespace}", "--endpoint", self.s3["endpoint"]],
            env={**os.environ, "AWS_ACCESS_KEY_ID": self.s3["access_key_id"],
                 "AWS_SECRET_ACCESS_KEY": self.s3["secret_access_key"], "TRANSHIP_PASSWORD": "a sentence"},
            capture_output=True, text=True, check=False)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        points = json.loads(listed.stdout)
        self.assertEqual(len(points["restorePoints"] if isinstance(points, dict) else points), 1)
        self.assertEqual(status["tokenSecret"], {"name": "once-token"})

    def test_two_controllers_one_leads_and_the_other_takes_over(self):
        self.location()
        first, second = Controller(self), Controller(self)
        self.wait(lambda: first.metric("tranship_leader") + second.metric("tranship_leader") == 1)
        self.wait_ready()
        leader, other = (first, second) if first.metric("tranship_leader") == 1 else (second, first)
        self.assertEqual(leader.get("/readyz"), (200, "leads\n"))
        self.assertEqual(other.get("/readyz"), (200, "stands by\n"))
        self.assertEqual(other.get("/healthz")[0], 200)
        leader.kill()
        self.export("after")
        self.assertEqual(self.wait_phase("after", "Succeeded", "Failed")["phase"], "Succeeded")
        self.assertEqual(other.metric("tranship_leader"), 1)
        self.assertEqual(other.metric('tranship_actions_total{kind="Export",phase="Succeeded"}'), 1)
        self.assertEqual(other.metric(f'tranship_location_ready{{namespace="{self.namespace}",name="store"}}'), 1)

    def test_ended_while_an_export_runs_it_leaves_it_to_the_next(self):
        gate = Gate(self.s3["endpoint"])
        self.location(gate.address)
        first = Controller(self)
        self.wait_ready()
        gate.allow(0)
        self.export("left")
        self.wait_phase("left", "Running")
        began = time.monotonic()
        self.assertEqual(first.end(), 0)
        self.assertLess(time.monotonic() - began, 20)
        self.assertEqual(self.status("export", "left")["phase"], "Running")
        gate.allow(None)
        Controller(self)
        self.assertEqual(self.wait_phase("left", "Succeeded", "Failed")["phase"], "Succeeded")

    def test_an_export_that_is_not_wanted_any_more(self):
        gate = Gate(self.s3["endpoint"])
        self.location(gate.address)
        controller = Controller(self)
        self.wait_ready()
        gate.allow(0)
        self.export("unwanted")
        self.wait_phase("unwanted", "Running")
        self.kubectl("-n", self.namespace, "patch", "export", "unwanted", "--type=merge", "-p",
                     '{"spec":{"cancel":true}}')
        status = self.wait_phase("unwanted", "Cancelled", "Failed", "Succeeded")
        self.assertEqual(status["phase"], "Cancelled", status)
        self.export("deleted")
        self.wait_phase("deleted", "Running")
        self.kubectl("-n", self.namespace, "delete", "export", "deleted")
        gate.allow(None)
        self.export("next")
        self.assertEqual(self.wait_phase("next", "Succeeded", "Failed")["phase"], "Succeeded")
        self.assertEqual(len(self.restore_points()), 1)
        self.assertEqual(controller.end(), 0)


if __name__ == "__main__":
    unittest.main()
