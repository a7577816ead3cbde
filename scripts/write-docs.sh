#!/usr/bin/env bash
# Writes the pages that follow from the code: docs/catalogue.md, from the descriptors of defenses and detectors, and
# docs/policy-keys.md, from the tables that the policy decoder reads by.
#
# Usage: scripts/write-docs.sh BINARY
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

binary="${1:?usage: scripts/write-docs.sh BINARY}"

# page TITLE INTRODUCTION FILE ARGUMENT...
page() {
    local title="$1" introduction="$2" file="$3" text
    shift 3
    # The shell drops the empty lines at the end, so that the page ends in one newline.
    text="$("$binary" "$@")"
    printf '# %s\n\n%s Written by `make docs`.\n\n%s\n' "$title" "$introduction" "$text" >"$file.new"
    mv "$file.new" "$file"
}

page Catalogue 'Every defense and detector, as `portcullis catalogue` prints them.' docs/catalogue.md \
    catalogue --markdown
page 'Keys of a policy' 'What the decoder reads, as `portcullis policy keys` prints it; [policy.md](policy.md) explains it.' \
    docs/policy-keys.md policy keys
