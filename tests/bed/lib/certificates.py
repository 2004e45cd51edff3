"""A cluster's authority, its parts' certificates and the kubeconfigs made of them (with the openssl command)."""

import base64
import subprocess
import tempfile
from pathlib import Path

from lib.paths import BedError, write_file

DAYS = 365


def openssl(*args, input_text: str = None) -> str:
    done = subprocess.run(["openssl", *map(str, args)], capture_output=True, text=True, input=input_text)
    if done.returncode != 0:
        raise BedError(f"openssl {args[0]}: {done.stderr.strip()}")
    return done.stdout


def new_key(path: Path) -> None:
    write_file(
        path, openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"), secret=True
    )


def make_authority(pki: Path, common_name: str) -> None:
    pki.mkdir(parents=True, exist_ok=True)
    pki.chmod(0o700)
    new_key(pki / "ca.key")
    openssl(
        "req",
        "-x509",
        "-new",
        "-key",
        pki / "ca.key",
        "-days",
        DAYS,
        "-subj",
        f"/CN={common_name}",
        "-out",
        pki / "ca.crt",
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign,digitalSignature",
    )


def make_certificate(pki: Path, name: str, subject: str, extensions: str, expired: bool = False) -> None:
    """Writes NAME.key and NAME.crt, signed by the authority of the same folder."""
    new_key(pki / f"{name}.key")
    with tempfile.TemporaryDirectory(dir=pki) as scratch:
        request, settings = Path(scratch, "request"), Path(scratch, "extensions")
        openssl("req", "-new", "-key", pki / f"{name}.key", "-subj", subject, "-out", request)
        settings.write_text(extensions)
        if expired:
            sign_expired(pki, request, settings, pki / f"{name}.crt", Path(scratch))
            return
        openssl(
            "x509",
            "-req",
            "-in",
            request,
            "-CA",
            pki / "ca.crt",
            "-CAkey",
            pki / "ca.key",
            "-CAserial",
            Path(scratch, "serial"),
            "-CAcreateserial",
            "-days",
            DAYS,
            "-out",
            pki / f"{name}.crt",
            "-extfile",
            settings,
        )


def sign_expired(pki: Path, request: Path, settings: Path, out: Path, scratch: Path) -> None:
    """Only `openssl ca` takes a start and an end of validity."""
    (scratch / "index").write_text("")
    config = scratch / "config"
    config.write_text(
        "[ca]\ndefault_ca=a\n[a]\npolicy=p\ndefault_md=sha256\nunique_subject=no\n"
        f"database={scratch}/index\nnew_certs_dir={scratch}\nrand_serial=yes\n"
        "[p]\ncommonName=supplied\norganizationName=optional\n"
    )
    openssl(
        "ca",
        "-batch",
        "-notext",
        "-config",
        config,
        "-cert",
        pki / "ca.crt",
        "-keyfile",
        pki / "ca.key",
        "-startdate",
        "20200101000000Z",
        "-enddate",
        "20200102000000Z",
        "-in",
        request,
        "-out",
        out,
        "-extfile",
        settings,
    )


def make_service_account_key(pki: Path) -> None:
    new_key(pki / "sa.key")
    write_file(pki / "sa.pub", openssl("pkey", "-in", pki / "sa.key", "-pubout"))


def encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def kubeconfig_text(entries: list, current: str) -> str:
    """entries: (context, server, authority file, certificate file, key file)."""
    clusters = "".join(
        f'- {{name: {n}, cluster: {{server: "{server}", certificate-authority-data: {encoded(ca)}}}}}\n'
        for n, server, ca, _, _ in entries
    )
    users = "".join(
        f"- name: {n}\n  user:\n    client-certificate-data: {encoded(c)}\n    client-key-data: {encoded(k)}\n"
        for n, _, _, c, k in entries
    )
    contexts = "".join(f"- {{name: {n}, context: {{cluster: {n}, user: {n}}}}}\n" for n, *_ in entries)
    return (
        f"apiVersion: v1\nkind: Config\nclusters:\n{clusters}users:\n{users}contexts:\n{contexts}"
        f"current-context: {current}\n"
    )


def write_kubeconfig(pki: Path, name: str, context: str, server: str) -> Path:
    path = pki / f"{name}.kubeconfig"
    write_file(
        path,
        kubeconfig_text(
            [(context, server, pki / "ca.crt", pki / f"{name}.crt", pki / f"{name}.key")], context
        ),
        secret=True,
    )
    return path
