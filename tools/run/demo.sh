#!/bin/bash
# ./run demo [--keep] [MEBIBYTES]: two clusters, an application with data on one, migrated to the other: once over an
# object store, once relayed through this machine.
set -euo pipefail
source tools/run/common.sh

keep=false
mebibytes=256
for argument in "$@"; do
  case "$argument" in
    --keep) keep=true ;;
    *[!0-9]*|"") echo "usage: ./run demo [--keep] [MEBIBYTES]" >&2; exit 2 ;;
    *) mebibytes=$argument ;;
  esac
done

setup
build release
image
step "building the bed (Kubernetes from source: about ten minutes the first time, nothing after that)"
tests/bed/bed build

bed=demo
scratch=$(mktemp -d)
finish() {
  rm -rf "$scratch"
  $keep && return
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
export KUBECONFIG=$TRANSHIP_BED_KUBECONFIG TRANSHIP_PASSWORD=demo-passphrase XDG_DATA_HOME=$scratch
export AWS_ACCESS_KEY_ID=$(field access_key_id) AWS_SECRET_ACCESS_KEY=$(field secret_access_key)

step "putting MinIO with $mebibytes MiB of objects on east"
tests/samples/load minio "$TRANSHIP_BED_EAST" "mebibytes=$mebibytes"
tests/samples/fingerprint minio "$TRANSHIP_BED_EAST" minio > "$scratch/before.json"

migrate_and_compare() { # NAMESPACE ARGUMENT...
  local namespace=$1
  shift
  local command=(migrate minio --from east --to west --namespace "$namespace" "$@")
  echo "\$ tranship ${command[*]}"
  "$(binary)" "${command[@]}"
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
migrate_and_compare minio-replica --location "s3://$(field bucket)/demo" --endpoint "$(field endpoint)"
step "once more without a location: relayed through this machine, namespace minio-relayed"
migrate_and_compare minio-relayed

step "running on west now"
tests/bed/bed kubectl --name "$bed" west -- get deployments,services,persistentvolumeclaims \
  -A -l '!kubernetes.io/cluster-service' --field-selector metadata.namespace!=kube-system
node=$(tests/bed/bed kubectl --name "$bed" west -- get nodes \
  -o 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}')
port=$(tests/bed/bed kubectl --name "$bed" west -- get service minio -n minio-replica \
  -o 'jsonpath={.spec.ports[0].nodePort}')
echo
echo "the replica answers at http://$node:$port (from this machine)"
if $keep; then
  echo "kept: KUBECONFIG=$TRANSHIP_BED_KUBECONFIG (contexts east and west); ./run bed down --name $bed ends it"
else
  echo "./run demo --keep leaves the clusters up to look at"
fi
