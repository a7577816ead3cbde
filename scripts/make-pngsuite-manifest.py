#!/usr/bin/env python3
"""Writes what the valid files of PngSuite decode to: shape and CRC-32 of the samples, by the rules of the codecs.

The decoder here is written from the PNG specification and shares nothing with libpng; where Pillow keeps all that a file
says (8 bits and fewer, no transparency), its pixels have to be equal too. Usage, with the tools of
`scripts/setup.sh reference`:

    .venv/bin/python scripts/make-pngsuite-manifest.py
"""
import json
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SUITE = ROOT / "../shared/data/pngsuite"
MANIFEST = ROOT / "Tests/ImageCodecsTests/Fixtures/pngsuite.json"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
BACKGROUND = 255


def chunks(data):
    position = 8
    while position < len(data):
        length, kind = struct.unpack(">I4s", data[position:position + 8])
        yield kind.decode(), data[position + 8:position + 8 + length]
        position += 12 + length


def unfilter(raw, rows, row_bytes, step):
    """Undoes the five filters of the specification, section 9."""
    out, position, above = [], 0, bytearray(row_bytes)
    for _ in range(rows):
        kind, row = raw[position], bytearray(raw[position + 1:position + 1 + row_bytes])
        position += 1 + row_bytes
        for i in range(row_bytes):
            left = row[i - step] if i >= step else 0
            up, corner = above[i], above[i - step] if i >= step else 0
            if kind == 1:
                row[i] = (row[i] + left) & 255
            elif kind == 2:
                row[i] = (row[i] + up) & 255
            elif kind == 3:
                row[i] = (row[i] + (left + up) // 2) & 255
            elif kind == 4:
                guess = left + up - corner
                near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
                row[i] = (row[i] + near[2]) & 255
        out.append(bytes(row))
        above = row
    return out, position


def samples(rows, width, channels, depth):
    """Rows of packed samples as integers `[height, width, channels]`."""
    grid = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1)
    if depth == 16:
        grid = grid[:, 0::2].astype(int) * 256 + grid[:, 1::2]
    elif depth < 8:
        bits = np.unpackbits(grid, axis=1).reshape(len(rows), -1, depth)
        grid = bits @ (1 << np.arange(depth)[::-1])
    return grid[:, :width * channels].reshape(len(rows), width, channels).astype(int)


def decode(data):
    """Samples as coded, with colour type, depth, palette and tRNS."""
    found = {}
    pixels = b""
    for kind, body in chunks(data):
        if kind == "IDAT":
            pixels += body
        else:
            found[kind] = body
    width, height, depth, kind, _, _, interlace = struct.unpack(">IIBBBBB", found["IHDR"])
    channels = CHANNELS[kind]
    raw = zlib.decompress(pixels)
    image = np.zeros((height, width, channels), int)
    for x, y, dx, dy in PASSES if interlace else [(0, 0, 1, 1)]:
        columns, rows = -(-(width - x) // dx), -(-(height - y) // dy)
        if columns <= 0 or rows <= 0:
            continue
        row_bytes = (columns * channels * depth + 7) // 8
        lines, used = unfilter(raw, rows, row_bytes, max(1, channels * depth // 8))
        raw = raw[used:]
        image[y::dy, x::dx] = samples(lines, columns, channels, depth)
    return image, kind, depth, found.get("PLTE"), found.get("tRNS")


def by_our_rules(image, kind, depth, palette, transparency):
    """8-bit grey or RGB: 16 bits by rint(v / 257), low depths scaled, alpha over white."""
    alpha = None
    if kind == 3:
        colours = np.frombuffer(palette, np.uint8).reshape(-1, 3).astype(int)
        if transparency is not None:
            table = np.full(len(colours), 255)
            table[:len(transparency)] = np.frombuffer(transparency, np.uint8)
            alpha = table[image[..., 0]][..., None]
        image, depth = colours[image[..., 0]], 8
    elif transparency is not None:
        key = np.array(struct.unpack(f">{len(transparency) // 2}H", transparency))
        alpha = np.where((image == key).all(axis=2), 0, 255)[..., None]
    scale = (1 << depth) - 1
    image = (image * 255 * 2 + scale) // (2 * scale)
    if kind in (4, 6):
        image, alpha = image[..., :-1], image[..., -1:]
    if alpha is not None:
        image = (2 * (alpha * image + (255 - alpha) * BACKGROUND) + 255) // 510
    return image.astype(np.uint8)


def main():
    entries = {}
    for path in sorted(SUITE.glob("*.png")):
        if path.name.startswith("x"):
            continue
        coded = decode(path.read_bytes())
        image = by_our_rules(*coded)
        _, kind, depth, _, transparency = coded
        if depth <= 8 and transparency is None and kind in (0, 2, 3):
            with Image.open(path) as pillow:
                theirs = np.asarray(pillow.convert("RGB" if image.shape[2] == 3 else "L"))
            assert (theirs.reshape(image.shape) == image).all(), path.name
        height, width, channels = image.shape
        entries[path.name] = {"width": width, "height": height, "channels": channels, "crc": zlib.crc32(image.tobytes())}
    MANIFEST.parent.mkdir(parents=True, exist_ok=True)
    lines = [f'  "{name}": {json.dumps(entry)}' for name, entry in entries.items()]
    MANIFEST.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{len(entries)} files")


if __name__ == "__main__":
    main()
