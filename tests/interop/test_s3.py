"""A bucket instead of a directory: named by TRANSHIP_TEST_S3, left out without it."""
import json
import os
import pathlib
import shutil
import unittest
import uuid

from support import DENIED, RepositoryTest, make_source, needs_restic


@unittest.skipUnless(os.environ.get("TRANSHIP_TEST_S3"), "TRANSHIP_TEST_S3 is not set")
class Bucket(RepositoryTest):
    def setUp(self):
        super().setUp()
        self.s3 = json.loads(os.environ["TRANSHIP_TEST_S3"])
        self.prefix = f"interop-{uuid.uuid4().hex}"
        self.source = make_source(self.scratch / "source")

    def environment(self, **more):
        return super().environment(**{"AWS_ACCESS_KEY_ID": self.s3["access_key_id"],
                                      "AWS_SECRET_ACCESS_KEY": self.s3["secret_access_key"], **more})

    def location(self):
        return [f"--repository=s3://{self.s3['bucket']}/{self.prefix}", f"--endpoint={self.s3['endpoint']}"]

    def restic_location(self):
        return ["--repo", f"s3:{self.s3['endpoint']}/{self.s3['bucket']}/{self.prefix}"]

    @needs_restic
    def test_ours_and_theirs_in_turn(self):
        self.take_turns()

    def test_credentials_from_a_file_and_wrong_ones(self):
        folder = pathlib.Path(self.scratch / "aws")
        folder.mkdir()
        file = folder / "credentials"
        file.write_text(f"[default]\naws_access_key_id = {self.s3['access_key_id']}\n"
                        f"aws_secret_access_key = {self.s3['secret_access_key']}\n")
        self.ours("init", "--credentials-file", file, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
        error = self.error_of("list", code=DENIED, AWS_SECRET_ACCESS_KEY="wrong secret")
        self.assertEqual(error["fault"], "auth")
        self.assertNotIn("wrong secret", json.dumps(error))
        shutil.rmtree(folder)


if __name__ == "__main__":
    unittest.main()
