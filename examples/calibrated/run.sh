#!/usr/bin/env bash
# Calibrates a policy on clean images of yours and starts the guard with it, watching.
#
# Usage: examples/calibrated/run.sh photographs|scans CLEAN UPSTREAM [PATH] [BINARY]
# CLEAN is a folder of images that you vouch for (250 photographs or 150 scans at least, better 1,000), UPSTREAM your model,
# such as http://127.0.0.1:8501, PATH where it takes images (/). The policy and its calibration are left in
# portcullis-calibrated/.
set -euo pipefail

usage="usage: $0 photographs|scans CLEAN UPSTREAM [PATH] [BINARY]"
kind="${1:?$usage}"
clean="${2:?$usage}"
upstream="${3:?$usage}"
path="${4:-/}"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
portcullis="${5:-$here/../../.build/release/portcullis}"
if [ ! -f "$here/$kind.yaml" ]; then
    echo "$usage" >&2
    exit 2
fi

mkdir -p portcullis-calibrated
policy="portcullis-calibrated/$kind.yaml"
if [ -e "$policy" ]; then
    echo "$policy is there already and stays as it is"
else
    cp "$here/$kind.yaml" "$policy"
fi
"$portcullis" calibrate --policy "$policy" --clean "$clean" --upstream "$upstream" --path "$path" \
    --combine truncated-cauchy --out "portcullis-calibrated/$kind.json" --force
"$portcullis" policy check "$policy"
echo "the guard watches; stop it with Ctrl-C"
exec "$portcullis" serve --upstream "$upstream" --policy "$policy"
