"""What tests of the controllers share: both clusters with Tranship installed, its objects, and how they end."""

import base64
import json
from pathlib import Path

from support import IMAGE, BedTest

SYSTEM = "tranship"
API = "tranship.io/v1alpha1"
CONTROLLER = "app.kubernetes.io/component=controller"
PASSPHRASE = "a passphrase of the story"


def secret(name, **values):
    data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": SYSTEM}, "data": data}


def tenant(kind, name, namespace, spec):
    return {"apiVersion": API, "kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def tranship(kind, name, spec):
    return tenant(kind, name, SYSTEM, spec)


class ControllerTest(BedTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for cluster in ("east", "west"):
            hand = cls()
            hand.setUp()
            cls.addClassCleanup(hand.doCleanups)
            cls.addClassCleanup(hand.uninstall, cluster)
            hand.install(cluster)

    def runTest(self):
        """A hand for setUpClass: not a test."""

    def install(self, cluster):
        self.tranship("install", "--context", cluster, "--image", IMAGE)
        self.kubectl(cluster, "rollout", "status", "-n", SYSTEM, "deployment/tranship", "--timeout=300s")

    def uninstall(self, cluster):
        self.tranship("uninstall", "--context", cluster, "--crds", expect=None)
        self.remove_namespace(cluster, SYSTEM)

    # kubectl

    def apply(self, cluster, *objects):
        documents = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})
        self.kubectl(cluster, "apply", "-f", "-", stdin=documents)

    def object(self, cluster, kind, name, namespace=SYSTEM):
        text = self.kubectl(cluster, "get", f"{kind}.tranship.io", name, "-n", namespace, "-o", "json", check=False)
        return json.loads(text) if text.strip() else {}

    def objects(self, cluster, kind, *arguments):
        return self.get(cluster, f"{kind}.tranship.io", "-n", SYSTEM, *arguments)["items"]

    def ended(self, cluster, kind, name, phase="Succeeded"):
        """The action's status once it has ended, which must be in that phase."""
        ends = ("Succeeded", "Failed", "Cancelled")
        found = self.wait_until(
            f"{kind} {name} on {cluster} ends",
            lambda: next(
                (each for each in [self.object(cluster, kind, name)] if each.get("status", {}).get("phase") in ends),
                None,
            ),
            seconds=300,
        )
        self.assertEqual(found["status"]["phase"], phase, json.dumps(found["status"], indent=1))
        return found["status"]

    def run_policy(self, cluster, name, value):
        self.kubectl(
            cluster, "annotate", "policy.tranship.io", name, "-n", SYSTEM, f"tranship.io/run={value}", "--overwrite"
        )

    def location_objects(self, name, keys, access, passphrase=None):
        """A Location on the depot's bucket, in a folder of this test, and its Secrets."""
        spec = {
            "s3": {
                "bucket": self.s3["bucket"],
                "prefix": self.location.split("/")[-1],
                "endpoint": self.s3["endpoint"],
                "credentialsSecret": {"name": f"{name}-keys"},
            },
            "access": access,
        }
        objects = [
            secret(f"{name}-keys", accessKeyId=keys["access_key_id"], secretAccessKey=keys["secret_access_key"]),
        ]
        if passphrase:
            spec["passphraseSecret"] = {"name": f"{name}-passphrase"}
            objects.append(secret(f"{name}-passphrase", passphrase=passphrase))
        return [*objects, tranship("Location", name, spec)]

    def ready(self, cluster, name):
        def condition():
            for each in self.object(cluster, "location", name).get("status", {}).get("conditions", []):
                if each["type"] == "Ready" and each["status"] == "True":
                    return each
            return None

        return self.wait_until(f"location {name} on {cluster} is ready", condition)

    def reader_keys(self):
        made = self.bed_command("depot", "readonly-user", "--name", self.bed).strip().splitlines()[-1]
        return json.loads(Path(made).read_text())

    def kill_controller(self, cluster):
        self.kubectl(cluster, "delete", "pod", "-n", SYSTEM, "-l", CONTROLLER, "--grace-period=0", "--force")

    def started(self, cluster, kind, name, step):
        """Waits until the action is at this step, or past it."""
        self.wait_until(
            f"{kind} {name} begins {step}",
            lambda: self.object(cluster, kind, name).get("status", {}).get("step") == step
            or self.object(cluster, kind, name).get("status", {}).get("completionTime"),
        )

    def dashboard(self, cluster):
        """The address of a cluster's pages, served for this test."""
        process = self.start("dashboard", "--context", cluster, "--output", "json")
        self.addCleanup(process.communicate)
        self.addCleanup(process.terminate)
        text = ""
        while not text.rstrip().endswith("}"):
            line = process.stdout.readline()
            self.assertTrue(line, "the dashboard ended")
            text += line
        return json.loads(text)["address"]

    def with_passphrase(self):
        return self.environment() | {"TRANSHIP_PASSWORD": PASSPHRASE}
