#!/usr/bin/env bash
# Measures the calibrated detectors on the lab; writes docs/results/detection-{digits,cifar,adaptive}, and
# detection-{digits,cifar}-min-p, the same combined the other way, detection-cifar-no-provenance, without the detectors that
# lean on how files were compressed, and detection-{digits,cifar}-each, every detector of the catalogue that speaks about such
# images (JSON and Markdown); reports with plots go to build/detection.
#
# Usage: scripts/detection.sh BINARY
# Thresholds are made from the first half of the benign streams, before an attacked image is sent; the second half, and the
# lab's attacks, are measured. The same calibration serves both tables of a model.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lab-server.sh

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
commit="$(commit_of_tables)"
for set in mnist cifar; do
    "$python" scripts/detection/peers.py "$lab/RESULTS.md" "$set" "$out/peers-$set.json"
    "$python" scripts/detection/peers.py "$lab/adaptive/RESULTS.md" "adaptive-$set" "$out/peers-adaptive-$set.json"
done

port=9138
trap 'kill "${lab_server:-}" 2>/dev/null || true' EXIT
start_lab_server "$python" "$lab" "$port" "$out/upstream.log"

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

# Measures MODEL under METHOD into the table FOLDER/NAME; the rest are options of `evaluate`. Fails where a bound is missed;
# ends the script where nothing was measured, so that no figure of an earlier run is taken for one of this.
measure() {
    local model="$1" method="$2" folder="$3" name="$4" status=0
    shift 4
    rm -rf "${out:?}/$name" "$folder/$name.json" "$folder/$name.md"
    "$binary" evaluate --policy "$out/$model-$method.yaml" --rates 5%,1% --out "$out/$name" --force \
        --table "$folder/$name.json" --commit "$commit" "$@" || status=$?
    if [ ! -f "$folder/$name.json" ]; then
        echo "detection: $name could not be measured" >&2
        exit 1
    fi
    return "$status"
}

digits=(--self --path /digit)
cifar=(--upstream "http://127.0.0.1:$port" --path /predictions/cifar)
calibrate digits "${digits[@]}"
calibrate cifar "${cifar[@]}"
# The corpus is made of JPEG files with 4:2:0 colour; what is left without the detectors that lean on how files were made?
grep -v -e chroma-residual -e container-integrity scripts/detection/cifar.yaml |
    sed 's/^    calibration: .*/    calibration: cifar-no-provenance.json/' >"$out/cifar-no-provenance.yaml"
"$binary" calibrate --policy "$out/cifar-no-provenance.yaml" --manifest "$out/calibration-cifar.csv" --role calibration \
    --combine truncated-cauchy --out "$out/cifar-no-provenance.json" --force "${cifar[@]}" \
    >"$out/calibrate-cifar-no-provenance.txt"
# Every detector, for what each one finds by itself.
for model in digits cifar; do
    sed "s/^    calibration: .*/    calibration: $model-each.json/" "scripts/detection/$model-each.yaml" >"$out/$model-each.yaml"
done
"$binary" calibrate --policy "$out/digits-each.yaml" --manifest "$out/benign/halves.csv" --role calibration \
    --combine truncated-cauchy --out "$out/digits-each.json" --force "${digits[@]}" >"$out/calibrate-digits-each.txt"
"$binary" calibrate --policy "$out/cifar-each.yaml" --manifest "$out/cifar-benign/halves-named.csv" --role calibration \
    --combine truncated-cauchy --out "$out/cifar-each.json" --force "${cifar[@]}" >"$out/calibrate-cifar-each.txt"

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
measure cifar no-provenance "$results" detection-cifar-no-provenance "${cifar[@]}" \
    --manifest "$out/cifar/manifest.csv" --manifest "$out/cifar-benign/halves-named.csv" --role benign \
    --peer "$out/peers-cifar.json" --detectors-shown none \
    --data "the same without chroma-residual and container-integrity" || failed=1
measure digits each "$results" detection-digits-each "${digits[@]}" \
    --manifest "$lab/mnist/manifest.csv" --manifest "$out/benign/halves.csv" --role benign --peer "$out/peers-mnist.json" \
    --data "lab/mnist: attacked digits, every detector; $halves" || failed=1
measure cifar each "$results" detection-cifar-each "${cifar[@]}" \
    --manifest "$out/cifar/manifest.csv" --manifest "$out/cifar-benign/halves-named.csv" --role benign \
    --peer "$out/peers-cifar.json" --data "lab/cifar: attacked images, every detector; $halves" || failed=1
measure cifar truncated-cauchy "$out" detection-adaptive-cifar "${cifar[@]}" \
    --manifest "$out/cifar-adaptive/manifest.csv" --manifest "$out/cifar-jpeg90/halves-named.csv" --role benign \
    --peer "$out/peers-adaptive-cifar.json" \
    --data "lab/adaptive/cifar: laundered, low-frequency, median-aware attacks; clean JPEG 90 copies; $halves" || failed=1
"$python" scripts/detection/join.py "$results/detection-adaptive" "scripts/detection.sh .build/release/portcullis" \
    "digits=$out/detection-adaptive-digits.json" "cifar=$out/detection-adaptive-cifar.json"
# The boxes of patches, as PNG and saved again as JPEG.
measure cifar each "$out" patches-jpeg90 "${cifar[@]}" --manifest "$out/cifar-adaptive/manifest.csv" \
    --attack jpeg90_of_patch --detectors-shown none --data "lab/adaptive/cifar: jpeg90_of_patch" || failed=1
"$python" scripts/detection/boxes.py "$results/patch-boxes" "scripts/detection.sh .build/release/portcullis" "$lab" \
    "$out/patches-jpeg90.json" "PNG=$out/detection-cifar-each/images.csv" "JPEG 90=$out/patches-jpeg90/images.csv"
exit "$failed"
