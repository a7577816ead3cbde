#!/usr/bin/env python3
"""Writes what `make evaluate` sends: the benign digits as pictures, and manifests of the cheques.

Usage: make-evaluation-manifests.py LAB OUT

LAB is the lab folder (read only). OUT gets benign/ and cifar-benign/ (pictures and clean.csv), cheque/ and
cheque-moving/ (links to the lab's pictures, clean.csv and attacked.csv). Nothing is chosen or altered: every picture of
the lab is listed.
"""
import csv
import json
import os
import sys

import numpy as np
from PIL import Image

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


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    lab, out = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    benign(lab, out, "benign", "mnist_benign.npz")
    benign(lab, out, "cifar-benign", "cifar_benign.npz")
    cheques(lab, "cheque", out, "cheque")
    cheques(lab, os.path.join("adaptive", "cheque"), out, "cheque-moving")


if __name__ == "__main__":
    main()
