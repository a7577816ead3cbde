#!/usr/bin/env python3
"""Holds the attacks to what they claim, before anything is measured with them.

Usage: selfcheck.py LAB [OUT]

Forward pass against onnxruntime; gradients of networks, views and residual statistics against finite differences or
adjoints; the median against its definition; bounds after rounding; determinism; the gate. With OUT (made by generate.py):
every file of a manifest is there and read as the manifest says, bounds hold, no source comes from before index 4000.
"""
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys

import numpy as np

import corpus
import descent
import flips
import table
import views
from network import Network
from residual import Statistics, filtered, filtered_back

BOUNDS = {"pgd_8": 8, "lowfreq": 8, "pgd_76": 76}
failures = []


def check(what, holds, detail=""):
    print(f"selfcheck: {what}: {'fine' if holds else 'FAILED'} {detail}".rstrip())
    if not holds:
        failures.append(what)


def slope_error(function, grad, x, draw, step):
    """The relative error of directional derivatives, the median of five directions: one may cross a kink of a ReLU."""
    errors = []
    for _ in range(5):
        along = draw.standard_normal(x.shape)
        measured = (function(x + step * along) - function(x - step * along)) / (2 * step)
        claimed = (grad * along).sum()
        errors.append(abs(measured - claimed) / max(abs(measured), 1e-6))
    return float(np.median(errors))


def check_network(lab, name, draw):
    data = corpus.Dataset(lab, name, 8)
    theirs = data.judge.probabilities(data.all[:100])
    ours = descent.softmax(data.net.logits(views.to_floats(data.all[:100])))
    difference = np.abs(ours - theirs).max()
    check(f"{name}: forward pass is onnxruntime's", difference <= 1e-4, f"({difference:.1e})")
    exact = Network(data.model, np.float64)
    x = views.to_floats(data.pictures[:4]).astype(np.float64)
    x = np.clip(x + draw.uniform(-0.02, 0.02, x.shape), 0, 1)
    weights = draw.standard_normal((4, 10))
    _, grad = exact.gradient(x, lambda _: weights)
    error = slope_error(lambda v: (exact.logits(v) * weights).sum(), grad, x, draw, 1e-8)
    check(f"{name}: gradient is the slope", error <= 1e-4, f"({error:.1e})")
    target = np.arange(4)
    _, grad = exact.gradient(x, lambda values: descent.softmax(values) - descent.one_hot(target, 10))
    loss = lambda v: -np.log(descent.softmax(exact.logits(v))[np.arange(4), target]).sum()
    error = slope_error(loss, grad, x, draw, 1e-8)
    check(f"{name}: gradient of the cross entropy", error <= 1e-4, f"({error:.1e})")
    return data


def check_views(draw):
    x = draw.uniform(0, 1, (2, 3, 8, 6))
    for rank in (1, 2):
        view = views.Median(rank)
        got, chosen = view.forward(x)
        wanted = np.empty_like(x)
        for (i, c, row, column), _ in np.ndenumerate(x):
            rows, columns = (max(row - 1, 0), row), (max(column - 1, 0), column)
            wanted[i, c, row, column] = sorted(x[i, c, r, k] for r in rows for k in columns)[rank]
        check(f"{view.name} is its definition", np.array_equal(got, wanted))
        weights = draw.standard_normal(x.shape)
        error = slope_error(lambda v: (view.forward(v)[0] * weights).sum(), view.backward(weights, chosen), x, draw, 1e-8)
        check(f"{view.name}: gradient is the slope", error <= 1e-4, f"({error:.1e})")
    levels = np.unique(views.BitDepth(1).forward(np.arange(256, dtype=np.float32).reshape(1, 1, 16, 16) / 255)[0])
    check("bit-depth(1) has two levels", levels.tolist() == [0, 1])
    a, b = draw.standard_normal((2, 3, 8, 8)).astype(np.float32), draw.standard_normal((2, 3, 8, 8)).astype(np.float32)
    forth = (views.without_fine_chroma(a, views.YCC, views.RGB) * b).sum()
    back = (a * views.JPEG(75).backward(b, None)).sum()
    check("jpeg: backward is the adjoint", abs(forth - back) < 1e-3 * abs(forth) + 1e-3)
    smooth = np.add.outer(np.arange(32), np.arange(32))[None, None].repeat(3, 1) / np.float32(96) + np.float32(0.1)
    gap = np.abs(views.JPEG(90).forward(smooth)[0] - smooth).max()
    check("jpeg: a smooth picture survives", gap < 0.03, f"({gap:.3f})")


def check_residual(draw):
    a, b = draw.standard_normal((2, 3, 9, 7)), draw.standard_normal((2, 3, 9, 7))
    check("residual: backward is the adjoint", abs((filtered(a) * b).sum() - (a * filtered_back(b)).sum()) < 1e-4)
    clean, x = draw.uniform(0.2, 0.8, (2, 3, 12, 12)), draw.uniform(0.2, 0.8, (2, 3, 12, 12))
    for channels in (1, 3):
        held = Statistics(clean[:, :channels])
        grad = held.distance(x[:, :channels])[1]
        error = slope_error(lambda v: held.distance(v)[0].sum(), grad, x[:, :channels], draw, 1e-6)
        check(f"residual statistics: gradient is the slope ({channels})", error <= 1e-4, f"({error:.1e})")
        check("residual statistics: none for the clean image", held.distance(clean[:, :channels])[0].max() == 0)


