#!/usr/bin/env python3
"""Writes what `make evaluate` sends: the benign digits as pictures, and manifests of the cheques.

Usage: make-evaluation-manifests.py LAB OUT [--only photos]

LAB is the lab folder (read only). OUT gets

    benign/, cifar-benign/        pictures, clean.csv, and halves.csv: the first half calibrates, the second is measured
    cifar-jpeg90/                 the same pictures saved again as JPEG 90, 4:2:0
    bitonal/, scans/              the benign digits at level 128, and as a scanner gives them
    calibration-{digits,cifar}.csv  the first halves together
    cifar/, cifar-adaptive/       links to the lab's pictures, classes by name
    cheque/, cheque-moving/       links to the lab's pictures, clean.csv and attacked.csv
    photos/                       links to the photographs beside the lab and to its large pictures: halves.csv (every second
                                  photograph calibrates, the others are measured), large.csv, scaling.csv

Nothing is chosen: every picture of the lab is listed.
"""
import csv
import json
import os
import sys
import zlib

import numpy as np
from PIL import Image, ImageFilter

CIFAR = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
ATTACKED = ["file", "attack", "true_label", "pred_adv_png", "still_adversarial"]


def write(path, columns, rows):
    with open(path, "w", newline="") as out:
        writer = csv.DictWriter(out, columns)
        writer.writeheader()
        writer.writerows(rows)
    print(f"{path}: {len(rows)} images")


def benign(lab, out, name, stream):
    """The 5,000 images of a benign query stream, none of which is a calibration image or an attack's source."""
    stream = np.load(os.path.join(lab, "traces", stream))
    folder = os.path.join(out, name)
    os.makedirs(folder, exist_ok=True)
    rows = []
    for index, (pixels, label) in enumerate(zip(stream["queries"], stream["true_label"])):
        name = f"{index:04d}_y{label}.png"
        Image.fromarray(pixels).save(os.path.join(folder, name))
        rows.append({"file": name, "role": "benign", "true_label": int(label)})
    write(os.path.join(folder, "clean.csv"), ["file", "role", "true_label"], rows)
    write_halves(folder, rows)


def write_halves(folder, rows):
    """The first half sets thresholds, the second is measured; nothing is in both."""
    for index, row in enumerate(rows):
        row["role"] = "calibration" if index < len(rows) // 2 else "benign"
    write(os.path.join(folder, "halves.csv"), ["file", "role", "true_label"], rows)


def altered(out, source, name, save):
    """Copies of a benign stream's pictures as they are after a scanner or an application: `save(image, path)`."""
    folder = os.path.join(out, name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(out, source, "halves.csv")) as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        with Image.open(os.path.join(out, source, row["file"])) as image:
            row["file"] = save(image, os.path.join(folder, os.path.splitext(row["file"])[0]))
    write(os.path.join(folder, "halves.csv"), ["file", "role", "true_label"], rows)


def as_jpeg90(image, path):
    image.save(path + ".jpg", quality=90, subsampling="4:2:0")
    return os.path.basename(path) + ".jpg"


def as_bitonal(image, path):
    image.point(lambda level: 255 if level > 127 else 0).save(path + ".png")
    return os.path.basename(path) + ".png"


def as_scan(image, path):
    """What the lab's scans went through: blur 0.5, brightness within 8 levels, noise of 6 levels; seeded by the name."""
    noise = np.random.default_rng(zlib.crc32(os.path.basename(path).encode()))
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(0.5)), np.float64)
    pixels = pixels + noise.uniform(-8, 8) + noise.normal(0, 6, pixels.shape)
    Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8)).save(path + ".png")
    return os.path.basename(path) + ".png"


def named(lab, source, out, name):
    """A corpus of the lab with classes by name, as its server says them, in the place of numbers."""
    folder = os.path.join(out, name)
    os.makedirs(folder, exist_ok=True)
    link = os.path.join(folder, "lab")
    if not os.path.islink(link):
        os.symlink(os.path.abspath(os.path.join(lab, source)), link)
    for table in ("manifest.csv", "clean.csv"):
        with open(os.path.join(lab, source, table)) as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row["file"] = "lab/" + row["file"]
            for column in ("true_label", "pred_adv_png"):
                if row.get(column):
                    row[column] = CIFAR[int(row[column])]
        write(os.path.join(folder, table), list(rows[0]), rows)


def with_names(out, folder):
    """The halves of a benign stream with classes by name."""
    with open(os.path.join(out, folder, "halves.csv")) as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["true_label"] = CIFAR[int(row["true_label"])]
    write(os.path.join(out, folder, "halves-named.csv"), list(rows[0]), rows)


