#!/usr/bin/env python3
"""Makes images attacked by someone who knows the guard, with manifests in the lab's format.

Usage: generate.py LAB OUT [--count N] [--retries K]

OUT gets mnist/ and cifar/ with manifest.csv (attacked), clean.csv and a folder for each attack. Seeds are fixed. An attack
whose parameters, sources, model and code are those of the last run is not made again (OUT/DATASET/ATTACK/made.json).
"""
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import glob
import json
import shutil
import time

import numpy as np

import corpus
import descent
import flips
from views import JPEG, BitDepth, Median, Plain

PLAIN, MEDIAN, ONE_BIT = Plain(), Median(), BitDepth(1)


def gradient(name, views, **settings):
    return {"name": name, "kind": "pgd", "views": views, **settings}


def least(name, views, penalty, **settings):
    return {"name": name, "kind": "least", "views": views, "penalty": penalty, **settings}


def again(name, of, quality):
    return {"name": name, "kind": "launder", "of": of, "quality": quality}


def retry(name, of, copies):
    return {"name": name, "kind": "retry", "of": of, "copies": copies}


def attacks(copies):
    """What is made for each dataset, in order: laundered copies and retries come after what they are made of."""
    cifar = [
        gradient("pgd_8", [PLAIN], eps=8, steps=20),
        gradient("pgd_8_median", [PLAIN, MEDIAN], eps=8, steps=20),
        gradient("pgd_8_jpeg_robust", [PLAIN, JPEG(75)], eps=8, steps=20),
        gradient("lowfreq_pgd_8", [PLAIN], eps=8, steps=24, cells=16),
        gradient("lowfreq_grey_pgd_8", [PLAIN], eps=8, steps=24, cells=16, grey=True),
        gradient("lowfreq_pgd_8_median", [PLAIN, MEDIAN], eps=8, steps=24, cells=16),
        gradient("lowfreq_grey_pgd_8_median", [PLAIN, MEDIAN], eps=8, steps=24, cells=16, grey=True),
        least("cw_l2_squeezed", [PLAIN, MEDIAN], "l2", steps=50, rate=0.01, confidence=5, weight=1),
        least("pgd_8_residual", [PLAIN, MEDIAN], "residual", steps=50, rate=0.004, confidence=5, weight=1, eps=8),
    ]
    laundered = ("pgd_8", "pgd_8_median", "pgd_8_jpeg_robust", "cw_l2_squeezed", "pgd_8_residual")
    cifar += [again(f"jpeg90_of_{of}", of, 90) for of in laundered]
    cifar += [retry(f"retry{copies}_of_{of}", of, copies) for of in ("pgd_8", "lowfreq_pgd_8")]
    mnist = [
        gradient("pgd_76_squeezed", [PLAIN, ONE_BIT, MEDIAN], eps=76, steps=30),
        least("cw_l2_squeezed", [PLAIN, ONE_BIT, MEDIAN], "l2", steps=60, rate=0.03, confidence=12, weight=1),
        {"name": "flips", "kind": "flips", "views": [PLAIN], "most": 15},
        {"name": "flips_squeezed", "kind": "flips", "views": [PLAIN, MEDIAN], "most": 20, "confidence": 4, "apart": 0.008},
        retry(f"retry{copies}_of_flips", "flips", copies),
    ]
    return {"mnist": mnist, "cifar": cifar}


def described(attack):
    words = [f"{key}={[v.name for v in value] if key == 'views' else value}" for key, value in attack.items() if key != "name"]
    return " ".join(words).replace("'", "").replace(", ", "+")


def made(attack, data, earlier):
    """(attacked pictures, what they were before, a note for each, JPEG quality or None)."""
    settings = {k: v for k, v in attack.items() if k not in ("name", "kind", "library", "seed", "of", "quality", "copies")}
    before, note = data.pictures, described({k: v for k, v in attack.items() if k not in ("library", "seed")})
    if attack["kind"] == "pgd":
        attacked = descent.pgd(data.net, before, data.truth, seed=attack["seed"], **settings)
    elif attack["kind"] == "least":
        settings["penalty"] = descent.PENALTIES[settings["penalty"]]
        attacked = descent.least(data.net, before, data.truth, **settings)
    elif attack["kind"] == "flips":
        before = corpus.bitonal(before)
        attacked, count, met = flips.boundary_flips(data.net, before, data.truth, **settings)
        return attacked, before, [f"{note} flips={n} goal_met={int(m)}" for n, m in zip(count, met)], None
    else:
        attacked, before = earlier[attack["of"]]
        if attack["kind"] == "retry":
            attacked = flips.one_bit_copies(attacked, attack["copies"], attack["seed"])
    return attacked, before, [note] * len(attacked), attack.get("quality")


def code():
    folder = os.path.dirname(os.path.abspath(__file__))
    return [open(path, "rb").read() for path in sorted(glob.glob(os.path.join(folder, "*.py")))
            if os.path.basename(path) not in ("generate.py", "selfcheck.py", "table.py", "gate.py")]


def run(attack, data, folder, earlier, shared):
    """The manifest's rows of one attack, made or kept from the last run; remembers its pictures in `earlier`."""
    key = corpus.digest(data.key, described(attack), earlier.get("key:" + attack.get("of", ""), ""), *shared)
    own = os.path.join(folder, attack["name"])
    record = os.path.join(own, "made.json")
    try:
        with open(record) as file:
            kept = json.load(file)
    except (OSError, ValueError):
        kept = {}
    began = time.time()
    if kept.get("key") == key and all(os.path.exists(os.path.join(folder, row["file"])) for row in kept["rows"]):
        rows, how = kept["rows"], "kept"
    else:
        shutil.rmtree(own, ignore_errors=True)
        attacked, before, notes, quality = made(attack, data, earlier)
        rows = corpus.store(folder, data, attack, attacked, before, notes, quality)
        with open(record, "w") as file:
            json.dump({"key": key, "rows": rows}, file)
        how = f"{time.time() - began:.1f} s"
    if attack["kind"] in ("pgd", "least", "flips"):
        before = corpus.bitonal(data.pictures) if attack["kind"] == "flips" else data.pictures
        stored = np.stack([corpus.load(os.path.join(folder, row["file"]), data.channels) for row in rows])
        earlier[attack["name"]] = stored, before
    earlier["key:" + attack["name"]] = key
    fooled = sum(row["still_adversarial"] for row in rows)
    size = np.mean([row["L2"] for row in rows])
    print(f"{data.name:6} {attack['name']:28} {fooled:4} of {len(rows):4} fool the model, L2 {size:.2f} ({how})", flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lab")
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=50, help="images an attack")
    parser.add_argument("--retries", type=int, default=8, help="one-bit copies of each image")
    options = parser.parse_args()
    shared, began = code(), time.time()
    for name, wanted in attacks(options.retries).items():
        data = corpus.Dataset(options.lab, name, options.count)
        folder = os.path.join(options.out, name)
        os.makedirs(folder, exist_ok=True)
        corpus.store_clean(folder, data)
        rows, earlier = [], {}
        for number, attack in enumerate(wanted):
            attack = {**attack, "seed": 1000 + number, "library": "own (scripts/attacks, numpy)"}
            rows += run(attack, data, folder, earlier, shared)
        corpus.write(os.path.join(folder, "manifest.csv"), corpus.COLUMNS, rows)
    print(f"{options.out}: {time.time() - began:.0f} s, {time.process_time():.0f} s of one core")


if __name__ == "__main__":
    main()
