#!/usr/bin/env python3
"""Joins result tables of `portcullis evaluate --table` into one.

Usage: join.py OUT COMMAND PREFIX=TABLE.json...

Writes OUT.json and OUT.md; every row's name gets its table's prefix, so that `detected pgd_8 at 5 %` becomes
`cifar: detected pgd_8 at 5 %`. COMMAND is what makes the joined table again.
"""
import json
import os
import sys


def interval(row):
    return f"[{row['low']:.3f}, {row['high']:.3f}]" if row.get("low") is not None else ""


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    out, command = sys.argv[1:3]
    tables = []
    for argument in sys.argv[3:]:
        prefix, path = argument.split("=", 1)
        with open(path) as file:
            tables.append((prefix, json.load(file)))
    first = tables[0][1]
    rows = [dict(row, name=f"{prefix}: {row['name']}") for prefix, table in tables for row in table["rows"]]
    joined = {
        "name": os.path.basename(out), "command": command, "commit": first["commit"], "machine": first["machine"],
        "data": "; ".join(f"{prefix}: {table['data']}" for prefix, table in tables), "rows": rows,
    }
    with open(out + ".json", "w") as file:
        file.write("{\n")
        for key in ("name", "command", "commit", "machine", "data"):
            file.write(f"  {json.dumps(key)}: {json.dumps(joined[key], ensure_ascii=False)},\n")
        file.write('  "rows": [\n')
        file.write(",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in rows))
        file.write("\n  ]\n}\n")
    with open(out + ".md", "w") as file:
        file.write(f"# {joined['name']}\n\n")
        for key in ("command", "commit", "machine", "data"):
            file.write(f"- {key}: {joined[key]}\n")
        file.write("\n| what | value | 95 % interval | peer | peer's value |\n| --- | --- | --- | --- | --- |\n")
        for row in rows:
            peer = row.get("peer") or ""
            value = row.get("peer_value")
            file.write(
                f"| {row['name']} | {row['value']:.3f} | {interval(row)} | {peer} | "
                f"{'' if value is None else f'{value:.3f}'} |\n")


if __name__ == "__main__":
    main()
