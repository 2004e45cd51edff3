"""What the end-to-end tests share: the bed's clusters, the program under test, and how to look at both.

The environment says where everything is (`tests/bed/bed env` and tools/run/test.sh): TRANSHIP_BINARY,
TRANSHIP_BED_KUBECONFIG (contexts east and west), TRANSHIP_TEST_S3, TRANSHIP_TEST_BED; `lane.py` chooses among beds.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import lane

ROOT = pathlib.Path(__file__).resolve().parents[2]
BED = ROOT / "tests/bed/bed"
SAMPLES = ROOT / "tests/samples"
IMAGE = "tranship.io/tranship:0.1.0"
TIMEOUT_S = 600
NAMESPACES = {"postgres": "shop", "operator": "harbour"}  # of samples that are not named like their namespace


KEEPER = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 24Mi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: keeper}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - name: keeper
    image: bed.local/busybox:1
    imagePullPolicy: Never
    args:
    - -c
    - "[ -f /data/done ] || dd if=/dev/urandom of=/data/file bs=1M count=MEBIBYTES && touch /data/done; sleep 3600"
    readinessProbe: {exec: {command: [test, -f, /data/done]}, periodSeconds: 1, timeoutSeconds: 10}
    volumeMounts: [{name: data, mountPath: /data}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
"""


