#!/usr/bin/env python3
"""How well the boxes of detectors meet the patches of attacked images.

Usage: boxes.py OUT COMMAND LAB MEASURED.json NAME=IMAGES.csv...

IMAGES.csv is what `portcullis evaluate --out` wrote for patched images of the lab. The true box encloses the pixels in which
the patched PNG differs from its source image; a copy that was saved as JPEG has the box of its PNG. Per detector that points:
the mean intersection over union of its first box with the true one, an image without a box counting as 0, with a 95 %
interval from 2,000 resamples (seeded), the least, and the share of images with at least a half. MEASURED.json is the table of the same run: commit and
machine are taken from it. Writes OUT.json and OUT.md.
"""
import csv
import glob
import json
import os
import sys

import numpy as np
from PIL import Image

import tables


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), np.int16)


def true_box(lab, name):
    """(left, top, right, bottom) of what the patch changed, for a file such as cifar_00700_y0_a3.png."""
    # The end of a name is the model's answer, which saving as JPEG may change.
    stem = os.path.splitext(os.path.basename(name))[0].rsplit("_a", 1)[0]
    (path,) = glob.glob(os.path.join(lab, "cifar", "patch", glob.escape(stem) + "_a*.png"))
    patched = pixels(path)
    source = pixels(os.path.join(lab, "cifar", "source", stem + ".png"))
    rows, columns = np.nonzero((patched != source).any(axis=2))
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def overlap(box, text):
    """Intersection over union with the first box of `x y width height;...`; 0 for none."""
    if not text:
        return 0.0
    x, y, width, height = map(int, text.split(";")[0].split())
    across = max(0, min(box[2], x + width) - max(box[0], x))
    down = max(0, min(box[3], y + height) - max(box[1], y))
    inside = across * down
    return inside / ((box[2] - box[0]) * (box[3] - box[1]) + width * height - inside)


def main():
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    out, command, lab, measured = sys.argv[1:5]
    with open(measured) as file:
        table = json.load(file)
    rows = []
    for argument in sys.argv[5:]:
        name, path = argument.split("=", 1)
        with open(path, newline="") as file:
            images = [row for row in csv.DictReader(file) if row["attack"].endswith("patch")]
        if not images:
            sys.exit(f"boxes.py: {path} holds no patched image")
        for column in [column for column in images[0] if column.endswith("_boxes")]:
            values = np.array([overlap(true_box(lab, image["file"]), image[column]) for image in images])
            means = np.random.default_rng(1).choice(values, (2000, len(values))).mean(axis=1)
            low, high = np.percentile(means, [2.5, 97.5])
            label = f"{name} ({len(values)} images): {column.removesuffix('_boxes')}"
            rows += [
                tables.row(f"{label}, mean IoU", float(values.mean()), low=float(low), high=float(high)),
                tables.row(f"{label}, least IoU", float(values.min())),
                tables.row(f"{label}, share with IoU of a half", float((values >= 0.5).mean())),
            ]
    tables.write(out, {
        "name": os.path.basename(out), "command": command, "commit": table["commit"], "machine": table["machine"],
        "data": "lab/cifar and lab/adaptive/cifar: every patched image; true boxes from the difference to the source",
        "rows": rows,
    })


if __name__ == "__main__":
    main()
