#!/usr/bin/env python3
"""Measures repository work beside Debian's restic, on the same data, in alternating order.

usage: repository.py --binary FILE [--scale 1.0] [--runs 3] [--data NAME] [--directory DIR] [--output text|json]

Three sets of data: 1 GiB incompressible, 1 GiB of log lines, 50,000 small files (all times --scale). For each: first
backup, backup without a change, restore, check of all data, and a prune when half of the files are left (of a single
file the first half; tranship's prune does both of its phases at once, as restic's does). Wall and CPU time are the
least of the runs, memory is the greatest. Both programs start anew each time, so their key derivation counts. What
either restored is compared with its source once.
"""
import argparse
import filecmp
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import data

MEASURED = str(pathlib.Path(__file__).with_name("measured.py"))
PASSWORD = "a password for measuring"
STEPS = ["first backup", "backup without change", "restore", "check all data", "prune of half"]


class Tranship:
    name = "tranship"

    def __init__(self, binary, folder):
        self.repository = folder / "repository"
        password = folder / "password"
        password.write_text(PASSWORD)
        self.command = [binary, "repository"]
        self.options = ["--repository", f"dir:{self.repository}", "--password-file", password]
        self.environment = dict(os.environ)

    def init(self):
        return [*self.command, "init", *self.options]

    def backup(self, source):
        return [*self.command, "backup", *self.options, source]

    def restore(self, source, target):
        return [*self.command, "restore", *self.options, "latest", "--target", target]

    def restored(self, source, target):
        inside = target / str(source).lstrip("/")
        return inside if inside.exists() else target

    def check(self):
        return [*self.command, "check", "--read-data", *self.options]

    def snapshots(self):
        return [*self.command, "list", "--output", "json", *self.options]

    def forget(self, ids):
        return [*self.command, "forget", *ids, *self.options]

    def prune(self):
        return [*self.command, "prune", "--grace", "0", *self.options]


class Restic:
    name = "restic"

    def __init__(self, binary, folder):
        self.repository = folder / "repository"
        self.command = [binary, "--quiet", "--repo", self.repository, "--cache-dir", folder / "cache"]
        self.environment = dict(os.environ, RESTIC_PASSWORD=PASSWORD)

    def init(self):
        return [*self.command, "init"]

    def backup(self, source):
        return [*self.command, "backup", source]

    def restore(self, source, target):
        return [*self.command, "restore", "latest", "--target", target]

    def restored(self, source, target):
        return target / str(source).lstrip("/")

    def check(self):
        return [*self.command, "check", "--read-data"]

    def snapshots(self):
        return [*self.command, "snapshots", "--json"]

    def forget(self, ids):
        return [*self.command, "forget", *ids]

    def prune(self):
        return [*self.command, "prune"]


