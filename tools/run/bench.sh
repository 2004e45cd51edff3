#!/bin/bash
# ./run bench repository|migrate|controller|kernels: measurements, as tables; --output json for machines.
set -euo pipefail
source tools/run/common.sh
what=${1:-}
[ $# -gt 0 ] && shift
case "$what" in
  repository) setup; build release tranship; exec python3 tests/bench/repository.py --binary "$(binary)" "$@" ;;
  migrate) setup; build release tranship; image; tests/bed/bed build
           exec python3 tests/bench/migrate.py --binary "$(binary)" "$@" ;;
  controller) setup; build release tranship; image; tests/bed/bed build
              exec python3 tests/bench/controller.py --binary "$(binary)" --image out/tranship-image.tar \
                --pages build/release/web/dist "$@" ;;
  kernels) setup; build release kernels_benchmark
           exec build/release/tests/bench/kernels_benchmark "$@" ;;
  *) echo "usage: ./run bench repository|migrate|controller|kernels [--output json]" >&2; exit 2 ;;
esac
