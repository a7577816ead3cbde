#!/usr/bin/env python3
"""Converts the lab's digit network from ONNX to Sources/CEmbeddedFiles/digit-weights.bin.

    scripts/make-digit-weights.py [--model PATH] [--out PATH] [--fixture PATH]

Needs numpy. With --fixture it also needs onnxruntime and Pillow, and writes the probabilities that onnxruntime gives
for a sample of the lab's digits, which Tests/DigitClassifierTests compares with.

The file is little-endian throughout:

    offset  size  meaning
    0       8     the ASCII bytes PCDIGITS
    8       4     version, 1
    12      4     number of layers, L
    16      32    SHA-256 of the ONNX file the weights come from
    48      L ×   a layer:
                  4          kind: 1 = 3×3 convolution without padding, 2 = dense
                  4          outputs, O
                  4          inputs, I
                  4          flags: 1 = a rectifier follows, 2 = a 2×2 maximum pool follows (after the rectifier)
                  4 × O      float32 scale of each output
                  4 × O      float32 bias of each output
                  2 × O×I×K  int16 weights [output][input][K], K = 9 row-major (convolution) or 1 (dense)

A weight is its int16 times the scale of its output. One scale an output keeps the probabilities within 1e-4 of the
float32 network's; half-precision floats do not. The input of the network is pixel / 255 - 0.5.
"""
import argparse
import base64
import hashlib
import json
import os
import struct

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LAB = os.path.join(os.path.dirname(ROOT), "shared", "data", "lab")
EXPECTED = (
    "Constant Sub Conv Relu Conv Relu MaxPool Conv Relu Conv Relu MaxPool Flatten Gemm Relu Gemm Relu Gemm Softmax"
).split()
LAYERS = [  # initializer stem, kind, flags
    ("m.c1", 1, 1), ("m.c2", 1, 3), ("m.c3", 1, 1), ("m.c4", 1, 3), ("m.f1", 2, 1), ("m.f2", 2, 1), ("m.f3", 2, 0),
]


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """Yields (number, value) of each field of a protocol-buffers message."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = {1: 8, 5: 4}[kind]
            value, at = data[at:at + size], at + size
        yield key >> 3, value


def read_network(data):
    """The operators in order and the float32 initializers by name of an ONNX model."""
    graph = next(value for number, value in fields(data) if number == 7)
    operators, tensors = [], {}
    for number, value in fields(graph):
        if number == 1:
            operators.append(next(v for n, v in fields(value) if n == 4).decode())
        elif number == 5:
            shape, name, raw = [], None, None
            for n, v in fields(value):
                if n == 1:
                    shape += packed(v)
                elif n == 8:
                    name = v.decode()
                elif n == 9:
                    raw = v
            tensors[name] = np.frombuffer(raw, "<f4").reshape(shape)
    return operators, tensors


def packed(value):
    if isinstance(value, int):
        return [value]
    numbers, at = [], 0
    while at < len(value):
        number, at = varint(value, at)
        numbers.append(number)
    return numbers


def convert(data):
    operators, tensors = read_network(data)
    if operators != EXPECTED:
        raise SystemExit(f"the network is not the expected one: {operators}")
    out = b"PCDIGITS" + struct.pack("<II", 1, len(LAYERS)) + hashlib.sha256(data).digest()
    for stem, kind, flags in LAYERS:
        weights, bias = tensors[stem + ".weight"], tensors[stem + ".bias"]
        outputs = weights.shape[0]
        rows = weights.reshape(outputs, -1).astype(np.float64)
        scale = (np.abs(rows).max(axis=1) / 32767).astype("<f4")
        quantized = np.rint(rows / scale.astype(np.float64)[:, None]).astype("<i2")
        out += struct.pack("<IIII", kind, outputs, weights.shape[1], flags)
        out += scale.tobytes() + bias.astype("<f4").tobytes() + quantized.tobytes()
    return out


def sample(per_folder):
    """Paths, below the lab, of some clean and some attacked digits, spread evenly through each sorted folder."""
    chosen = []
    for folder, count in per_folder:
        names = sorted(n for n in os.listdir(os.path.join(LAB, "mnist", folder)) if n.endswith(".png"))
        chosen += [f"mnist/{folder}/{names[i * len(names) // count]}" for i in range(count)]
    return chosen


def make_fixture(model, path):
    import onnxruntime
    from PIL import Image

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    rows = []
    for name in sample([("clean_cal", 30), ("clean_test", 30), ("pgd_0.3", 6), ("cw_l2_untargeted", 6)]):
        pixels = np.asarray(Image.open(os.path.join(LAB, name)).convert("L"))
        answer = session.run(None, {"input": (pixels.astype(np.float32) / 255)[None, None]})[0][0]
        rows.append({
            "name": name,
            "pixels": base64.b64encode(pixels.tobytes()).decode(),
            "probabilities": [float(p) for p in answer],
        })
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default=os.path.join(LAB, "models", "mnist.onnx"))
    parser.add_argument("--out", default=os.path.join(ROOT, "Sources", "CEmbeddedFiles", "digit-weights.bin"))
    parser.add_argument("--fixture", help="where to write onnxruntime's answers for a sample of digits")
    arguments = parser.parse_args()
    with open(arguments.model, "rb") as file:
        converted = convert(file.read())
    with open(arguments.out, "wb") as file:
        file.write(converted)
    print(f"{len(converted)} bytes in {os.path.relpath(arguments.out, ROOT)}")
    if arguments.fixture:
        make_fixture(arguments.model, arguments.fixture)


if __name__ == "__main__":
    main()
