#!/usr/bin/env bash
# Builds the image of deploy/Dockerfile where no image registry can be reached: as root on Debian, with
# buildah and mmdebstrap. The base is a Debian made by mmdebstrap from the machine's own apt sources, with
# Node.js and npm from their npm packages, in place of docker.io/library/node:24-slim.
#
#   deploy/build-image.sh [image]            the base is made once, and kept as localhost/doorward-base
#   NODE_IMAGE=... deploy/build-image.sh     takes another base: any image with Node.js 24, npm and glibc
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
image=${1:-localhost/doorward}
base=localhost/doorward-base

buildah() { command buildah --storage-driver vfs "$@"; }

make_base() {
  local folder container
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' RETURN
  mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$folder/root.tar"
  npm install --global --prefix "$folder/usr/local" --no-audit --no-fund --loglevel=error node@24 npm@11
  tar --append --file "$folder/root.tar" --directory "$folder" --owner=0 --group=0 ./usr/local
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$folder/root.tar" /
  buildah commit --quiet --rm "$container" "$base"
}

if [ -z "${NODE_IMAGE-}" ]; then
  buildah inspect --type image "$base" >/dev/null 2>&1 || make_base
fi
# Trusts whom this machine trusts. --format docker: the OCI format has no health check.
buildah build --isolation chroot --network host --format docker \
  --build-arg NODE_IMAGE="${NODE_IMAGE:-$base}" \
  --build-arg NPM_CONFIG_REGISTRY="$(npm config get registry)" \
  --build-arg NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
  --volume /etc/ssl/certs:/etc/ssl/certs:ro \
  --file deploy/Dockerfile --tag "$image" .
