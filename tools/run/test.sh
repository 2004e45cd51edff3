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
beds="test-$$ test-$$-b test-$$-c"
finish() { for bed in $beds; do tests/bed/bed down --name "$bed" >/dev/null 2>&1 || true; done; }
trap finish EXIT
trap 'exit 130' INT TERM
step "bringing up three beds: clusters east and west and a depot; the first an API-only cluster too"
for bed in $beds; do
  tests/bed/bed up --name "$bed" $([ "$bed" = "test-$$" ] || echo --no-api)
  tests/bed/bed image load --name "$bed" all out/tranship-image.tar
done
eval "$(tests/bed/bed env --name "test-$$")"
export TRANSHIP_BINARY=$(binary) TRANSHIP_TEST_BEDS=$beds
step "tests"
# An end-to-end test has a bed for itself (the resource `beds`), everything else runs side by side. Those on beds wait
# most of their time, so more run than there are cores.
printf '{"version": {"major": 1, "minor": 0}, "local": [{"beds": [%s]}]}' '{"id": "0"}, {"id": "1"}, {"id": "2"}' \
  > out/beds.json
ctest --test-dir build/release --output-on-failure -j "$(($(nproc) + 2))" --resource-spec-file "$PWD/out/beds.json" \
  --timeout 900 "${arguments[@]}"
