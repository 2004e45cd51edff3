#!/usr/bin/env python3
"""Goal: the image that tools/image.py makes holds everything the binary needs, and is the same each time.
Method: makes it twice from the real binary, reads it as a container runtime would, and runs the binary inside it
(chroot, as root).

usage: image_test.py IMAGE.PY BINARY
"""

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

TOOL, BINARY = sys.argv[1], sys.argv[2]
NAME = "tranship.io/tranship:test"


def make(*arguments):
    return subprocess.run(
        [sys.executable, TOOL, "--binary", BINARY, *arguments], capture_output=True, text=True, check=False
    )


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.output = Path(cls.folder.name) / "image.tar"
        made = make("--output", str(cls.output), "--name", NAME)
        assert made.returncode == 0, made.stderr
        with tarfile.open(cls.output) as tar:
            cls.files = {m.name: tar.extractfile(m).read() for m in tar.getmembers() if m.isfile()}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def blob(self, descriptor):
        data = self.files["blobs/" + descriptor["digest"].replace(":", "/")]
        self.assertEqual(len(data), descriptor["size"])
        self.assertEqual("sha256:" + hashlib.sha256(data).hexdigest(), descriptor["digest"])
        return data

    def layer(self):
        index = json.loads(self.files["index.json"])
        manifest = json.loads(self.blob(index["manifests"][0]))
        config = json.loads(self.blob(manifest["config"]))
        data = gzip.decompress(self.blob(manifest["layers"][0]))
        self.assertEqual(config["rootfs"]["diff_ids"], ["sha256:" + hashlib.sha256(data).hexdigest()])
        return tarfile.open(fileobj=io.BytesIO(data))

    def test_both_descriptions_name_the_same(self):
        index = json.loads(self.files["index.json"])["manifests"][0]
        docker = json.loads(self.files["manifest.json"])[0]
        manifest = json.loads(self.blob(index))
        self.assertEqual(docker["RepoTags"], [NAME])
        self.assertEqual(index["annotations"]["io.containerd.image.name"], NAME)
        self.assertEqual(docker["Config"], "blobs/" + manifest["config"]["digest"].replace(":", "/"))
        self.assertEqual(json.loads(self.blob(manifest["config"]))["config"]["Entrypoint"], ["/tranship"])

    def test_is_small_and_complete(self):
        self.assertLess(self.output.stat().st_size, 60 << 20)
        with self.layer() as layer:
            names = set(layer.getnames())
            self.assertEqual(layer.getmember("tmp").mode, 0o1777)
            self.assertTrue(all(m.uid == 0 and m.gid == 0 and m.mtime == 0 for m in layer.getmembers()))
        self.assertIn("tranship", names)
        self.assertIn("etc/ssl/certs/ca-certificates.crt", names)
        self.assertFalse([n for n in names if n.startswith("/") or ".." in n])

    def test_same_input_same_bytes(self):
        again = Path(self.folder.name) / "again.tar"
        self.assertEqual(make("--output", str(again), "--name", NAME).returncode, 0)
        self.assertEqual(again.read_bytes(), self.output.read_bytes())

    @unittest.skipUnless(os.geteuid() == 0, "needs root for chroot")
    def test_runs_with_nothing_else_around(self):
        root = Path(self.folder.name) / "rootfs"
        self.assertEqual(make("--rootfs", str(root)).returncode, 0)
        ran = subprocess.run(
            ["chroot", str(root), "/tranship", "version"],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/sbin:/usr/bin"},
        )
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertTrue(ran.stdout.startswith("tranship "), ran.stdout)

    def test_errors_are_sentences(self):
        ran = subprocess.run(
            [sys.executable, TOOL, "--binary", "/nowhere", "--output", "/tmp/x"],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(ran.returncode, 1)
        self.assertIn("no binary /nowhere", ran.stderr)
        self.assertNotIn("Traceback", ran.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
