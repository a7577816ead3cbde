#!/usr/bin/env bash
# Runs every fuzzer under AddressSanitizer for so many seconds each; fails at the first crash, hang or leak.
#
# Usage: scripts/fuzz.sh SECONDS [FUZZER...]
# What a fuzzer learns stays in .build-fuzz/corpus/NAME; a crash is written to .build-fuzz/crashes/NAME-*: copy it to a
# fixture, write the test, then mend.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds="${1:?usage: scripts/fuzz.sh SECONDS [FUZZER...]}"
shift
fuzzers=("$@")
if [ "${#fuzzers[@]}" -eq 0 ]; then
    for folder in Sources/Fuzz*; do fuzzers+=("$(basename "$folder")"); done
fi

scratch=.build-fuzz
export PORTCULLIS_FUZZ=1
# The backtracer hangs for minutes in a sanitized process.
export SWIFT_BACKTRACE=enable=no

# Where a fuzzer starts from: small real files.
seeds() {
    case "$1" in
        FuzzPolicyDecoder) printf "%s\n" Policies scripts/fuzz-seeds/FuzzPolicyDecoder ;;
        *) for folder in ../shared/data/pngsuite ../shared/data/hostile/jpeg; do
            if [ -d "$folder" ]; then echo "$folder"; fi
        done ;;
    esac
}

passed=0
failed=0
for fuzzer in "${fuzzers[@]}"; do
    # `--sanitize fuzzer` makes the build tool link without a main; the flags after it add AddressSanitizer and
    # instrument the C sources as well.
    swift build -c release --scratch-path "$scratch" --product "$fuzzer" --sanitize fuzzer \
        -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=address,fuzzer-no-link 2>&1 |
        { grep -v 'Cannot export local symbol' || true; }
    corpus="$scratch/corpus/$fuzzer"
    mkdir -p "$corpus" "$scratch/crashes"
    mapfile -t starts < <(seeds "$fuzzer")
    log="$scratch/$fuzzer.log"
    # At most 2 GB resident and 10 s an input: a decoder that takes more is broken.
    if "$scratch/release/$fuzzer" "$corpus" "${starts[@]}" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=2048 -max_len=65536 -artifact_prefix="$scratch/crashes/$fuzzer-" -print_final_stats=1 \
        >"$log" 2>&1; then
        passed=$((passed + 1))
        echo "fuzz: $fuzzer: $(grep -E '^Done [0-9]+ runs' "$log" || echo finished)," \
            "$(find "$corpus" -type f | wc -l) inputs kept"
    else
        failed=$((failed + 1))
        tail -n 40 "$log"
        echo "fuzz: $fuzzer: FAILED, see $log and $scratch/crashes"
    fi
done
echo "fuzz: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
