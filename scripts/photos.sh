#!/usr/bin/env bash
# Measures the detectors without a model call on photographs, and image-scaling on the lab's scaling attacks; writes
# docs/results/detection-photos and detection-scaling (JSON and Markdown), reports to build/detection.
#
# Usage: scripts/photos.sh BINARY
# Every second photograph calibrates (a third of those fits, as few as fitting needs), the others are measured, and so are the
# lab's large benign pictures. So few carry a rate of 10 %; at 5 % the p-values hold on average and promise nothing. The
# threshold for scaling attacks is the largest score of the calibrating photographs, put into the policy before an attack is
# sent: that few cannot promise 1 %. The lab's CIFAR-10 model answers; nothing here depends on its answers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lab-server.sh

binary="${1:?usage: scripts/photos.sh BINARY}"
lab=../shared/data/lab
out=build/detection
results=docs/results
if [ ! -d "$lab" ]; then
    echo "photos: $lab is not there; its images are measured" >&2
    exit 1
fi
scripts/setup.sh reference
python=.venv/bin/python
mkdir -p "$out" "$results"
"$python" scripts/make-evaluation-manifests.py "$lab" "$out" --only photos
commit="$(commit_of_tables)"

port=9139
trap 'kill "${lab_server:-}" 2>/dev/null || true' EXIT
start_lab_server "$python" "$lab" "$port" "$out/photos-upstream.log"
model=(--upstream "http://127.0.0.1:$port" --path /predictions/cifar)
command="scripts/photos.sh .build/release/portcullis"

# Measures POLICY into build/detection/NAME; the rest are options of `evaluate`. Fails where a bound is missed; ends the script
# where nothing was measured, so that no figure of an earlier run is taken for one of this.
measure() {
    local policy="$1" name="$2" status=0
    shift 2
    rm -rf "${out:?}/$name" "$out/$name.json"
    "$binary" evaluate --policy "$policy" --out "$out/$name" --force --table "$out/$name.json" --commit "$commit" \
        "${model[@]}" "$@" || status=$?
    if [ ! -f "$out/$name.json" ]; then
        echo "photos: $name could not be measured" >&2
        exit 1
    fi
    return "$status"
}

failed=0
sed "s/^    calibration: .*/    calibration: photos.json/" scripts/detection/photos.yaml >"$out/photos.yaml"
"$binary" calibrate --policy "$out/photos.yaml" --manifest "$out/photos/halves.csv" --role calibration --fit-share 0.34 --rates 10% \
    --combine truncated-cauchy --out "$out/photos.json" --force "${model[@]}" >"$out/calibrate-photos.txt"
measure "$out/photos.yaml" detection-photos --rates 10%,5% --manifest "$out/photos/halves.csv" --role measured \
    --manifest "$out/photos/large.csv" --role benign-large \
    --data "photographs, every second one to fit and calibrate, the others measured; lab/scaling: large benign pictures" ||
    failed=1
"$python" scripts/detection/join.py "$results/detection-photos" "$command" --only "^[a-z-]* ?false positives (measured|benign-large) at" \
    "photographs=$out/detection-photos.json"

measure scripts/detection/scaling.yaml scaling-clean --manifest "$out/photos/halves.csv" --role calibration >/dev/null
threshold="$("$python" - "$out/scaling-clean/images.csv" <<'PYTHON'
import csv
import sys
with open(sys.argv[1], newline="") as file:
    print(max(float(row["image-scaling_score"] or 0) for row in csv.DictReader(file)))
PYTHON
)"
sed "s/raw: 1000/raw: $threshold/" scripts/detection/scaling.yaml >"$out/scaling.yaml"
grep -q "raw: $threshold" "$out/scaling.yaml"
measure "$out/scaling.yaml" detection-scaling --manifest "$out/photos/scaling.csv" --manifest "$out/photos/halves.csv" \
    --role measured --manifest "$out/photos/large.csv" --role benign-large --target "detected ALL>=1" \
    --target "false positives clean<=0" \
    --data "lab/scaling: attacks and large benign pictures; photographs, threshold $threshold from every second one" ||
    failed=1
"$python" scripts/detection/join.py "$results/detection-scaling" "$command" --only "^detected|^false positives" \
    "image-scaling=$out/detection-scaling.json"
exit "$failed"
