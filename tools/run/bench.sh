#!/bin/bash
# ./run bench repository|migrate: measurements, as tables; --output json for machines.
set -euo pipefail
source tools/run/common.sh
what=${1:-}
[ $# -gt 0 ] && shift
case "$what" in
  repository) setup; build release; exec python3 tests/bench/repository.py --binary "$(binary)" "$@" ;;
  migrate) setup; build release; image; tests/bed/bed build
           exec python3 tests/bench/migrate.py --binary "$(binary)" "$@" ;;
  kernels) setup; build release; cmake --build build/release --target kernels_benchmark
           exec build/release/tests/bench/kernels_benchmark "$@" ;;
  *) echo "usage: ./run bench repository|migrate|kernels [--output json]" >&2; exit 2 ;;
esac
