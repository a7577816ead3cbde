#!/usr/bin/env bash
# Replays hostile files through the C shim built alone, under UndefinedBehaviorSanitizer and AddressSanitizer: swiftc has
# no UndefinedBehaviorSanitizer on Linux.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=.build-asan/shim
mkdir -p "$folder"
clang -O1 -g -std=gnu17 -Wall -Wextra -Werror -fsanitize=undefined,address -fno-sanitize-recover=all \
    -ISources/CImageShim/include -ISources/CImageShim Sources/CImageShim/*.c scripts/shim-ubsan.c \
    -lpng16 -ljpeg -lz -lm -o "$folder/shim-ubsan" 2>&1 | { grep -v 'Cannot export local symbol' || true; }
find ../shared/data/hostile ../shared/data/pngsuite -type f -print0 | sort -z | xargs -0 "$folder/shim-ubsan"
