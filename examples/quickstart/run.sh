#!/usr/bin/env bash
# Starts the demo's digit model and the guard in front of it, and sends both an honest and an altered digit.
#
# Usage: examples/quickstart/run.sh [BINARY]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

portcullis="${1:-.build/release/portcullis}"
model=127.0.0.1:8501
guard=127.0.0.1:8502
admin=127.0.0.1:8503
data="$(mktemp -d)"
started=()

stop() {
    for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
    wait
    rm -rf "$data"
}
trap stop EXIT

until_ready() {
    for _ in $(seq 100); do
        if curl -fso /dev/null "$1"; then return 0; fi
        sleep 0.1
    done
    echo "nothing answers at $1" >&2
    cat "$data"/*.log >&2
    return 1
}

"$portcullis" demo-model --listen "$model" >"$data/model.log" 2>&1 &
started+=($!)
"$portcullis" serve --upstream "http://$model" --listen "$guard" --admin "$admin" --policy examples/quickstart/policy.yaml \
    --audit-directory "$data/audit" --key-file "$data/key" >"$data/guard.log" 2>&1 &
started+=($!)
until_ready "http://$admin/readyz"

for picture in examples/images/digit-7-clean.png examples/images/digit-1-pgd-read-as-7.png; do
    echo "== $picture"
    for server in "$model" "$guard"; do
        if [ "$server" = "$model" ]; then echo -n "model alone:  "; else echo -n "with guard:   "; fi
        curl -sS -D "$data/head" --data-binary "@$picture" -H 'Content-Type: image/png' "http://$server/digit" |
            cut -c 1-60 | tr -d '\n'
        echo "  $(sed -n 's/^\(HTTP[^ ]* [0-9]*\).*/\1/p' "$data/head")" \
            "$(grep -i '^portcullis-verdict' "$data/head" | tr -d '\r' || true)"
    done
done
echo "== the record"
"$portcullis" audit query "$data/audit"
