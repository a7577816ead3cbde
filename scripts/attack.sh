#!/usr/bin/env bash
# Attacks the guard with full knowledge of it; writes docs/results/adaptive-harness.json and .md. A release gate: fails
# when a row is worse than the interval of the last commit's table and docs/results/adaptive-harness.reasons.md does not say
# why (a list entry: - `row`: why).
#
# Usage: scripts/attack.sh BINARY [COUNT]
# COUNT images an attack (50). Images are made first and kept in build/attack. Thresholds are made from the lab's
# calibration images alone, before an attacked image is sent, at a clean rate of 5 % and of 1 %.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

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
scripts/setup.sh attack
export OMP_NUM_THREADS=1
python=.venv/bin/python
"$python" scripts/attacks/selfcheck.py "$lab"
"$python" scripts/attacks/generate.py "$lab" "$out" --count "$count"
"$python" scripts/attacks/selfcheck.py "$lab" "$out"

work="$out/measured"
rm -rf "$work"
mkdir -p "$work" docs/results
commit="$(git rev-parse --short=12 HEAD)"
if [ -n "$(git status --porcelain --untracked-files=no)" ]; then commit="$commit+changes"; fi

started=()
stop_all() {
    for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
}
trap stop_all EXIT

# Waits for URL, which the process PID serves; LOG says why when it ends instead.
await() {
    local url="$1" process="$2" log="$3"
    for _ in $(seq 150); do
        if curl -fs -o /dev/null "$url"; then return 0; fi
        if ! kill -0 "$process" 2>/dev/null; then break; fi
        sleep 0.2
    done
    echo "attack: $url does not answer:" >&2
    cat "$log" >&2
    return 1
}

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
}

# Sends images through the guard NAME; the rest are options of `evaluate`.
ask() {
    local name="$1" policy="$2" path="$3"
    shift 3
    "$binary" evaluate --guard http://127.0.0.1:9142 --audit "$work/$name-audit" --policy "$policy" --path "$path" "$@"
}

"$binary" demo-model --listen 127.0.0.1:9140 >"$work/digits-model.log" 2>&1 &
started+=("$!")
"$python" "$lab/upstream_server.py" --port 9141 >"$work/cifar-model.log" 2>&1 &
started+=("$!")
await http://127.0.0.1:9141/ping "${started[1]}" "$work/cifar-model.log"

# The policies, with a place for the threshold: the shipped one for digits, the harness's own for CIFAR-10.
sed 's/^\( *- {name: unsteady-reading, .*above: {raw: \)[0-9.]*/\1THRESHOLD/' Policies/cheque-intake.yaml \
    >"$work/digits.yaml"
cp scripts/attacks/cifar.yaml "$work/cifar.yaml"
for list in manifest clean; do
    "$python" scripts/attacks/table.py names "$out/cifar/$list.csv" "$out/cifar/$list-names.csv"
done

# Measures DATASET behind UPSTREAM: threshold at each rate from CLEAN's clean_cal, then every attack and the clean images,
# as they are and as SECOND.
parts=()
measure() {
    local dataset="$1" upstream="$2" path="$3" clean="$4" manifest="$5" others="$6" second="$7" rate percent name threshold
    sed 's/THRESHOLD/1000/' "$work/$dataset.yaml" >"$work/$dataset-open.yaml"
    for rate in 0.05 0.01; do
        percent="$(awk "BEGIN { print $rate * 100 }")"
        name="$dataset-$percent"
        guard "$name-calibration" "$work/$dataset-open.yaml" "$upstream"
        threshold="$(ask "$name-calibration" "$work/$dataset-open.yaml" "$path" --manifest "$clean" --role clean_cal \
            --calibrate clean_cal --rate "$rate" | awk '$1 == "threshold" { print $2 }')"
        end_guard
        sed "s/THRESHOLD/${threshold:?no threshold}/" "$work/$dataset.yaml" >"$work/$name.yaml"
        guard "$name" "$work/$name.yaml" "$upstream"
        ask "$name" "$work/$name.yaml" "$path" --manifest "$manifest" --manifest "$others" --table "$work/$name.json" \
            --commit "$commit" --role clean --role "$second"
        end_guard
        parts+=("$dataset $percent %=$work/$name.json:$manifest:$work/$name-audit")
    done
}
measure digits http://127.0.0.1:9140 /digit "$lab/mnist/clean.csv" "$out/mnist/manifest.csv" "$out/mnist/clean.csv" \
    clean_bitonal
measure cifar http://127.0.0.1:9141 /predictions/cifar "$lab/cifar/clean.csv" "$out/cifar/manifest-names.csv" \
    "$out/cifar/clean-names.csv" clean_jpeg90

previous=()
if git show "HEAD:$results" >"$work/previous.json" 2>/dev/null; then previous=(--previous "$work/previous.json"); fi
"$python" scripts/attacks/table.py join "$results" "$reasons" "$commit" "${parts[@]}" "${previous[@]}"
echo "attack: wrote $results"
