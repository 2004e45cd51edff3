#!/usr/bin/env python3
"""Measures what having the controller costs: memory at rest, start to ready, the image, the first page's script; beside
what K10 and Velero publish of themselves.

usage: controller.py --binary FILE --image FILE --pages FOLDER [--runs 3] [--rest SECONDS]
                     [--output text|json] [--bed NAME]

Brings up a bed of its own unless --bed names one that runs. The controller is a process of this machine against the
bed's API-only cluster, with nothing to do, so that nothing but itself is measured.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
BED = ROOT / "tests/bed/bed"

# What is published, and where; None: nothing is. "Asked for" is the sum of the requests of what runs all the time.
PUBLISHED = {
    "K10": {
        "memory": "1 GB asked for, at most 4 GB (100 applications)",
        "cpu": "1 core asked for, at most 2",
        "source": "docs.kasten.io/latest/operating/footprint, base requirements",
    },
    "Velero": {
        "memory": "128 MiB asked for, at most 512 MiB (server alone)",
        "cpu": "0.5 cores asked for, at most 1",
        "source": "velero.io/docs/main/customize-installation, defaults of velero install",
    },
}


def call(*words, **options):
    words = [str(word) for word in words]
    return subprocess.run(words, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


@contextlib.contextmanager
def bed_environment(name):
    """The variables of a bed: of a running one, or of one that is brought up for this."""
    own = name is None
    name = name or f"bench-{os.getpid()}"
    if own:
        call(BED, "up", "--name", name, stderr=subprocess.DEVNULL)
    try:
        environment = dict(os.environ)
        for line in call(BED, "env", "--name", name).splitlines():
            variable, _, value = line.removeprefix("export ").partition("=")
            environment[variable] = value.strip("'")
        yield environment
    finally:
        if own:
            call(BED, "down", "--name", name, stderr=subprocess.DEVNULL)


def ready(port):
    with contextlib.suppress(urllib.error.URLError, OSError):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200 and b"leads" in answer.read()
    return False


def resident_mib(process):
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024


def cpu_s(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_and_rest(binary, kubeconfig, namespace, rest_s):
    """Seconds until it leads with complete caches; after a while without work its MiB, and ms of processor a second."""
    with tempfile.NamedTemporaryFile() as log:
        began = time.monotonic()
        process = subprocess.Popen(
            [binary, "controller", "--context", kubeconfig, "--namespace", namespace, "--listen", "127.0.0.1:0"],
            stderr=log,
        )
        try:
            port = None
            while port is None or not ready(port):
                if process.poll() is not None or time.monotonic() - began > 60:
                    sys.exit("the controller did not become ready: " + pathlib.Path(log.name).read_text())
                found = re.search(r'"port":\s*"?(\d+)', pathlib.Path(log.name).read_text())
                port = found and found.group(1)
                time.sleep(0.005)
            took = time.monotonic() - began
            busy = cpu_s(process)
            time.sleep(rest_s)
            return took, resident_mib(process), 1000 * (cpu_s(process) - busy) / rest_s
        finally:
            process.terminate()  # gives its Lease back: the next one need not wait
            process.wait(timeout=60)


def first_page_kilobytes(pages):
    """As the build's own budget counts it."""
    text = call(sys.executable, ROOT / "tools/node.py", "node", ROOT / "web/scripts/budget.mjs", pages)
    return float(re.search(r"([\d.]+) KB of script for the first page", text).group(1))


def measure(options):
    binary = str(options.binary.resolve())
    starts, rests, cpus = [], [], []
    with bed_environment(options.bed) as environment:
        kubeconfig = environment["TRANSHIP_TEST_KUBECONFIG"]
        namespace = f"bench-{uuid.uuid4().hex[:8]}"
        where = ("--context", kubeconfig, "--namespace", namespace)
        call(binary, "install", *where, "--replicas", "0", "--ready-timeout", "0")
        try:
            for _ in range(options.runs):
                took, resident, cpu = start_and_rest(binary, kubeconfig, namespace, options.rest)
                starts.append(took)
                rests.append(resident)
                cpus.append(cpu)
        finally:
            call(binary, "uninstall", *where)
            call("kubectl", "--kubeconfig", kubeconfig, "delete", "namespace", namespace, "--wait=false")
    return {
        "runs": options.runs,
        "resident_mib": statistics.median(rests),
        "resident_mib_max": max(rests),
        "ready_s": statistics.median(starts),
        "rest_cpu_ms_per_s": statistics.median(cpus),
        "image_bytes": options.image.stat().st_size,
        "first_page_script_gzip_kb": first_page_kilobytes(options.pages),
    }


def table(measured):
    nothing = "not published"
    rows = [
        ("", "Tranship, measured", "K10, published", "Velero, published"),
        ("memory", f"{measured['resident_mib']:.1f} MiB resident at rest", PUBLISHED["K10"]["memory"],
         PUBLISHED["Velero"]["memory"]),
        ("processor", f"{measured['rest_cpu_ms_per_s'] / 1000:.4f} cores at rest", PUBLISHED["K10"]["cpu"],
         PUBLISHED["Velero"]["cpu"]),
        ("start to ready", f"{measured['ready_s']:.2f} s", nothing, nothing),
        ("image, compressed", f"{measured['image_bytes'] / 1e6:.1f} MB", nothing, nothing),
        ("script of the first page", f"{measured['first_page_script_gzip_kb']:.1f} KB compressed", nothing,
         "has no pages"),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print()
    for name, published in PUBLISHED.items():
        print(f"{name}: {published['source']}")
    print(f"Tranship: median of {measured['runs']} starts, at most {measured['resident_mib_max']:.1f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--binary", "--image", "--pages"):
        parser.add_argument(name, type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rest", type=float, default=20, help="seconds at rest before memory is read")
    parser.add_argument("--output", choices=("text", "json"), default="text")
    parser.add_argument("--bed")
    options = parser.parse_args()
    measured = measure(options)
    if options.output == "json":
        print(json.dumps({"measured": measured, "published": PUBLISHED}, indent=2))
    else:
        table(measured)


if __name__ == "__main__":
    main()
