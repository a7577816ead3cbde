#!/usr/bin/env python3
"""Joins result tables of `portcullis evaluate --table` into one.

Usage: join.py OUT COMMAND [--only REGEX] PREFIX=TABLE.json...

Writes OUT.json and OUT.md; every row's name gets its table's prefix, so that `detected pgd_8 at 5 %` becomes
`cifar: detected pgd_8 at 5 %`. COMMAND is what makes the joined table again. --only leaves the rows whose name it matches.
"""
import json
import os
import re
import sys

import tables


def main():
    arguments = sys.argv[1:]
    only = re.compile("")
    if "--only" in arguments[:-1]:
        at = arguments.index("--only")
        only = re.compile(arguments[at + 1])
        del arguments[at:at + 2]
    if len(arguments) < 3:
        sys.exit(__doc__)
    out, command = arguments[:2]
    parts = []
    for argument in arguments[2:]:
        prefix, path = argument.split("=", 1)
        with open(path) as file:
            parts.append((prefix, json.load(file)))
    rows = [
        dict(row, name=f"{prefix}: {row['name']}")
        for prefix, part in parts for row in part["rows"] if only.search(row["name"])
    ]
    if not rows:
        sys.exit(f"join.py: no row matches {only.pattern}")
    tables.write(out, {
        "name": os.path.basename(out), "command": command, "commit": parts[0][1]["commit"],
        "machine": parts[0][1]["machine"], "data": "; ".join(f"{prefix}: {part['data']}" for prefix, part in parts),
        "rows": rows,
    })


if __name__ == "__main__":
    main()
