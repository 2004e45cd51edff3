"""The two sides reach the same restore points by different ways: over an NFS share, and by another endpoint of the
bucket than the one that the source knows."""

import base64
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import controllers  # noqa: E402
from controllers import PASSPHRASE, SYSTEM, secret, tranship  # noqa: E402
from support import ROOT  # noqa: E402

SERVER = ROOT / "tests/nfs/server.py"


class Elsewhere(controllers.ControllerTest):
    def digest(self, cluster, namespace):
        self.kubectl(cluster, "wait", "-n", namespace, "--for=condition=Ready", "pod/keeper", "--timeout=300s")
        return self.kubectl(cluster, "exec", "-n", namespace, "keeper", "--", "sha256sum", "/data/file")

    def carried(self, name, east, west):
        """An application is exported into `east`, imported from `west` and restored: the objects of two Locations."""
        source, target = self.keeper(name, 24), self.namespace(f"{name}-copy")
        for cluster, objects in (("east", east), ("west", west)):
            for kind in ("restorepoint", "export", "import", "restore", "location"):
                self.addCleanup(self.kubectl, cluster, "delete", f"{kind}.tranship.io", "--all", "-n", SYSTEM)
            self.apply(cluster, *objects)
            self.ready(cluster, objects[-1]["metadata"]["name"])
        location = {"location": {"name": east[-1]["metadata"]["name"]}}
        self.apply("east", tranship("Export", name, {"application": {"namespace": source}, **location}))
        held = self.ended("east", "export", name)["tokenSecret"]["name"]
        token = base64.b64decode(self.get("east", "secret", held, "-n", SYSTEM)["data"]["token"]).decode()
        location = {"location": {"name": west[-1]["metadata"]["name"]}}
        spec = {**location, "tokenSecret": {"name": f"{name}-token"}}
        self.apply("west", secret(f"{name}-token", token=token), tranship("Import", name, spec))
        point = self.ended("west", "import", name)["newest"]
        restore = {"restorePoint": point, "targetNamespace": target, "storageClasses": {"standard": "fast"}}
        self.apply("west", tranship("Restore", name, restore))
        self.ended("west", "restore", name)
        self.assertEqual(self.digest("east", source), self.digest("west", target))
        self.assert_no_leftovers()

    def test_the_bucket_has_another_endpoint_for_the_target(self):
        told = json.loads(self.bed_command("proxy", "up", "--name", self.bed, "elsewhere", "--of", "depot"))
        self.addCleanup(self.bed_command, "proxy", "down", "--name", self.bed, "elsewhere")
        east = self.location_objects("depot", self.s3, "ReadWrite", PASSPHRASE)
        west = self.location_objects("other-way", self.reader_keys(), "ReadOnly")
        west[-1]["spec"]["s3"]["endpoint"] = f"http://{told['listen']}"
        self.carried("endpoints", east, west)
        counted = json.loads(self.bed_command("proxy", "counters", "--name", self.bed, "elsewhere"))
        self.assertGreater(counted["requests"], 10)

    def test_an_nfs_share(self):
        folder = self.scratch / "nfs"
        folder.mkdir()
        address = self.s3["endpoint"].split("/")[2].split(":")[0]  # the bed's host, as pods reach it
        server = subprocess.Popen([sys.executable, "-B", SERVER, folder, address], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.wait)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.stdin.close)
        answer = json.loads(server.stdout.readline())
        if "missing" in answer:
            self.skipTest(f"an NFS server needs {answer['missing']}")
        os.chmod(self.scratch, 0o755)
        share = {"server": address, "path": "/share", "port": answer["port"], "mountPort": answer["mountPort"],
                 "uid": 0, "gid": 0}
        east = [
            secret("share-passphrase", passphrase=PASSPHRASE),
            tranship("Location", "share", {"nfs": share, "passphraseSecret": {"name": "share-passphrase"}}),
        ]
        west = [tranship("Location", "share", {"nfs": {**share, "version": 4}, "access": "ReadOnly"})]
        self.carried("shares", east, west)


if __name__ == "__main__":
    unittest.main()
