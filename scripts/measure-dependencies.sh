#!/usr/bin/env bash
# Prints what each dependency adds to a clean build: CPU seconds and build steps, given those measured before it.
#
# Usage: scripts/measure-dependencies.sh [release|debug] [FOLDER]
# Builds a scratch package that links one more product at each step; versions are those of Package.swift. CPU seconds
# are the user and system time of the build tool and all it started, so that a busy machine disturbs them little.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
configuration="${1:-release}"
folder="${2:-$(mktemp -d)}"

# name|location ending|products, in the order in which they build on one another.
steps=(
    "swift-argument-parser|ArgumentParser"
    "Yams|Yams"
    "swift-log|Logging"
    "swift-crypto|Crypto"
    "swift-nio|NIOCore NIOPosix NIOHTTP1"
    "swift-service-lifecycle|ServiceLifecycle"
    "hummingbird|Hummingbird"
)

mkdir -p "$folder/Sources/Measured"
packages=""
products=""
imports=""
TIMEFORMAT='%U %S'
for step in "(nothing)|" "${steps[@]}"; do
    name="${step%%|*}"
    for product in ${step#*|}; do
        products+=".product(name: \"$product\", package: \"$name\"),"
        imports+="import $product"$'\n'
    done
    if [ -n "${step#*|}" ]; then
        packages+="$(grep -E "\.package\(url: .*/$name\"" "$root/Package.swift")"$'\n'
    fi
    printf '// swift-tools-version: 6.2\nimport PackageDescription\nlet package = Package(name: "measured", dependencies: [%s], targets: [.executableTarget(name: "Measured", dependencies: [%s])])\n' \
        "$packages" "$products" >"$folder/Package.swift"
    printf '%s\nprint("measured")\n' "$imports" >"$folder/Sources/Measured/main.swift"
    cd "$folder"
    swift package resolve >/dev/null 2>&1
    spent="$({ time swift build -c "$configuration" >"$folder/log" 2>&1; } 2>&1)" || { tail "$folder/log"; exit 1; }
    total="$(grep -oE '^\[[0-9]+/[0-9]+\]' "$folder/log" | tail -n 1 | sed 's/.*\///;s/\]//')"
    printf '%-28s %8.0f CPU s %6s steps\n' "$name" "$(awk '{print $1 + $2}' <<<"$spent")" "${total:-0}"
    cd "$root"
done
