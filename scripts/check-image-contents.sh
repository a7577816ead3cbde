#!/usr/bin/env bash
# Runs the demo inside a root folder that holds what the container image holds, as its user, and fails as the demo does.
#
# Usage: scripts/check-image-contents.sh BINARY
# Run as root, or as a user who may make user namespaces.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

binary="${1:?usage: scripts/check-image-contents.sh BINARY}"
root="$(mktemp -d)"
trap 'rm -rf "$root"' EXIT

scripts/collect-runtime.sh "$binary" "$root"
chmod 0755 "$root"
mkdir "$root/proc"
# Swift reads a program's arguments from /proc, which every container has; here it takes namespaces of our own.
if [ "$(id -u)" -eq 0 ]; then
    chown 65532:65532 "$root/var/lib/portcullis"
    enter=(unshare --mount --pid --fork "--mount-proc=$root/proc" chroot --userspec=65532:65532 "$root")
else
    enter=(unshare --map-root-user --mount --pid --fork "--mount-proc=$root/proc" chroot "$root")
fi
run() { env -i PATH="$PATH" TMPDIR=/tmp "${enter[@]}" /usr/local/bin/portcullis "$@"; }

echo "image: $(find "$root" -path "$root/proc" -prune -o -type f -print | wc -l) files," \
    "$(du -sm --exclude=proc "$root" | cut -f 1) MB"
version="$(run --version)"
case "$version" in [0-9]*.[0-9]*) echo "image: portcullis $version" ;; *) echo "image: no version: $version" >&2; exit 1 ;; esac
# Fails as the demo does, and when it judged nothing.
run demo --once | tee "$root/tmp/demo"
grep -q '"verdict"' "$root/tmp/demo"
echo "image: the demo ran in the bare root"
