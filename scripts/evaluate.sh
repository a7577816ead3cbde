#!/usr/bin/env bash
# Measures what the guard detects and what it costs clean images, and what each defense puts back; writes
# docs/results/detection-* and accuracy-recovered-*, JSON and Markdown.
#
# Usage: scripts/evaluate.sh BINARY BENCHMARKS
# Thresholds are made from the calibration images alone, before any attack is sent. Everything goes through a live guard
# in front of the embedded model, on loopback; the CIFAR model is served by the lab's own server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/lab-server.sh

binary="${1:?usage: scripts/evaluate.sh BINARY BENCHMARKS}"
benchmarks="${2:?usage: scripts/evaluate.sh BINARY BENCHMARKS}"
lab=../shared/data/lab
out=build/evaluation
results=docs/results
if [ ! -d "$lab" ]; then
    echo "evaluate: $lab is not there; the tables are measured on the lab's images" >&2
    exit 1
fi
scripts/setup.sh reference
.venv/bin/python scripts/make-evaluation-manifests.py "$lab" "$out"
mkdir -p "$results"
commit="$(commit_of_tables)"

# The threshold that RATE of the clean calibration digits pass, by the reference's rule.
threshold() {
    "$binary" evaluate --self --policy cheque-intake --path /digit --manifest "$lab/mnist/clean.csv" \
        --role clean_cal --calibrate clean_cal --rate "$1" | awk '$1 == "threshold" { print $2 }'
}

strict="$(threshold 0.01)"
shipped="$(awk '/name: unsteady-reading/ { gsub(/.*raw: |\}.*/, ""); print; exit }' Policies/cheque-intake.yaml)"
if ! awk -v a="$strict" -v b="$shipped" 'BEGIN { exit !(a > 0 && (a > b ? a - b : b - a) < 1e-4) }'; then
    echo "evaluate: cheque-intake.yaml holds $shipped, but 1 % of the calibration digits pass $strict" >&2
    exit 1
fi
reference="$(threshold 0.05)"
sed "s/above: {raw: $shipped}/above: {raw: $reference}/; s/^name: .*/name: digits-5-percent/" \
    Policies/cheque-intake.yaml >"$out/digits.yaml"
grep -q "raw: $reference" "$out/digits.yaml"

# Digits: the reference's squeezers and its 5 % rule, for the comparison with its figures.
"$binary" evaluate --self --policy "$out/digits.yaml" --path /digit \
    --manifest "$lab/mnist/manifest.csv" --manifest "$out/benign/clean.csv" \
    --table "$results/detection-digits-squeezing.json" --commit "$commit" --target "detected ALL>=0.985" \
    --data "lab/mnist: attacked digits; 5,000 benign digits; threshold $reference from clean_cal at 5 %"

# Cheques, as the shipped policy handles them.
for set in cheque cheque-moving; do
    "$binary" evaluate --self --policy cheque-intake --path /cheque \
        --manifest "$out/$set/attacked.csv" --manifest "$out/$set/clean.csv" \
        --table "$results/detection-$set.json" --commit "$commit" \
        --data "$set: every cheque of the lab, clean and attacked; threshold $shipped from clean_cal at 1 %"
done

# Attacks that know the squeezers, and clean scans and bitonal digits that are not like the calibration images.
"$binary" evaluate --self --policy cheque-intake --path /digit \
    --manifest "$lab/adaptive/mnist/manifest.csv" --manifest "$lab/adaptive/mnist/clean.csv" \
    --table "$results/detection-digits-adaptive.json" --commit "$commit" \
    --data "lab/adaptive/mnist: boundary flips, ink-only PGD, scans, bitonal digits; threshold $shipped"

# What each defense alone and the recommended pipelines put back, on images that nothing was chosen by.
"$benchmarks" recovered --set digits --attacked "$lab/mnist/manifest.csv" --clean "$out/benign/clean.csv" \
    --reference "$lab/RESULTS.md" --reference-set mnist --results "$results"

port=9137
trap 'kill "${lab_server:-}" 2>/dev/null || true' EXIT
start_lab_server .venv/bin/python "$lab" "$port" "$out/upstream.log"
"$benchmarks" recovered --set cifar --attacked "$lab/cifar/manifest.csv" --clean "$out/cifar-benign/clean.csv" \
    --reference "$lab/RESULTS.md" --reference-set cifar --model cifar --port "$port" --results "$results"
