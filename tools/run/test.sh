#!/bin/bash
# ./run test: brings up what the tests need, runs ctest, takes it down again.
set -euo pipefail
source tools/run/common.sh

unit_only=false
fresh=false
arguments=()
for argument in "$@"; do
  case "$argument" in
    --unit) unit_only=true ;;
    --fresh) fresh=true ;;
    *) arguments+=("$argument") ;;
  esac
done
$fresh && exec tools/run/fresh.sh

setup
build release
if $unit_only; then
  step "unit tests"
  exec ctest --test-dir build/release --output-on-failure -j "$(nproc)" -L unit "${arguments[@]}"
fi

image
step "building the bed (Kubernetes, once)"
tests/bed/bed build
bed=test-$$
finish() { tests/bed/bed down --name "$bed" >/dev/null 2>&1 || true; }
trap finish EXIT
trap 'exit 130' INT TERM
step "bringing up the bed: clusters east and west, an API-only cluster, a depot"
tests/bed/bed up --name "$bed"
tests/bed/bed image load --name "$bed" all out/tranship-image.tar
eval "$(tests/bed/bed env --name "$bed")"
export TRANSHIP_BINARY=$(binary) TRANSHIP_TEST_BED=$bed
step "tests"
# End-to-end tests share the two clusters: they carry RESOURCE_LOCK, everything else runs side by side.
ctest --test-dir build/release --output-on-failure -j "$(nproc)" --timeout 900 "${arguments[@]}"
