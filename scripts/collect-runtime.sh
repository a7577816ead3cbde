#!/usr/bin/env bash
# Lays a root folder that holds a binary, the shared libraries it links and nothing else: what the container image is.
#
# Usage: scripts/collect-runtime.sh BINARY ROOT
# The binary ends up as ROOT/usr/local/bin/portcullis; ROOT/var/lib/portcullis is where records and the key go.
set -euo pipefail

binary="${1:?usage: scripts/collect-runtime.sh BINARY ROOT}"
root="${2:?usage: scripts/collect-runtime.sh BINARY ROOT}"

install -D -m 0755 "$binary" "$root/usr/local/bin/portcullis"
install -d -m 0750 "$root/var/lib/portcullis"
install -d -m 1777 "$root/tmp"

# `ldd` prints `name => path (address)`, and the loader as a bare path. A library keeps the folder it was found in when
# that is a system folder; the loader looks there. One from a toolchain goes to /usr/lib.
ldd "$binary" | sed -n -e 's/^.* => \(\/[^ ]*\) (.*$/\1/p' -e 's/^[[:space:]]*\(\/[^ ]*\) (.*$/\1/p' | sort -u |
    while IFS= read -r library; do
        case "$library" in
            /lib/* | /lib64/* | /usr/lib/*) place="$library" ;;
            *) place="/usr/lib/$(basename "$library")" ;;
        esac
        install -D -m 0755 "$(readlink -f "$library")" "$root$place"
    done
