#!/usr/bin/env python3
"""Measures the demo's migration phase by phase: MinIO with objects from east to west, over the depot and relayed.

usage: migrate.py --binary FILE [--mebibytes 1024] [--runs 1] [--output text|json] [--bed NAME]

Brings up a bed of its own unless --bed names one that runs (with the image loaded). Times are of the program's own
phases; memory is the peak resident set of the program and the largest of its movers.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BED = ROOT / "tests/bed/bed"
SAMPLES = ROOT / "tests/samples"


def call(*words, **options):
    return subprocess.run(
        [str(word) for word in words], check=True, text=True, stdout=subprocess.PIPE, **options
    ).stdout


def bed_environment(bed):
    environment = dict(os.environ)
    for line in call(BED, "env", "--name", bed).splitlines():
        name, _, value = line.removeprefix("export ").partition("=")
        environment[name] = value.strip("'")
    return environment


def measure(binary, environment, namespace, arguments):
    """One migration: wall time, phases and memory, from the program's own report and the kernel's."""
    command = [
        binary,
        "migrate",
        "minio",
        "--from",
        "east",
        "--to",
        "west",
        "--namespace",
        namespace,
        "--output",
        "json",
        "--quiet",
        *arguments,
    ]
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    took = time.monotonic() - began
    if status != 0:
        sys.exit(f"migration failed: {out}")
    report = json.loads(out)
    volume_bytes = sum(volume["bytes"] for volume in report["description"]["volumes"])
    return {
        "wall_s": took,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "phases_ms": report["phasesMs"],
        "volume_bytes": volume_bytes,
        "stored_bytes": report["bytesStored"],
        "program_peak_mib": usage.ru_maxrss / 1024,
        "mover_peak_mib": max(report["backupMoverPeakMemoryBytes"], report["restore"]["moverPeakMemoryBytes"])
        / 2**20,
    }


def table(name, runs):
    print(f"\n{name}: {runs[0]['volume_bytes'] / 2**20:.0f} MiB of volume data, {len(runs)} run(s)")
    phases = list(runs[0]["phases_ms"])
    for phase in phases:
        values = sorted(run["phases_ms"][phase] for run in runs)
        rate = ""
        if phase.startswith("volumes"):
            rate = f"   {runs[0]['volume_bytes'] / 2**20 / max(values[0], 1) * 1000:8.0f} MiB/s"
        print(
            f"  {phase:<12} {values[0] / 1000:8.2f} s (least)  {values[len(values) // 2] / 1000:8.2f} s (median){rate}"
        )
    walls = sorted(run["wall_s"] for run in runs)
    print(f"  {'total':<12} {walls[0]:8.2f} s (least)  {walls[len(walls) // 2]:8.2f} s (median)")
    print(
        f"  peak memory: program {max(run['program_peak_mib'] for run in runs):.0f} MiB (limit 100), "
        f"mover {max(run['mover_peak_mib'] for run in runs):.0f} MiB (limit 256)"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--mebibytes", type=int, default=1024)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--output", choices=["text", "json"], default="text")
    parser.add_argument("--bed")
    options = parser.parse_args()
    bed = options.bed or "bench"
    if not options.bed:
        call(BED, "up", "--name", bed, stderr=sys.stderr)
        call(BED, "image", "load", "--name", bed, "all", ROOT / "out/tranship-image.tar")
    results = {"relayed": [], "depot": []}
    try:
        environment = bed_environment(bed)
        s3 = json.loads(environment["TRANSHIP_TEST_S3"])
        call(SAMPLES / "load", "minio", environment["TRANSHIP_BED_EAST"], f"mebibytes={options.mebibytes}")
        with tempfile.TemporaryDirectory() as scratch:
            environment |= {
                "KUBECONFIG": environment["TRANSHIP_BED_KUBECONFIG"],
                "TRANSHIP_PASSWORD": "bench",
                "AWS_ACCESS_KEY_ID": s3["access_key_id"],
                "AWS_SECRET_ACCESS_KEY": s3["secret_access_key"],
            }
            for run in range(options.runs):
                for way in results:
                    namespace = f"bench-{way}-{run}"
                    # A repository of its own each time: every run is a first one.
                    environment["XDG_DATA_HOME"] = f"{scratch}/{run}"
                    arguments = (
                        []
                        if way == "relayed"
                        else [
                            "--location",
                            f"s3://{s3['bucket']}/bench-{os.getpid()}-{run}",
                            "--endpoint",
                            s3["endpoint"],
                        ]
                    )
                    results[way].append(measure(options.binary, environment, namespace, arguments))
                    call(BED, "kubectl", "--name", bed, "west", "--", "delete", "namespace", namespace, "--wait=true")
    finally:
        if not options.bed:
            call(BED, "down", "--name", bed)
    if options.output == "json":
        print(json.dumps(results, indent=1))
    else:
        for way, runs in results.items():
            table(way, runs)


if __name__ == "__main__":
    main()