def run(program, command):
    """One process from start to end, measured by the kernel."""
    with tempfile.NamedTemporaryFile("r") as report, tempfile.TemporaryFile() as output:
        words = [sys.executable, MEASURED, report.name, *map(str, command)]
        done = subprocess.run(words, env=program.environment, stdin=subprocess.DEVNULL, stdout=output,
                              stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            output.seek(0)
            sys.exit(f"{program.name} failed: {' '.join(map(str, command))}\n{output.read().decode(errors='replace')}")
        return json.load(report)


def stored_bytes(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def make_half(source, target):
    """Every second file of a folder; of a single one its first half."""
    files = sorted(path for path in source.rglob("*") if path.is_file())
    for path in files[::2]:
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "rb") as whole, open(copy, "wb") as half:
            left = path.stat().st_size // (2 if len(files) == 1 else 1)
            while left > 0 and (piece := whole.read(min(left, data.MIB))):
                half.write(piece)
                left -= len(piece)


def snapshot_ids(program):
    done = subprocess.run(list(map(str, program.snapshots())), env=program.environment, capture_output=True, check=True)
    listed = json.loads(done.stdout)
    return [each["id"] for each in (listed["snapshots"] if isinstance(listed, dict) else listed)]


def measure_prune(program, source, folder):
    old = snapshot_ids(program)
    half = folder / "half"
    make_half(source, half)
    run(program, program.backup(half))
    run(program, program.forget(old))
    return run(program, program.prune())


def same(left, right):
    """True when both folders hold the same files with the same bytes."""
    names = sorted(path.relative_to(left) for path in left.rglob("*") if path.is_file())
    if names != sorted(path.relative_to(right) for path in right.rglob("*") if path.is_file()):
        return False
    return all(filecmp.cmp(left / name, right / name, shallow=False) for name in names)


def measure(program_type, binary, source, scratch, verify):
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{program_type.name}-", dir=scratch))
    program = program_type(binary, folder)
    target = folder / "target"
    try:
        run(program, program.init())
        result = {STEPS[0]: run(program, program.backup(source))}
        result["stored_mib"] = stored_bytes(program.repository) / data.MIB
        result[STEPS[1]] = run(program, program.backup(source))
        result[STEPS[2]] = run(program, program.restore(source, target))
        if verify and not same(source, program.restored(source, target)):
            sys.exit(f"{program.name} restored something else than {source}")
        result[STEPS[3]] = run(program, program.check())
        result[STEPS[4]] = measure_prune(program, source, folder)
        result["stored_after_prune_mib"] = stored_bytes(program.repository) / data.MIB
        return result
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def summary(runs):
    """Least times, greatest memory."""
    result = {name: statistics.median(run[name] for run in runs) for name in ("stored_mib", "stored_after_prune_mib")}
    for step in STEPS:
        result[step] = {"wall_s": min(run[step]["wall_s"] for run in runs),
                        "cpu_s": min(run[step]["cpu_s"] for run in runs),
                        "peak_mib": max(run[step]["peak_mib"] for run in runs)}
    return result


def print_table(name, size, ours, theirs):
    print(f"\n{name}: {size / data.MIB:.0f} MiB; stored {ours['stored_mib']:.1f} MiB, "
          f"restic {theirs['stored_mib']:.1f} MiB ({ours['stored_mib'] / theirs['stored_mib']:.3f}); after the prune "
          f"{ours['stored_after_prune_mib']:.1f} and {theirs['stored_after_prune_mib']:.1f} MiB")
    print(f"  {'':<22} {'wall s':>8} {'restic':>8} {'faster':>8}   {'CPU s':>8} {'restic':>8} {'less':>7}   "
          f"{'MiB':>6} {'restic':>7}   {'MiB/s':>7}")
    for step in STEPS:
        a, b = ours[step], theirs[step]
        print(f"  {step:<22} {a['wall_s']:8.2f} {b['wall_s']:8.2f} {b['wall_s'] / a['wall_s']:7.2f}x   "
              f"{a['cpu_s']:8.2f} {b['cpu_s']:8.2f} {b['cpu_s'] / a['cpu_s']:6.2f}x   "
              f"{a['peak_mib']:6.0f} {b['peak_mib']:7.0f}   {size / data.MIB / a['wall_s']:7.0f}")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, help="the tranship program")
    parser.add_argument("--restic", default="restic")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the data; 0.1 takes a tenth of the time")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--data", action="append", help="incompressible, text or 'small files'; all without it")
    parser.add_argument("--directory", help="where repositories and restores go; the system's temporary one without it")
    parser.add_argument("--output", choices=["text", "json"], default="text")
    options = parser.parse_args()
    if shutil.which(options.restic) is None:
        sys.exit("restic is not installed: apt-get install restic")
    report = {}
    with tempfile.TemporaryDirectory(prefix="bench-repository-", dir=options.directory) as scratch:
        for name, source in data.prepare(options.scale).items():
            if options.data and name not in options.data:
                continue
            size = stored_bytes(source)  # reads every name once: both programs find them in the cache
            runs = {Tranship: [], Restic: []}
            for number in range(options.runs):
                order = [(Tranship, options.binary), (Restic, options.restic)]
                for program, binary in order if number % 2 == 0 else reversed(order):
                    runs[program].append(measure(program, binary, source, scratch, verify=number == 0))
            ours, theirs = summary(runs[Tranship]), summary(runs[Restic])
            report[name] = {"bytes": size, "tranship": ours, "restic": theirs}
            if options.output == "text":
                print_table(name, size, ours, theirs)
    if options.output == "json":
        json.dump(report, sys.stdout, indent=2)
        print()


if __name__ == "__main__":
    main()
