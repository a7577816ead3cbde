#!/usr/bin/env python3
"""Makes the demo's pictures from the lab's: examples/images/*.png, their ATTRIBUTION.md, and the table that embeds them.

    scripts/make-examples.py

The lab's files are copied byte for byte. Chosen were clean pictures that squeezing hardly moves and attacked ones, each
by another attack, that the model reads as the attacker wants with more than 0.9.
"""
import json
import os
import shutil

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LAB = os.path.join(os.path.dirname(ROOT), "shared", "data", "lab")
IMAGES = os.path.join(ROOT, "examples", "images")
TABLE = os.path.join(ROOT, "Sources", "CEmbeddedFiles", "examples.c")

# File in the lab, name here, attack. The rest is read from the lab's file names and manifests.
DIGITS = [
    ("mnist/clean_test/mnist_00553_y0.png", "digit-0-clean.png", ""),
    ("mnist/clean_test/mnist_02573_y2.png", "digit-2-clean.png", ""),
    ("mnist/clean_test/mnist_03217_y3.png", "digit-3-clean.png", ""),
    ("mnist/clean_test/mnist_07354_y7.png", "digit-7-clean.png", ""),
    ("mnist/pgd_0.3/mnist_01221_y1_a7.png", "digit-1-pgd-read-as-7.png", "projected gradient descent, L∞ 0.3 (Foolbox)"),
    ("mnist/fgsm_0.3/mnist_04914_y4_a8.png", "digit-4-fgsm-read-as-8.png", "fast gradient sign, L∞ 0.3 (Foolbox)"),
    ("mnist/cw_l2_next/mnist_03021_y2_a3.png", "digit-2-cw-read-as-3.png", "Carlini and Wagner, L2, targeted (Foolbox)"),
    ("mnist/deepfool_l2_os50/mnist_09500_y9_a7.png", "digit-9-deepfool-read-as-7.png",
     "DeepFool, L2, overshoot 0.5 (Foolbox)"),
]
# Manifest, cheque id, attacked version, its name, the name of the attack.
CHEQUES = [
    ("cheque", 0, "adversarial", "pgd", "projected gradient descent on the first digit, L∞ 0.3 (Foolbox)"),
    ("adaptive/cheque", 31, "cw", "cw", "Carlini and Wagner on the first digit, L2, targeted (Foolbox)"),
]


def digits():
    for source, name, attack in DIGITS:
        parts = os.path.basename(source)[:-4].split("_")
        truth = next(p[1:] for p in parts if p.startswith("y"))
        attackers = next((p[1:] for p in parts if p.startswith("a")), "")
        yield source, name, truth, attackers, "digit", attack


def cheques():
    for folder, number, version, short, attack in CHEQUES:
        with open(os.path.join(LAB, folder, "manifest.json")) as file:
            cheque = next(c for c in json.load(file) if c["id"] == number)
        truth, attackers = str(cheque["amount"]), str(cheque[version]["model_reads"])
        yield f"{folder}/{cheque['clean']['file']}", f"cheque-{truth}-clean.png", truth, "", "cheque", ""
        yield (f"{folder}/{cheque[version]['file']}", f"cheque-{truth}-{short}-read-as-{attackers}.png", truth,
               attackers, "cheque", attack)


def embedding(examples):
    lines = [
        "// Made by scripts/make-examples.py; do not edit.", '#include "CEmbeddedFiles.h"', "",
        '#pragma clang diagnostic ignored "-Wc23-extensions"', "",
    ]
    rows = []
    for index, (_, name, truth, attackers, kind, _) in enumerate(examples):
        lines += [f"static const unsigned char image_{index}[] = {{", f'#embed "../../examples/images/{name}"', "};"]
        rows.append(f'    {{"{name}", image_{index}, sizeof image_{index}, "{truth}", "{attackers}", "{kind}"}},')
    lines += ["", "static const struct portcullis_example examples[] = {", *rows, "};", ""]
    lines += ["const struct portcullis_example *const portcullis_examples = examples;"]
    lines += ["const size_t portcullis_examples_count = sizeof examples / sizeof examples[0];"]
    return "\n".join(lines) + "\n"


ATTRIBUTION = """# Where these pictures come from

Made by `scripts/make-examples.py`, which copies them byte for byte from the project's test data; do not edit.

The digits are from the MNIST database of handwritten digits by Yann LeCun, Corinna Cortes and Christopher J. C. Burges,
commonly stated to be under the Creative Commons licence Attribution-ShareAlike 3.0 (CC BY-SA 3.0), taken from the PNG
copy by Sebastian Raschka, github.com/rasbt/mnist-pngs (repository licence MIT, © 2022 Sebastian Raschka), whose notice
follows the table. The attacked ones are derived from them and come under the same terms.

The cheques are drawn by a program, with MNIST digits for their amounts. Bank, names and account are fictitious.

| file | shows | the unguarded model reads | changed by |
| --- | --- | --- | --- |
"""

MIT = """
## Notice of the PNG copy

Copyright (c) 2022 Sebastian Raschka

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def main():
    os.makedirs(IMAGES, exist_ok=True)
    for old in os.listdir(IMAGES):
        if old.endswith(".png"):
            os.remove(os.path.join(IMAGES, old))
    # Digits first, of each kind the clean ones first: the demo sends them in this order.
    examples = sorted([*digits(), *cheques()], key=lambda e: (e[4] != "digit", e[3] != ""))
    size, table = 0, ATTRIBUTION
    for source, name, truth, attackers, _, attack in examples:
        shutil.copyfile(os.path.join(LAB, source), os.path.join(IMAGES, name))
        size += os.path.getsize(os.path.join(IMAGES, name))
        table += f"| {name} | {truth} | {attackers or truth} | {attack or 'nobody'} |\n"
    with open(os.path.join(IMAGES, "ATTRIBUTION.md"), "w", encoding="utf-8") as file:
        file.write(table + MIT)
    with open(TABLE, "w", encoding="utf-8") as file:
        file.write(embedding(examples))
    print(f"{len(examples)} pictures, {size} bytes")


if __name__ == "__main__":
    main()
