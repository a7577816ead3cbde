#!/usr/bin/env bash
# Plays the intake with the demo's amount reader and the cheques in examples/images.
#
# Usage: examples/cheque-intake/run.sh [BINARY]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

portcullis="${1:-.build/release/portcullis}"
model=127.0.0.1:8511
guard=127.0.0.1:8512
admin=127.0.0.1:8513
data="$(mktemp -d)"
started=()

stop() {
    for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
    wait
    rm -rf "$data"
}
trap stop EXIT

"$portcullis" demo-model --listen "$model" >"$data/model.log" 2>&1 &
started+=($!)
"$portcullis" serve --upstream "http://$model" --listen "$guard" --admin "$admin" --policy cheque-intake --mode enforce \
    --audit-directory "$data/audit" --key-file "$data/key" >"$data/guard.log" 2>&1 &
started+=($!)
for _ in $(seq 100); do
    if curl -fso /dev/null "http://$admin/readyz"; then break; fi
    sleep 0.1
done

examples/cheque-intake/intake.sh "http://$guard/cheque" examples/images "$data/amounts.csv"
column -t -s , "$data/amounts.csv"
