"""Where attacked images come from and how they are written: sources, predictions of the stored file, manifest rows.

The sources are images of the lab's benign query streams from index 4000 on that the model reads right: none is a
calibration image, a test image or a source of the lab's own attacks.
"""
import csv
import hashlib
import os

import numpy as np
import onnxruntime

from network import Network
from views import decoded, jpeg_bytes, picture, to_floats

FIRST = 4000
COLUMNS = ["file", "source_file", "dataset", "split", "attack", "library", "params", "seed", "true_label", "pred_clean",
           "pred_adv_float", "pred_adv_png", "pred_adv_jpeg95", "target_label", "L2", "Linf", "L0", "still_adversarial",
           "still_adversarial_jpeg95"]
CLEAN_COLUMNS = ["file", "source_file", "role", "true_label", "pred_clean"]


class Judge:
    """The classes that onnxruntime finds in u8 pictures [n,h,w,c]: what the guarded model would answer."""

    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def probabilities(self, pictures):
        return self.session.run(None, {"input": to_floats(pictures)})[0]

    def classes(self, pictures):
        return self.probabilities(pictures).argmax(1)


class Dataset:
    """One of the lab's models with the images that are attacked and those that stay clean."""

    def __init__(self, lab, name, count, clean=200):
        self.name, self.channels = name, 1 if name == "mnist" else 3
        self.model = os.path.join(lab, "models", f"{name}.onnx")
        stream = os.path.join(lab, "traces", f"{name}_benign.npz")
        self.net, self.judge = Network(self.model), Judge(self.model)
        with np.load(stream) as held:
            pictures, labels = held["queries"][FIRST:], held["true_label"][FIRST:]
        self.all = pictures.reshape(*pictures.shape[:3], self.channels)
        self.labels = labels.astype(int)
        self.read = self.judge.classes(self.all)
        right = self.read == self.labels
        if self.channels == 1:  # Every digit must also be read right once it is bitonal.
            right &= self.judge.classes(bitonal(self.all)) == self.labels
        self.sources = np.flatnonzero(right)[:count]
        last = self.sources[-1] + 1
        self.clean = np.arange(last, min(last + clean, len(self.all)))
        self.pictures, self.truth = self.all[self.sources], self.labels[self.sources]
        self.key = digest(*(open(path, "rb").read() for path in (self.model, stream)), str(count))

    def origin(self, index):
        return f"traces/{self.name}_benign.npz#{FIRST + index}"


def bitonal(pictures):
    return np.where(pictures > 127, np.uint8(255), np.uint8(0))


def digest(*parts):
    state = hashlib.sha256()
    for part in parts:
        part = part.encode() if isinstance(part, str) else part
        state.update(len(part).to_bytes(8, "big") + part)
    return state.hexdigest()


def save(path, pixels, quality=None):
    """Writes PNG, or JPEG 4:2:0 of `quality`; returns what a reader of the file gets."""
    if quality:
        data = jpeg_bytes(pixels, quality)
        with open(path, "wb") as file:
            file.write(data)
    else:
        picture(pixels).save(path, "PNG")
    with open(path, "rb") as file:
        return decoded(file.read(), pixels.shape[-1])


def load(path, channels):
    with open(path, "rb") as file:
        return decoded(file.read(), channels)


def store(folder, dataset, attack, attacked, before, notes, quality=None):
    """Writes the images of one attack; returns the manifest's rows.

    `attacked` is u8 [n,h,w,c] for the dataset's sources in order (or several for each, one after another); `before` what
    distances are measured from; `notes` the parameters of each image.
    """
    os.makedirs(os.path.join(folder, attack["name"]), exist_ok=True)
    repeats = len(attacked) // len(dataset.sources)
    owners = np.repeat(np.arange(len(dataset.sources)), repeats)
    guess = dataset.judge.classes(attacked)
    names, stored = [], []
    for i, owner in enumerate(owners):
        number, variant = FIRST + dataset.sources[owner], f"_k{i % repeats:02d}" if repeats > 1 else ""
        name = f"{dataset.name}_{number:05d}_y{dataset.truth[owner]}_a{guess[i]}{variant}.{'jpg' if quality else 'png'}"
        names.append(f"{attack['name']}/{name}")
        stored.append(save(os.path.join(folder, names[-1]), attacked[i], quality))
    stored = np.stack(stored)
    final = dataset.judge.classes(stored)
    later = dataset.judge.classes(np.stack([decoded(jpeg_bytes(p, 95), dataset.channels) for p in stored]))
    delta = (stored.astype(np.float64) - before[owners]) / 255
    rows = []
    for i, owner in enumerate(owners):
        truth = int(dataset.truth[owner])
        rows.append({
            "file": names[i], "source_file": dataset.origin(dataset.sources[owner]), "dataset": dataset.name,
            "split": "harness", "attack": attack["name"], "library": attack["library"], "params": notes[i],
            "seed": attack["seed"], "true_label": truth, "pred_clean": int(dataset.read[dataset.sources[owner]]),
            "pred_adv_float": int(guess[i]), "pred_adv_png": int(final[i]), "pred_adv_jpeg95": int(later[i]),
            "target_label": "", "L2": round(float(np.sqrt((delta[i] ** 2).sum())), 4),
            "Linf": round(float(np.abs(delta[i]).max()), 4), "L0": int((delta[i] != 0).any(-1).sum()),
            "still_adversarial": int(final[i] != truth), "still_adversarial_jpeg95": int(later[i] != truth),
        })
    return rows


def store_clean(folder, dataset):
    """Writes clean images and clean.csv: the sources, further images, and these as JPEG 90 or as bitonal digits."""
    rows = []
    other = ("bitonal", bitonal(dataset.all), None) if dataset.channels == 1 else ("jpeg90", dataset.all, 90)
    for kind, chosen in (("source", dataset.sources), ("clean", dataset.clean)):
        for role, pictures, quality in ((kind, dataset.all, None), (f"{kind}_{other[0]}", other[1], other[2])):
            os.makedirs(os.path.join(folder, role), exist_ok=True)
            names = [f"{role}/{dataset.name}_{FIRST + i:05d}_y{dataset.labels[i]}.{'jpg' if quality else 'png'}"
                     for i in chosen]
            stored = [save(os.path.join(folder, n), pictures[i], quality) for n, i in zip(names, chosen)]
            read = dataset.judge.classes(np.stack(stored))
            rows += [{"file": n, "source_file": dataset.origin(i), "role": role, "true_label": int(dataset.labels[i]),
                      "pred_clean": int(r)} for n, i, r in zip(names, chosen, read)]
    write(os.path.join(folder, "clean.csv"), CLEAN_COLUMNS, rows)


def write(path, columns, rows):
    with open(path, "w", newline="") as out:
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
