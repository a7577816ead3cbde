#!/usr/bin/env bash
# Everything `make lint` checks. Runs all checks, then fails if one of them found something.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

failed=()
check() {
    local name="$1"
    shift
    if "$@"; then echo "lint: $name: fine"; else failed+=("$name"); echo "lint: $name: FAILED"; fi
}

# A checker that cannot fail checks nothing: each one first has to catch its own cases.
checked() {
    "$1" --self-test && "$1"
}

sources=(Package.swift Sources)
if [ -d Tests ]; then sources+=(Tests); fi
check "swift format" swift format lint --strict --parallel --recursive --configuration .swift-format "${sources[@]}"
for checker in scripts/check-*.py; do
    check "$(basename "$checker" .py)" checked "$checker"
done
shells=()
while IFS= read -r file; do shells+=("$file"); done \
    < <(git ls-files -co --exclude-standard -- '*.sh' .ci/run | sort -u)
check "shell syntax" bash -c 'for file in "$@"; do bash -n "$file" || exit 1; done' _ "${shells[@]}"
check "hadolint" .venv/bin/hadolint Dockerfile

if [ "${#failed[@]}" -gt 0 ]; then
    echo "lint: ${#failed[@]} failed: ${failed[*]}"
    exit 1
fi
