#!/usr/bin/env bash
# Replays hostile files through the codecs under AddressSanitizer, and the C shim alone under UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=.build-asan
# The backtracer hangs for minutes in a sanitized process.
export SWIFT_BACKTRACE=enable=no
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1:abort_on_error=0
PORTCULLIS_FUZZ=1 swift build -c release --scratch-path "$scratch" --product HostileReplay --sanitize address 2>&1 |
    { grep -v 'Cannot export local symbol' || true; }
"$scratch/release/HostileReplay" --max-rss-mb 1024 ../shared/data/hostile ../shared/data/pngsuite
scripts/shim-ubsan.sh
