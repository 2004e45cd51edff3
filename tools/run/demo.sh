#!/bin/bash
# ./run demo [--keep] [MEBIBYTES]: two clusters, an application with data on one, brought to the other: migrated over an
# object store, migrated relayed through this machine, and by the controllers of both, with their dashboards at the end.
set -euo pipefail
source tools/run/common.sh

keep=false
mebibytes=64
for argument in "$@"; do
  case "$argument" in
    --keep) keep=true ;;
    *[!0-9]*|"") echo "usage: ./run demo [--keep] [MEBIBYTES]" >&2; exit 2 ;;
    *) mebibytes=$argument ;;
  esac
done

setup
build release tranship
image
step "building the bed (Kubernetes from source: about ten minutes the first time, nothing after that)"
tests/bed/bed build

bed=demo
installs=()
scratch=$(mktemp -d)
dashboards=()
finish() {
  rm -rf "$scratch"
  $keep && return
  [ ${#dashboards[@]} = 0 ] || kill "${dashboards[@]}" 2>/dev/null || true
  step "taking the clusters down"
  tests/bed/bed down --name "$bed" >/dev/null 2>&1 || true
}
trap finish EXIT
trap 'exit 130' INT TERM
step "bringing two Kubernetes clusters up: east and west, and an object store"
tests/bed/bed up --name "$bed"
tests/bed/bed image load --name "$bed" all out/tranship-image.tar >/dev/null
eval "$(tests/bed/bed env --name "$bed")"
field() { python3 -c 'import json,os,sys; print(json.loads(os.environ["TRANSHIP_TEST_S3"])[sys.argv[1]])' "$1"; }
of_file() { python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$@"; }
export KUBECONFIG=$TRANSHIP_BED_KUBECONFIG TRANSHIP_PASSWORD=demo-passphrase XDG_DATA_HOME=$scratch
export AWS_ACCESS_KEY_ID=$(field access_key_id) AWS_SECRET_ACCESS_KEY=$(field secret_access_key)

# The controllers start beside what is next.
for cluster in east west; do
  "$(binary)" install --context "$cluster" --image tranship.io/tranship:0.1.0 > "$scratch/install-$cluster" 2>&1 &
  installs+=($!)
done
step "putting MinIO with $mebibytes MiB of objects on east"
tests/samples/load minio "$TRANSHIP_BED_EAST" "mebibytes=$mebibytes"
tests/samples/fingerprint minio "$TRANSHIP_BED_EAST" minio > "$scratch/before.json"

show() { # a command of the program, as people type it
  echo "\$ tranship $*"
  "$(binary)" "$@"
}

compare() { # NAMESPACE of west
  local namespace=$1
  tests/samples/fingerprint minio "$TRANSHIP_BED_WEST" "$namespace" > "$scratch/after.json"
  if ! cmp -s "$scratch/before.json" "$scratch/after.json"; then
    echo "the objects read back on west differ:" >&2
    diff "$scratch/before.json" "$scratch/after.json" | head -20 >&2
    return 1
  fi
  local count
  count=$(python3 -c 'import json,sys
print(sum(len(each) for each in json.load(open(sys.argv[1]))["buckets"].values()))' "$scratch/after.json")
  echo "read back through west's Service: $count objects, every checksum the same"
}

step "migrating it to west, namespace minio-replica, over the object store"
show migrate minio --from east --to west --namespace minio-replica \
  --location "s3://$(field bucket)/demo" --endpoint "$(field endpoint)"
compare minio-replica
step "once more without a location: relayed through this machine, namespace minio-relayed"
show migrate minio --from east --to west --namespace minio-relayed
compare minio-relayed

step "the same by the controllers (tranship install): an export on east ends with a transfer token"
for index in 0 1; do
  wait "${installs[$index]}" || { cat "$scratch"/install-*; exit 1; }
done
store=(--location "s3://$(field bucket)/controllers" --endpoint "$(field endpoint)")
show location add depot --context east "${store[@]}"
show export minio --context east --to depot --token-file "$scratch/minio.token"

step "west imports with it, restores, and goes on doing so: with keys that may only read, and without the passphrase"
reader=$(tests/bed/bed depot readonly-user --name "$bed" | tail -1)
unset TRANSHIP_PASSWORD
export AWS_ACCESS_KEY_ID=$(of_file "$reader" access_key_id) AWS_SECRET_ACCESS_KEY=$(of_file "$reader" secret_access_key)
show location add depot --context west "${store[@]}" --read-only
show import --context west --location depot --token-file "$scratch/minio.token" --every 15m \
  --restore-into minio-standby --now
compare minio-standby

step "running on west now"
tests/bed/bed kubectl --name "$bed" west -- get deployments,services,persistentvolumeclaims \
  -A -l '!kubernetes.io/cluster-service' --field-selector metadata.namespace!=kube-system
node=$(tests/bed/bed kubectl --name "$bed" west -- get nodes \
  -o 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}')
port=$(tests/bed/bed kubectl --name "$bed" west -- get service minio -n minio-replica \
  -o 'jsonpath={.spec.ports[0].nodePort}')

# Its address: with a key of its own, for this machine alone.
dashboard() { # CLUSTER
  local log=out/dashboard-$1.json
  (umask 077 && : > "$log")
  setsid "$(binary)" dashboard --context "$1" --output json > "$log" 2>/dev/null < /dev/null &
  dashboards+=($!)
  for _ in $(seq 100); do
    [ -s "$log" ] && break
    sleep 0.1
  done
  sleep 0.2
  local address
  address=$(of_file "$log" address)
  curl -sS --fail --output /dev/null "$address"
  echo "the dashboard of $1: $address"
}

echo
echo "the replica answers at http://$node:$port (from this machine)"
dashboard east
dashboard west
if $keep; then
  echo "kept: KUBECONFIG=$TRANSHIP_BED_KUBECONFIG (contexts east and west)"
  echo "kill ${dashboards[*]}; ./run bed down --name $bed    ends it"
else
  echo "they end now, with the clusters: ./run demo --keep leaves both up to look at"
fi
