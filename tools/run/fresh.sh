#!/bin/bash
# ./run test --fresh: set-up, build and unit tests in an empty Debian 12, so that a missing install step shows.
set -euo pipefail
source tools/run/common.sh
[ "$(id -u)" = 0 ] || { echo "needs root, for debootstrap and chroot" >&2; exit 1; }
setup

base=$TRANSHIP_CACHE/debian-12.tar
# Either place may be missing.
mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } |
  awk '$1=="deb" || $1=="URIs:" {print $2; exit}')
if [ ! -f "$base" ]; then
  step "making an empty Debian 12"
  root=$(mktemp -d)
  debootstrap --variant=minbase bookworm "$root" "${mirror:-http://deb.debian.org/debian}" >/dev/null
  tar -C "$root" -cf "$base.new" . && mv "$base.new" "$base"
  rm -rf "$root"
fi

root=$(mktemp -d)
finish() {
  for folder in proc sys dev; do umount -l "$root/$folder" 2>/dev/null || true; done
  rm -rf --one-file-system "$root"
}
trap finish EXIT
tar -C "$root" -xf "$base"
for folder in proc sys dev; do mount --rbind "/$folder" "$root/$folder"; mount --make-rslave "$root/$folder"; done
# How this machine reaches its package mirror; nothing else of it comes along.
cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
rm -rf "$root/etc/apt" && cp -a /etc/apt "$root/etc/apt"
mkdir -p "$root/etc/ssl/certs" "$root/usr/local/share/ca-certificates"
cp -aL /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" 2>/dev/null || true
cp -aL /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
mkdir -p "$root/src"
git ls-files -z | xargs -0 tar -cf - | tar -C "$root/src" -xf -
step "set-up, build and unit tests in it"
chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
  http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" no_proxy="${no_proxy:-}" \
  npm_config_registry="${npm_config_registry:-}" \
  bash -c 'cd /src && ./run test --unit'
