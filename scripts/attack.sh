#!/usr/bin/env bash
# Attacks the guard with full knowledge of it; writes docs/results/adaptive-harness.json and .md. A release gate: fails
# when a row is worse than the interval of the last commit's table and docs/results/adaptive-harness.reasons.md does not say
# why (a list entry: - `row`: why).
#
# Usage: scripts/attack.sh BINARY [COUNT]
# COUNT images an attack (50). Images are made first and kept in build/attack. Thresholds are made from clean images alone,
# before an attacked image is sent, by `portcullis calibrate`: all detectors together, at 5 % and at 1 %.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lab-server.sh

binary="${1:?usage: scripts/attack.sh BINARY [COUNT]}"
count="${2:-50}"
lab=../shared/data/lab
out=build/attack
results=docs/results/adaptive-harness.json
reasons=docs/results/adaptive-harness.reasons.md
if [ ! -d "$lab" ]; then
    echo "attack: $lab is not there; its models are attacked" >&2
    exit 1
fi
scripts/setup.sh attack reference
export OMP_NUM_THREADS=1
python=.venv/bin/python
"$python" scripts/attacks/selfcheck.py "$lab"
"$python" scripts/attacks/generate.py "$lab" "$out" --count "$count"
"$python" scripts/attacks/selfcheck.py "$lab" "$out"

work="$out/measured"
rm -rf "$work"
mkdir -p "$work" docs/results
commit="$(commit_of_tables)"

started=()
stop_all() {
    for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
}
trap stop_all EXIT

# Starts a guard under POLICY in front of UPSTREAM, its audit log in $work/NAME-audit.
guard() {
    local name="$1" policy="$2" upstream="$3"
    "$binary" serve --listen 127.0.0.1:9142 --admin 127.0.0.1:9143 --upstream "$upstream" --policy "$policy" \
        --audit-directory "$work/$name-audit" --key-file "$work/deployment.key" >"$work/$name.log" 2>&1 &
    guard=$!
    started+=("$guard")
    await http://127.0.0.1:9143/readyz "$guard" "$work/$name.log"
}

# Ends the guard: its audit log is whole on disk afterwards.
end_guard() {
    kill "$guard"
    wait "$guard" || true
    must_be_free 9142 9143
}

# Sends images through the guard NAME; the rest are options of `evaluate`.
ask() {
    local name="$1" policy="$2" path="$3"
    shift 3
    "$binary" evaluate --guard http://127.0.0.1:9142 --audit "$work/$name-audit" --policy "$policy" --path "$path" "$@"
}

must_be_free 9140 9142 9143
"$binary" demo-model --listen 127.0.0.1:9140 >"$work/digits-model.log" 2>&1 &
started+=("$!")
await http://127.0.0.1:9140/ "$!" "$work/digits-model.log" any
start_lab_server "$python" "$lab" 9141 "$work/cifar-model.log"
started+=("$lab_server")

# The policies of scripts/detection, calibrated on the first halves of the benign streams (the attacks' sources begin at
# index 4000), and class names for the server that answers with them.
"$python" scripts/make-evaluation-manifests.py "$lab" build/detection >"$work/manifests.log"
for list in manifest clean; do
    "$python" scripts/attacks/table.py names "$out/cifar/$list.csv" "$out/cifar/$list-names.csv"
done

# Measures DATASET behind UPSTREAM: calibrates, then sends every attack and the clean images, as they are and as SECOND,
# at 5 % and at 1 %.
parts=()
measure() {
    local dataset="$1" upstream="$2" path="$3" manifest="$4" others="$5" second="$6" percent name
    sed "s/^    calibration: .*/    calibration: $dataset.json/" "scripts/detection/$dataset.yaml" >"$work/$dataset.yaml"
    "$binary" calibrate --policy "$work/$dataset.yaml" --manifest "build/detection/calibration-$dataset.csv" \
        --role calibration --combine truncated-cauchy --upstream "$upstream" --path "$path" --out "$work/$dataset.json" \
        --force >"$work/calibrate-$dataset.txt"
    for percent in 5 1; do
        name="$dataset-$percent"
        sed "s/rate: 5%/rate: $percent%/" "$work/$dataset.yaml" >"$work/$name.yaml"
        guard "$name" "$work/$name.yaml" "$upstream"
        ask "$name" "$work/$name.yaml" "$path" --manifest "$manifest" --manifest "$others" --rates "$percent%" \
            --detectors-shown none --table "$work/$name.json" --commit "$commit" --role clean --role "$second"
        end_guard
        parts+=("$dataset $percent %=$work/$name.json:$manifest:$work/$name-audit")
    done
}
measure digits http://127.0.0.1:9140 /digit "$out/mnist/manifest.csv" "$out/mnist/clean.csv" clean_bitonal
measure cifar http://127.0.0.1:9141 /predictions/cifar "$out/cifar/manifest-names.csv" "$out/cifar/clean-names.csv" \
    clean_jpeg90

previous=()
if git show "HEAD:$results" >"$work/previous.json" 2>/dev/null; then previous=(--previous "$work/previous.json"); fi
"$python" scripts/attacks/table.py join "$results" "$reasons" "$commit" "${parts[@]}" "${previous[@]}"
echo "attack: wrote $results"
