#!/usr/bin/env bash
# Measures the calibrated detectors on the lab; writes docs/results/detection-{digits,cifar,adaptive}, and
# detection-{digits,cifar}-min-p, the same combined the other way, and detection-cifar-no-chroma, without the detector that
# leans on how the corpus was compressed (JSON and Markdown); reports with plots go to build/detection.
#
# Usage: scripts/detection.sh BINARY
# Thresholds are made from the first half of the benign streams, before an attacked image is sent; the second half, and the
# lab's attacks, are measured. The same calibration serves both tables of a model.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

binary="${1:?usage: scripts/detection.sh BINARY}"
lab=../shared/data/lab
out=build/detection
results=docs/results
if [ ! -d "$lab" ]; then
    echo "detection: $lab is not there; its images are measured" >&2
    exit 1
fi
scripts/setup.sh reference
python=.venv/bin/python
mkdir -p "$out" "$results"
"$python" scripts/make-evaluation-manifests.py "$lab" "$out"
commit="$(git rev-parse --short=12 HEAD)"
if [ -n "$(git status --porcelain --untracked-files=no)" ]; then commit="$commit+changes"; fi
for set in mnist cifar; do
    "$python" scripts/detection/peers.py "$lab/RESULTS.md" "$set" "$out/peers-$set.json"
    "$python" scripts/detection/peers.py "$lab/adaptive/RESULTS.md" "adaptive-$set" "$out/peers-adaptive-$set.json"
done

port=9138
OMP_NUM_THREADS=1 "$python" "$lab/upstream_server.py" --port "$port" >"$out/upstream.log" 2>&1 &
upstream=$!
trap 'kill "$upstream" 2>/dev/null || true' EXIT
for _ in $(seq 150); do
    if curl -fs -o /dev/null "http://127.0.0.1:$port/ping"; then break; fi
    if ! kill -0 "$upstream" 2>/dev/null; then
        echo "detection: the lab's server does not start:" >&2
        cat "$out/upstream.log" >&2
        exit 1
    fi
    sleep 0.2
done

# Calibrates MODEL's policy from its list, once for each way of combining, behind the given options.
calibrate() {
    local model="$1" method
    shift
    for method in truncated-cauchy min-p; do
        sed "s/^    calibration: .*/    calibration: $model-$method.json/" "scripts/detection/$model.yaml" \
            >"$out/$model-$method.yaml"
        "$binary" calibrate --policy "$out/$model-$method.yaml" --manifest "$out/calibration-$model.csv" \
            --role calibration --combine "$method" --out "$out/$model-$method.json" --force "$@" \
            >"$out/calibrate-$model-$method.txt"
    done
}

# Measures MODEL under METHOD into the table FOLDER/NAME; the rest are options of `evaluate`.
measure() {
    local model="$1" method="$2" folder="$3" name="$4"
    shift 4
    "$binary" evaluate --policy "$out/$model-$method.yaml" --rates 5%,1% --out "$out/$name" --force \
        --table "$folder/$name.json" --commit "$commit" "$@"
}

digits=(--self --path /digit)
cifar=(--upstream "http://127.0.0.1:$port" --path /predictions/cifar)
calibrate digits "${digits[@]}"
calibrate cifar "${cifar[@]}"
# The corpus is made of JPEG files with 4:2:0 colour; what is left without the detector that sees colour noise in them?
grep -v chroma-residual scripts/detection/cifar.yaml >"$out/cifar-no-chroma.yaml"
sed -i 's/^    calibration: .*/    calibration: cifar-no-chroma.json/' "$out/cifar-no-chroma.yaml"
"$binary" calibrate --policy "$out/cifar-no-chroma.yaml" --manifest "$out/calibration-cifar.csv" --role calibration \
    --combine truncated-cauchy --out "$out/cifar-no-chroma.json" --force "${cifar[@]}" >"$out/calibrate-cifar-no-chroma.txt"

halves="thresholds from the first half of the benign stream, clean rates from the second"
goals_digits=(--target "detected ALL at 5 %>=0.985" --target "detected ALL at 1 %>=0.96")
goals_cifar=(--target "detected ALL at 5 %>=0.75")
for attack in fgsm_8 bim_8 pgd_8 patch onepixel5; do goals_cifar+=(--target "detected $attack at 5 %>=0.9"); done
failed=0
measure digits truncated-cauchy "$results" detection-digits "${digits[@]}" \
    --manifest "$lab/mnist/manifest.csv" --manifest "$out/benign/halves.csv" --role benign \
    --peer "$out/peers-mnist.json" "${goals_digits[@]}" --data "lab/mnist: attacked digits; $halves" || failed=1
measure digits min-p "$results" detection-digits-min-p "${digits[@]}" \
    --manifest "$lab/mnist/manifest.csv" --manifest "$out/benign/halves.csv" --role benign \
    --detectors-shown none --data "the same, combined by min-p" || failed=1
measure digits truncated-cauchy "$out" detection-adaptive-digits "${digits[@]}" \
    --manifest "$lab/adaptive/mnist/manifest.csv" --manifest "$lab/adaptive/mnist/clean.csv" --role bitonal_test \
    --role scan_test --peer "$out/peers-adaptive-mnist.json" \
    --data "lab/adaptive/mnist: boundary flips, ink-only PGD; clean bitonal digits and scans; $halves" || failed=1
measure cifar truncated-cauchy "$results" detection-cifar "${cifar[@]}" \
    --manifest "$out/cifar/manifest.csv" --manifest "$out/cifar-benign/halves-named.csv" --role benign \
    --peer "$out/peers-cifar.json" "${goals_cifar[@]}" --data "lab/cifar: attacked images; $halves" || failed=1
measure cifar min-p "$results" detection-cifar-min-p "${cifar[@]}" \
    --manifest "$out/cifar/manifest.csv" --manifest "$out/cifar-benign/halves-named.csv" --role benign \
    --detectors-shown none --data "the same, combined by min-p" || failed=1
measure cifar no-chroma "$results" detection-cifar-no-chroma "${cifar[@]}" \
    --manifest "$out/cifar/manifest.csv" --manifest "$out/cifar-benign/halves-named.csv" --role benign \
    --peer "$out/peers-cifar.json" --detectors-shown none --data "the same without chroma-residual" || failed=1
measure cifar truncated-cauchy "$out" detection-adaptive-cifar "${cifar[@]}" \
    --manifest "$out/cifar-adaptive/manifest.csv" --manifest "$out/cifar-jpeg90/halves-named.csv" --role benign \
    --peer "$out/peers-adaptive-cifar.json" \
    --data "lab/adaptive/cifar: laundered, low-frequency, median-aware attacks; clean JPEG 90 copies; $halves" || failed=1
"$python" scripts/detection/join.py "$results/detection-adaptive" "scripts/detection.sh .build/release/portcullis" \
    "digits=$out/detection-adaptive-digits.json" "cifar=$out/detection-adaptive-cifar.json"
exit "$failed"
