#!/usr/bin/env python3
"""Reads the reference detectors' figures out of the lab's RESULTS.md, for the peer column of a detection table.

Usage: peers.py RESULTS.md SET OUT.json

SET: mnist, cifar (joint feature squeezing at 5 %), adaptive-cifar (squeezing or the residual's tenth percentile, each at
5 %), adaptive-mnist (squeezing at 5 % of the bitonal or grey calibration digits). OUT.json maps row names of
`portcullis evaluate --table` to a figure.
"""
import json
import re
import sys

SETS = {
    "mnist": ("### Feature-squeezing joint detection, mnist", "SAE detected (joint)", "joint feature squeezing"),
    "cifar": ("### Feature-squeezing joint detection, cifar", "SAE detected (joint)", "joint feature squeezing"),
    "adaptive-cifar": ("## CIFAR-10", "FS or p10 (each 5 %)", "joint squeezing or residual p10, 5 % each"),
    "adaptive-mnist": ("## MNIST", "FS det", "joint feature squeezing"),
}


def cells(line):
    return [cell.strip().strip("*") for cell in line.strip().strip("|").split("|")]


def main():
    if len(sys.argv) != 4 or sys.argv[2] not in SETS:
        sys.exit(__doc__)
    heading, column, name = SETS[sys.argv[2]]
    with open(sys.argv[1]) as file:
        lines = file.read().splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith(heading)), None)
    if start is None:
        sys.exit(f"{sys.argv[1]}: no heading \"{heading}\"")
    peers = {}
    position = None
    for line in lines[start + 1:]:
        if line.startswith("#") or peers and not line.startswith("|"):
            break
        if not line.startswith("|"):
            continue
        row = cells(line)
        if row[0] == "attack" and column in row:
            position = row.index(column)
        elif position is not None and re.fullmatch(r"[0-9.]+", row[position] if position < len(row) else ""):
            peers[f"detected {row[0]} at 5 %"] = {"name": name, "value": float(row[position])}
    if not peers:
        sys.exit(f"{sys.argv[1]}: no figures under \"{heading}\"")
    with open(sys.argv[3], "w") as file:
        json.dump(peers, file, indent=1)


if __name__ == "__main__":
    main()
