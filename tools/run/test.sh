#!/bin/bash
# ./run test: brings up what the tests need, runs ctest, takes it down again.
set -euo pipefail
source tools/run/common.sh

unit_only=false
fresh=false
versions=()
arguments=()
while [ $# -gt 0 ]; do
  case "$1" in
    --unit) unit_only=true ;;
    --fresh) fresh=true ;;
    --kubernetes)
      IFS=, read -ra versions <<< "${2:-none}"
      if [ $# -gt 1 ]; then shift; fi
      ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
if [ ${#versions[@]} -ne 0 ] && [ ${#versions[@]} -ne 2 ]; then
  echo "./run test: --kubernetes wants two versions: --kubernetes 1.32.2,1.36.3" >&2
  exit 2
fi
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
clusters=()  # as the bed makes them
if [ ${#versions[@]} -eq 2 ]; then
  # Between versions only what needs two clusters is of interest, and one bed does.
  beds="test-$$"
  clusters=("east=standard@${versions[0]}" "west=fast@${versions[1]}")
  arguments+=(-L e2e)
  for version in "${versions[@]}"; do tests/bed/bed build --kubernetes "$version"; done
fi
finish() { for bed in $beds; do tests/bed/bed down --name "$bed" >/dev/null 2>&1 || true; done; }
trap finish EXIT
trap 'exit 130' INT TERM
step "bringing up beds of clusters east and west and a depot; the first has an API-only cluster too"
for bed in $beds; do
  tests/bed/bed up --name "$bed" "${clusters[@]}" $([ "$bed${#versions[@]}" = "test-${$}0" ] || echo --no-api)
  tests/bed/bed image load --name "$bed" all out/tranship-image.tar
done
eval "$(tests/bed/bed env --name "test-$$")"
export TRANSHIP_BINARY=$(binary) TRANSHIP_TEST_BEDS=$beds
step "tests"
# An end-to-end test has a bed for itself (the resource `beds`), everything else runs side by side. Those on beds wait
# most of their time, so more run than there are cores.
count=0
ids=$(for bed in $beds; do
  printf '%s{"id": "%d"}' "$([ $count -eq 0 ] || echo ', ')" "$count"
  count=$((count + 1))
done)
printf '{"version": {"major": 1, "minor": 0}, "local": [{"beds": [%s]}]}' "$ids" > out/beds.json
ctest --test-dir build/release --output-on-failure -j "$(($(nproc) + 2))" --resource-spec-file "$PWD/out/beds.json" \
  --timeout 900 "${arguments[@]}"
