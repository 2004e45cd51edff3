"""The depot: a MinIO as S3 server with one bucket, on the bed's bridge (clusters reach it) or alone on loopback."""

import os
import secrets
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from lib import processes
from lib.locks import free_ports
from lib.paths import BedError, read_json, write_json

BUCKET = "tranship"


class Depot:
    """depot.json (0600) holds the endpoint, the bucket and the keys, as tests want them."""

    def __init__(self, state: Path, run: Path, binaries: Path):
        self.state, self.run, self.binaries = state, run, binaries
        self.keys = state / "depot.json"

    def settings(self) -> dict:
        found = read_json(self.keys)
        if not found:
            raise BedError("no depot here: `bed depot up` starts one")
        return found

    def answers(self) -> bool:
        found = read_json(self.keys)
        if not found or not processes.pid_of(self.run, "depot"):
            return False
        try:
            with urllib.request.urlopen(f"{found['endpoint']}/minio/health/live", timeout=2) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def up(self, address: str) -> None:
        """address: the bridge's address (port 9000 is free there), or loopback (any free port)."""
        if self.answers():
            return
        processes.stop(self.run, "depot")
        found = read_json(self.keys) or {
            "endpoint": f"http://{address}:{9000 if address != '127.0.0.1' else free_ports(1)[0]}",
            "bucket": BUCKET,
            "access_key_id": secrets.token_hex(10),
            "secret_access_key": secrets.token_hex(20),
        }
        (self.state / "data").mkdir(parents=True, exist_ok=True)
        write_json(self.keys, found, secret=True)
        environment = {
            **os.environ,
            "MINIO_ROOT_USER": found["access_key_id"],
            "MINIO_BROWSER": "off",
            "MINIO_ROOT_PASSWORD": found["secret_access_key"],
            "HOME": str(self.state),
            "CI": "true",
        }
        log = self.state / "logs" / "depot.log"
        processes.start(
            self.run,
            "depot",
            [
                self.binaries / "minio",
                "server",
                "--quiet",
                "--address",
                found["endpoint"].removeprefix("http://"),
                self.state / "data",
            ],
            log,
            env=environment,
        )
        processes.wait_until("depot", self.answers, 30, self.run, ["depot"], self.state / "logs")
        self.mc("mb", "--ignore-existing", f"depot/{BUCKET}")

    def mc(self, *args, text: str = None) -> str:
        """MinIO's client; the keys go by its environment, never on the command line."""
        found = self.settings()
        keys = f"{found['access_key_id']}:{found['secret_access_key']}"
        url = f"http://{keys}@{found['endpoint'].removeprefix('http://')}"
        done = subprocess.run(
            [str(self.binaries / "mc"), "--config-dir", str(self.state / "mc"), "--quiet", *map(str, args)],
            input=text,
            capture_output=True,
            text=True,
            env={**os.environ, "MC_HOST_depot": url},
        )
        if done.returncode != 0:
            raise BedError(f"mc {' '.join(map(str, args))}: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def readonly_user(self) -> dict:
        """A user that may read every bucket and write none; the same each time. Gives settings as in depot.json."""
        path = self.state / "readonly.json"
        found = read_json(path)
        if not found:
            found = {
                **self.settings(),
                "access_key_id": f"readonly{secrets.token_hex(4)}",
                "secret_access_key": secrets.token_hex(20),
            }
            write_json(
                self.state / "readonly-policy.json",
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"],
                            "Resource": ["arn:aws:s3:::*"],
                        }
                    ],
                },
            )
            self.mc("admin", "policy", "create", "depot", "bed-readonly", self.state / "readonly-policy.json")
            self.mc(
                "admin",
                "user",
                "add",
                "depot",
                text=f"{found['access_key_id']}\n{found['secret_access_key']}\n",
            )
            self.mc("admin", "policy", "attach", "depot", "bed-readonly", "--user", found["access_key_id"])
            write_json(path, found, secret=True)
        return found

    def pause(self, seconds: float) -> None:
        """Connections stay open and nothing answers; it goes on also when this command is interrupted."""
        if not processes.send(self.run, "depot", signal.SIGSTOP):
            raise BedError("the depot does not run: `bed depot up` starts it")
        try:
            time.sleep(seconds)
        finally:
            processes.send(self.run, "depot", signal.SIGCONT)

    def down(self) -> None:
        processes.stop_all(self.run, processes.names(self.run), patience=3)
        for folder in (self.state, self.run):
            if folder.exists():
                shutil.rmtree(folder)
