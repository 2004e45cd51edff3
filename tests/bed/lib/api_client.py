"""The few questions the bed asks an API server itself, and kubectl for all else."""

import http.client
import json
import ssl
import subprocess
from pathlib import Path

from lib.paths import BedError


class ApiClient:
    def __init__(self, address: str, port: int, pki: Path, kubectl: Path):
        self.address, self.port, self.pki, self.kubectl_path = address, port, pki, kubectl
        self.kubeconfig = pki / "admin.kubeconfig"

    def get(self, path: str):
        """The decoded JSON (or text) of a GET, or None when the server does not answer with 200."""
        try:
            context = ssl.create_default_context(cafile=self.pki / "ca.crt")
            context.load_cert_chain(self.pki / "admin.crt", self.pki / "admin.key")
            connection = http.client.HTTPSConnection(self.address, self.port, timeout=5, context=context)
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
            finally:
                connection.close()
        except (OSError, ssl.SSLError, http.client.HTTPException):
            return None
        if answer.status != 200:
            return None
        try:
            return json.loads(body)
        except json.JSONDecodeError:
            return body.decode()

    def ready(self) -> bool:
        return self.get("/readyz") is not None

    def kubectl(self, *args, text: str = None) -> str:
        done = subprocess.run(
            [str(self.kubectl_path), "--kubeconfig", str(self.kubeconfig), *map(str, args)],
            input=text,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise BedError(f"kubectl {' '.join(map(str, args))}: {done.stderr.strip()}")
        return done.stdout

    def apply(self, text: str) -> None:
        self.kubectl(
            "apply", "--server-side", "--force-conflicts", "--field-manager=bed", "-f", "-", text=text
        )
