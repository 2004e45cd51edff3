#!/bin/bash
# ./run fuzz: builds the fuzzer with sanitizers and coverage, and gives all targets (or those named) changed inputs.
set -euo pipefail
source tools/run/common.sh

setup
step "building (fuzz)"
mkdir -p "$CCACHE_DIR"
[ -f build/fuzz/build.ninja ] || cmake --preset fuzz >/dev/null
cmake --build build/fuzz --target fuzz
step "fuzzing"
exec build/fuzz/tests/fuzz/fuzz --corpus tests/fuzz/corpus --crashes build/fuzz/crashes "$@"
