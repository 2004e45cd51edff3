#!/usr/bin/env python3
"""Every header under src/ compiles alone. A header that its own .cc includes first is proved by the build; the others
are compiled here, each in a file of its own (through ccache where it is installed).

usage: check_headers.py ROOT [COMPILER]
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')
FLAGS = ["-std=c++23", "-DFMT_SHARED", "-DSIMDJSON_THREADS_ENABLED=1", "-Wall", "-Werror", "-c",
         # what the build defines for some folders
         '-DCAPTURE_TESTDATA=""', '-DTRANSHIP_NFS_SERVER=""']


def proved_by_build(source, header):
    """Whether the .cc beside it includes it before anything else."""
    beside = header.with_suffix(".cc")
    if not beside.is_file():
        return False
    for line in beside.read_text().splitlines():
        if match := INCLUDE.match(line):
            return match.group(1) == str(header.relative_to(source))
    return False


def compile_alone(compiler, source, header, scratch):
    name = str(header.relative_to(source))
    unit = scratch / (name.replace("/", "_") + ".cc")
    unit.write_text(f'#include "{name}"\n')
    command = [*compiler, *FLAGS, "-I", str(source), str(unit), "-o", str(unit) + ".o"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if run.returncode == 0 else f"src/{name} does not compile alone:\n{run.stderr[:2000]}"


def main():
    source = pathlib.Path(sys.argv[1]) / "src"
    ccache = shutil.which("ccache")
    compiler = ([ccache] if ccache else []) + [sys.argv[2] if len(sys.argv) > 2 else "g++-12"]
    headers = [header for header in sorted(source.rglob("*.h")) if not proved_by_build(source, header)]
    # Inside of the checkout: what ccache keeps is found again from any other.
    scratch = source.parent / "build" / "headers"
    scratch.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(compile_alone, compiler, source, header, scratch) for header in headers]
    problems = [job.result() for job in jobs if job.result()]
    print("\n".join(problems))
    print(f"{len(headers)} headers compiled alone, {len(problems)} failed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