class Finished:
    """One ended run of the program."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class BedTest(unittest.TestCase):
    """A test on the bed's two clusters. Namespaces named by `namespace()` are removed at the end."""

    @classmethod
    def setUpClass(cls):
        lane.take()
        for name in ("TRANSHIP_BINARY", "TRANSHIP_BED_KUBECONFIG", "TRANSHIP_BED_KUBECTL", "TRANSHIP_TEST_S3"):
            if not os.environ.get(name):
                raise unittest.SkipTest(f"{name} is not set: run it by ./run test")
        cls.bed = os.environ.get("TRANSHIP_TEST_BED", "main")
        cls.binary = os.environ["TRANSHIP_BINARY"]
        cls.s3 = json.loads(os.environ["TRANSHIP_TEST_S3"])
        cls.loaded = {}  # (cluster, namespace) of samples that run -> their settings
        cls.addClassCleanup(cls.remove_loaded)

    def keeper(self, name, mebibytes):
        """A namespace with one pod and one claim that holds so much data."""
        self.namespace(name, "east")
        self.kubectl("east", "create", "namespace", name)
        self.kubectl("east", "apply", "-n", name, "-f", "-", stdin=KEEPER.replace("MEBIBYTES", str(mebibytes)))
        self.kubectl("east", "wait", "-n", name, "--for=condition=Ready", "pod/keeper", "--timeout=300s")
        return name

    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="tranship-e2e-"))
        self.addCleanup(shutil.rmtree, self.scratch, ignore_errors=True)
        self.location = f"s3://{self.s3['bucket']}/{self.id().rsplit('.', 1)[-1]}-{os.getpid()}"

    @classmethod
    def remove_loaded(cls):
        for cluster, namespace in cls.loaded:
            command = [BED, "kubectl", "--name", cls.bed, cluster, "--"]
            command += ["delete", "namespace", namespace, "--wait=false"]
            subprocess.run(list(map(str, command)), capture_output=True, timeout=TIMEOUT_S, check=False)

    # The program

    def environment(self):
        return os.environ | {
            "KUBECONFIG": os.environ["TRANSHIP_BED_KUBECONFIG"],
            "TRANSHIP_PASSWORD": "end-to-end",
            "TRANSHIP_MOVER_IMAGE": IMAGE,
            "AWS_ACCESS_KEY_ID": self.s3["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self.s3["secret_access_key"],
            "XDG_DATA_HOME": str(self.scratch / "data"),
            "LANG": "C.UTF-8",
        }

    def start(self, *arguments, environment=None):
        return subprocess.Popen(
            [self.binary, *map(str, arguments)],
            env=environment or self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    def finish(self, process):
        out, err = process.communicate(timeout=TIMEOUT_S)
        return Finished(process.returncode, out, err)

    def tranship(self, *arguments, expect=0, environment=None):
        run = self.finish(self.start(*arguments, environment=environment))
        if expect is not None:
            self.assertEqual(run.code, expect, f"tranship {' '.join(map(str, arguments))}: {run}")
        return run

    def refused(self, *arguments, expect, says, environment=None):
        """Ends with this exit code, says these words, and shows neither a crash nor a secret."""
        run = self.tranship(*arguments, expect=expect, environment=environment)
        for words in says:
            self.assertIn(words, run.err + run.out, run)
        self.assertNotIn("terminate called", run.err)
        for secret in (self.environment()["TRANSHIP_PASSWORD"], self.s3["secret_access_key"]):
            self.assertNotIn(secret, run.err + run.out)
        return run

    @staticmethod
    def migration(source, target, *arguments, to="west"):
        """The words of a migration from east."""
        return ["migrate", source, "--from", "east", "--to", to, "--namespace", target, *arguments]

    def at_depot(self, location=None):
        return ["--location", location or self.location, "--endpoint", self.s3["endpoint"]]

    # The clusters

    def kubectl(self, cluster, *arguments, check=True, stdin=None):
        command = [os.environ["TRANSHIP_BED_KUBECTL"], "--kubeconfig", self.kubeconfig(cluster), *arguments]
        run = subprocess.run(
            list(map(str, command)), capture_output=True, text=True, input=stdin, timeout=TIMEOUT_S, check=False
        )
        if check:
            self.assertEqual(run.returncode, 0, f"kubectl {' '.join(map(str, arguments))}: {run.stderr}")
        return run.stdout

    def get(self, cluster, *arguments):
        return json.loads(self.kubectl(cluster, "get", *arguments, "-o", "json"))

    def kubeconfig(self, cluster):
        return os.environ[f"TRANSHIP_BED_{cluster.upper()}"]

    def bed_command(self, *arguments):
        run = subprocess.run(
            [str(BED), *map(str, arguments)], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
        self.assertEqual(run.returncode, 0, f"bed {' '.join(map(str, arguments))}: {run.stderr}")
        return run.stdout

    def load(self, sample, cluster="east", **settings):
        """The sample application, running and filled with data; returns its namespace."""
        namespace = NAMESPACES.get(sample, sample)
        # Nothing changes a source: the next test of the class takes it as it is.
        if self.loaded.get((cluster, namespace)) == settings:
            return namespace
        self.remove_namespace(cluster, namespace)
        words = [f"{key}={value}" for key, value in settings.items()]
        run = subprocess.run(
            [SAMPLES / "load", sample, self.kubeconfig(cluster), *words],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        self.assertEqual(run.returncode, 0, f"load {sample}: {run.stdout}{run.stderr}")
        self.loaded[(cluster, namespace)] = settings
        return namespace

    def fingerprint(self, sample, cluster, namespace):
        run = subprocess.run(
            [SAMPLES / "fingerprint", sample, self.kubeconfig(cluster), namespace],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        self.assertEqual(run.returncode, 0, f"fingerprint {sample} {cluster}/{namespace}: {run.stdout}{run.stderr}")
        self.assertTrue(run.stdout.strip(), f"{sample} has no data on {cluster}")
        return run.stdout

    def namespace(self, name, cluster="west"):
        self.remove_namespace(cluster, name)
        self.addCleanup(self.remove_namespace, cluster, name)
        return name

    def remove_namespace(self, cluster, name):
        self.loaded.pop((cluster, name), None)
        self.kubectl(cluster, "delete", "namespace", name, "--ignore-not-found", "--wait=false", check=False)
        for _ in range(10):
            self.kubectl(cluster, "wait", "--for=delete", f"namespace/{name}", "--timeout=10s", check=False)
            if not self.kubectl(cluster, "get", "namespace", name, "--ignore-not-found", check=False).strip():
                return
            self.strip_finalizers(cluster, name)
        self.fail(f"namespace {name} of {cluster} does not go away")

    def strip_finalizers(self, cluster, name):
        """Custom resources whose operator is gone already would hold their namespace for ever; so would its webhook."""
        status = self.kubectl(cluster, "get", "namespace", name, "--ignore-not-found", "-o", "json", check=False)
        for condition in (json.loads(status) if status.strip() else {}).get("status", {}).get("conditions", []):
            if condition["type"] != "NamespaceContentRemaining" or condition["status"] != "True":
                continue
            self.kubectl(
                cluster,
                "delete",
                "validatingwebhookconfiguration",
                "samples-fleets",
                "--ignore-not-found",
                check=False,
            )
            for kind in ("fleets.samples.tranship.io", "ships.samples.tranship.io", "configmaps"):
                for line in self.kubectl(cluster, "get", kind, "-n", name, "-o", "name", check=False).split():
                    self.kubectl(
                        cluster,
                        "patch",
                        "-n",
                        name,
                        line,
                        "--type=merge",
                        "-p",
                        '{"metadata":{"finalizers":null}}',
                        check=False,
                    )

    # What must never stay

    def leftovers(self):
        found = []
        for cluster in ("east", "west"):
            for kind in ("pods", "secrets", "persistentvolumeclaims", "volumesnapshots.snapshot.storage.k8s.io"):
                names = self.kubectl(cluster, "get", kind, "-A", "-l", "tranship.io/run", "-o", "name").split()
                found += [f"{cluster}: {name}" for name in names]
        return found

    def assert_no_leftovers(self):
        self.assertEqual(self.leftovers(), [], "left behind")

    def wait_until(self, what, condition, seconds=300):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            value = condition()
            if value:
                return value
            time.sleep(0.4)
        self.fail(f"waited {seconds} s in vain until {what}")

    def mover_pods(self, cluster):
        return self.kubectl(
            cluster,
            "get",
            "pods",
            "-A",
            "-l",
            "tranship.io/role=mover",
            "-o",
            "jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name} {.status.phase}\n{end}",
            check=False,
        ).split("\n")

    def running_mover(self, cluster):
        for line in self.mover_pods(cluster):
            if line.endswith(" Running"):
                return line.split()[:2]
        return None


def interrupt(process):
    process.send_signal(signal.SIGINT)
