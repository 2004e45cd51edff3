#!/usr/bin/env python3
"""Runs one command and writes what it took as JSON to a file: wall and CPU seconds, most memory in MiB.

usage: measured.py FILE COMMAND [ARGUMENT ...]

A program of its own, because the kernel counts the memory of whoever started a process to its peak: this one is small.
"""
import json
import os
import sys
import time

began = time.monotonic()
process = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(process, 0)
wall = time.monotonic() - began
with open(sys.argv[1], "w") as file:
    json.dump({"wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mib": usage.ru_maxrss / 1024}, file)
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 1)
