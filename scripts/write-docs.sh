#!/usr/bin/env bash
# Writes the pages that follow from the code: docs/catalogue.md, from the descriptors of defenses and detectors.
#
# Usage: scripts/write-docs.sh BINARY
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

binary="${1:?usage: scripts/write-docs.sh BINARY}"
{
    echo "# Catalogue"
    echo
    echo "Every defense and detector, as \`portcullis catalogue\` prints them. Written by \`make docs\`."
    echo
    "$binary" catalogue --markdown
} >docs/catalogue.md.new
mv docs/catalogue.md.new docs/catalogue.md
