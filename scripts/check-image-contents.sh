#!/usr/bin/env bash
# Runs the demo inside a root folder that holds what the container image holds, as its user, and fails as the demo does.
#
# Usage: scripts/check-image-contents.sh BINARY
# Needs chroot: run as root, or as a user who may make user namespaces.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

binary="${1:?usage: scripts/check-image-contents.sh BINARY}"
root="$(mktemp -d)"
trap 'rm -rf "$root"' EXIT

scripts/collect-runtime.sh "$binary" "$root"
chmod 0755 "$root"
if [ "$(id -u)" -eq 0 ]; then
    chown 65532:65532 "$root/var/lib/portcullis"
    enter=(chroot --userspec=65532:65532 "$root")
else
    enter=(unshare --map-root-user chroot "$root")
fi

echo "image: $(find "$root" -type f | wc -l) files, $(du -sm "$root" | cut -f 1) MB"
# The command line answers, then the whole demo plays; HOME and the working folder are what the image sets.
"${enter[@]}" /usr/local/bin/portcullis --version
env -i TMPDIR=/tmp "${enter[@]}" /usr/local/bin/portcullis demo --once
echo "image: the demo ran in the bare root"