def calibration(out, name, parts):
    """The calibration halves of several streams as one list, at the root of OUT."""
    rows = []
    for folder, table in parts:
        with open(os.path.join(out, folder, table)) as file:
            rows += [
                dict(row, file=folder + "/" + row["file"]) for row in csv.DictReader(file) if row["role"] == "calibration"
            ]
    write(os.path.join(out, name), list(rows[0]), rows)


def cheques(lab, source, out, name):
    """Clean and attacked versions of every cheque; the attacker's label is what the lab's model read."""
    folder = os.path.join(out, name)
    os.makedirs(folder, exist_ok=True)
    link = os.path.join(folder, "scans")
    if not os.path.islink(link):
        os.symlink(os.path.abspath(os.path.join(lab, source)), link)
    with open(os.path.join(lab, source, "manifest.json")) as file:
        cheques = json.load(file)
    clean, attacked = [], []
    for cheque in cheques:
        clean.append({"file": "scans/" + cheque["clean"]["file"], "role": "clean", "true_label": cheque["amount"]})
        for kind in ("adversarial", "pgd", "cw", "scar"):
            if kind not in cheque:
                continue
            version = cheque[kind]
            attack = {"adversarial": "fixed-box", "scar": "boundary-flips"}.get(kind, kind)
            attacked.append({
                "file": "scans/" + version["file"], "attack": attack, "true_label": cheque["amount"],
                "pred_adv_png": version["model_reads"],
                "still_adversarial": int(version["model_reads"] != cheque["amount"]),
            })
    write(os.path.join(folder, "clean.csv"), ["file", "role", "true_label"], clean)
    write(os.path.join(folder, "attacked.csv"), ATTACKED, attacked)


def photographs(lab, out):
    """Photographs by name, alternately to calibrate and to measure; the lab's large pictures, clean and attacked by scaling.

    Nothing here knows what the photographs show: labels are words that no model gives.
    """
    folder = os.path.join(out, "photos")
    os.makedirs(folder, exist_ok=True)
    sources = {"photos": os.path.join(lab, "..", "photos"), "lab": os.path.join(lab, "scaling")}
    for link, source in sources.items():
        if not os.path.islink(os.path.join(folder, link)):
            os.symlink(os.path.abspath(source), os.path.join(folder, link))
    clean = ["file", "role", "true_label"]
    rows = [
        {"file": "photos/" + name, "role": "measured" if index % 2 else "calibration", "true_label": "unknown"}
        for index, name in enumerate(sorted(os.listdir(sources["photos"])))
    ]
    write(os.path.join(folder, "halves.csv"), clean, rows)
    calibrating = {os.path.basename(row["file"]) for row in rows if row["role"] == "calibration"}
    with open(os.path.join(sources["lab"], "manifest.csv")) as file:
        pictures = list(csv.DictReader(file))
    # A picture that was made from a calibrating photograph is none that thresholds have not seen.
    large = [row for row in pictures if row["source_file"] not in calibrating]
    print(f"{folder}: {len(pictures) - len(large)} large pictures left out, made from calibrating photographs")
    rows = [
        {"file": "lab/" + row["file"], "role": "benign-large", "true_label": "unknown"}
        for row in large if row["kind"] == "benign"
    ]
    write(os.path.join(folder, "large.csv"), clean, rows)
    rows = [
        {
            "file": "lab/" + row["file"], "attack": f"scaling-{row['interpolation']}", "true_label": "unknown",
            "pred_adv_png": "planted", "still_adversarial": 1,
        }
        for row in large if row["kind"] == "attack"
    ]
    write(os.path.join(folder, "scaling.csv"), ATTACKED, rows)


def main():
    arguments = sys.argv[1:]
    only_photographs = arguments[2:] == ["--only", "photos"]
    if len(arguments) != 2 and not only_photographs:
        sys.exit(__doc__)
    lab, out = arguments[:2]
    os.makedirs(out, exist_ok=True)
    if only_photographs:
        photographs(lab, out)
        return
    benign(lab, out, "benign", "mnist_benign.npz")
    benign(lab, out, "cifar-benign", "cifar_benign.npz")
    altered(out, "cifar-benign", "cifar-jpeg90", as_jpeg90)
    altered(out, "benign", "bitonal", as_bitonal)
    altered(out, "benign", "scans", as_scan)
    with_names(out, "cifar-benign")
    with_names(out, "cifar-jpeg90")
    calibration(out, "calibration-cifar.csv", [(name, "halves-named.csv") for name in ("cifar-benign", "cifar-jpeg90")])
    calibration(out, "calibration-digits.csv", [(name, "halves.csv") for name in ("benign", "bitonal", "scans")])
    named(lab, "cifar", out, "cifar")
    named(lab, os.path.join("adaptive", "cifar"), out, "cifar-adaptive")
    cheques(lab, "cheque", out, "cheque")
    cheques(lab, os.path.join("adaptive", "cheque"), out, "cheque-moving")


if __name__ == "__main__":
    main()
