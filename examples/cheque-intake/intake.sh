#!/usr/bin/env bash
# Sends each scan of a folder through the guard and writes what to do with it to a CSV file.
#
# Usage: intake.sh URL FOLDER OUTPUT
# A scan is read only when an amount came back with the verdict "forward"; everything else goes to a person.
set -euo pipefail

url="${1:?usage: intake.sh URL FOLDER OUTPUT}"
folder="${2:?usage: intake.sh URL FOLDER OUTPUT}"
output="${3:?usage: intake.sh URL FOLDER OUTPUT}"
head="$(mktemp)"
body="$(mktemp)"
trap 'rm -f "$head" "$body"' EXIT

field() {
    tr -d '\r' <"$head" | sed -n "s/^$1: *//ip" | tail -n 1
}

echo "file,amount,handling,request" >"$output"
for scan in "$folder"/*cheque*.png; do
    status="$(curl -sS -o "$body" -D "$head" -w '%{http_code}' --data-binary "@$scan" -H 'Content-Type: image/png' "$url")" ||
        status=000
    verdict="$(field portcullis-verdict)"
    amount=""
    handling="key by hand"
    if [ "$status" = 200 ] && [ "$verdict" != divert ] && [ "$verdict" != flag ]; then
        amount="$(sed -n 's/.*"amount": *\([0-9][0-9]*\).*/\1/p' "$body")"
        if [ -n "$amount" ]; then handling=read; fi
    elif [ "$status" != 200 ]; then
        handling="failed ($status)"
    fi
    echo "$(basename "$scan"),$amount,$handling,$(field portcullis-request-id)" >>"$output"
done