def check_bounds(data):
    pictures, truth = data.pictures[:4], data.truth[:4]
    seen = [views.Plain(), views.Median()]
    for cells, grey in ((None, False), (16, False), (16, True)):
        one, two = (descent.pgd(data.net, pictures, truth, seen, 8, 4, 7, cells, grey) for _ in range(2))
        farthest = np.abs(one.astype(int) - pictures).max()
        check(f"pgd within 8 grey levels (cells={cells} grey={grey})", 0 < farthest <= 8, f"({farthest})")
        check("pgd: the same twice", np.array_equal(one, two))
    kept = descent.least(data.net, pictures, truth, seen, Statistics, 6, 0.01, 5, 1, 8)
    check("least penalty within 8 grey levels", np.abs(kept.astype(int) - pictures).max() <= 8)


def check_flips(data):
    before = corpus.bitonal(data.pictures[:4])
    after, count, _ = flips.boundary_flips(data.net, before, data.truth[:4], [views.Plain()], 3)
    check("flips: bitonal, and as many as it says",
          set(np.unique(after)) <= {0, 255} and np.array_equal((after != before).sum((1, 2, 3)), count) and count.max() <= 3)
    copies = flips.one_bit_copies(before, 5, 3)
    turned = np.bitwise_xor(copies, np.repeat(before, 5, 0)).reshape(20, -1)
    check("retries turn one lowest bit", (turned.sum(1) == 1).all() and len(np.unique(copies.reshape(20, -1), axis=0)) == 20)


def check_gate():
    def row(name, value, low=0.4, high=0.6):
        return {"name": name, "value": value, "low": low, "high": high}

    low, high = table.interval(9, 40)
    right = abs(low - 0.1084) < 5e-4 and abs(high - 0.3845) < 5e-4
    check("interval is Clopper and Pearson's", right, f"({low:.4f} {high:.4f})")
    check("interval of none in 50", table.interval(0, 50)[0] == 0 and abs(table.interval(0, 50)[1] - 0.0711) < 5e-4)
    before = [row("a: detected x", 0.5), row("a: false positives clean", 0.5), row("a: answered right x", 0.5)]
    cases = [([0.45, 0.55, 0], 0), ([0.39, 0.55, 0], 1), ([0.9, 0.61, 0], 1), ([0.39, 0.61, 0], 2)]
    for values, wanted in cases:
        now = [row(old["name"], value) for old, value in zip(before, values)]
        check(f"gate finds {wanted} in {values}", len(table.worse(now, before, "")) == wanted)
    now = [row("a: detected x", 0.1), row("a: false positives clean", 0.5)]
    check("gate takes a reason", not table.worse(now, before, "- `a: detected x`: a stricter threshold\n"))
    check("gate takes no empty reason", len(table.worse(now, before, "- `a: detected x`:\n")) == 1)
    check("table leaves out sums and single copies",
          [table.counts(n) for n in (
              "detected ALL", "accepted with attacker's label ALL if 5 % were flagged", "detected x at 5 %",
              "detected retry8_of_x", "detected x")] == [False, False, False, False, True])
    check("gate misses a row", len(table.worse(now[1:], before, "")) == 1)


def check_manifest(lab, out, name):
    folder = os.path.join(out, name)
    rows = table.rows_of(os.path.join(folder, "manifest.csv"))
    check(f"{name}: manifest has the lab's columns",
          list(rows[0]) == list(table.rows_of(os.path.join(lab, "adaptive", name, "manifest.csv"))[0]))
    judge, channels = corpus.Judge(os.path.join(lab, "models", f"{name}.onnx")), 1 if name == "mnist" else 3
    wrong, far, seen = [], [], set()
    stored = np.stack([corpus.load(os.path.join(folder, row["file"]), channels) for row in rows])
    for row, found in zip(rows, judge.classes(stored)):
        seen.add(row["file"])
        if int(row["pred_adv_png"]) != found or (found != int(row["true_label"])) != (row["still_adversarial"] == "1"):
            wrong.append(row["file"])
        bound = next((b for start, b in BOUNDS.items() if row["attack"].startswith(start)), None)
        if bound and float(row["Linf"]) * 255 > bound + 0.02:
            far.append(row["file"])
    check(f"{name}: {len(rows)} files read as the manifest says", not wrong, " ".join(wrong[:3]))
    check(f"{name}: stored files keep their bounds", not far, " ".join(far[:3]))
    check(f"{name}: every file once", len(seen) == len(rows))
    listed = {row["file"] for row in rows + table.rows_of(os.path.join(folder, "clean.csv"))}
    check(f"{name}: clean files are there", all(os.path.exists(os.path.join(folder, file)) for file in listed))
    counts = {attack: sum(row["attack"] == attack for row in rows) for attack in {row["attack"] for row in rows}}
    least = min(counts.values())
    check(f"{name}: no attack lacks images", all(count % least == 0 for count in counts.values()), f"({least} each)")
    first = min(int(row["source_file"].split("#")[1]) for row in rows)
    check(f"{name}: sources are from {corpus.FIRST} on", first >= corpus.FIRST)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    lab, draw = sys.argv[1], np.random.default_rng(5)
    digits = check_network(lab, "mnist", draw)
    photos = check_network(lab, "cifar", draw)
    check_views(draw)
    check_residual(draw)
    check_bounds(photos)
    check_flips(digits)
    check_gate()
    for name in ("mnist", "cifar"):
        if len(sys.argv) == 3:
            check_manifest(lab, sys.argv[2], name)
    if failures:
        sys.exit(f"selfcheck: {len(failures)} failed: {', '.join(failures)}")


if __name__ == "__main__":
    main()
