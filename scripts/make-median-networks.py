#!/usr/bin/env python3
"""Writes Sources/CPixelKernels/squeezing_networks.h: the comparator lists that the median rows are made of.

    scripts/make-median-networks.py [--out PATH]

Needs nothing beyond Python. A comparator (a, b) leaves the smaller of two values at a and the larger at b. There are two
kinds of list:

SORT_k         sorts k values: the best known networks of Knuth, The Art of Computer Programming, volume 3, 5.3.4.
MERGE_m_n      merges sorted values 0 ... m - 1 with sorted values m ... m + n - 1: Batcher's odd-even merge (AFIPS 1968)
               of two lists of a power of two, without the comparators that touch a place beyond the lists. Where only
               some ranks are wanted, comparators that no wanted rank depends on are left out.

Each list is run on every input of zeros and ones before it is written, which proves it for all inputs.
"""
import argparse
import itertools
import pathlib

SORTS = {
    4: "02 13 01 23 12",
    5: "03 14 02 13 01 24 12 34 23",
    6: "05 13 24 12 34 03 25 01 23 45 12 34",
    7: "06 23 45 02 14 36 01 25 34 12 46 23 45 12 34 56",
    8: "02 13 46 57 04 15 26 37 01 23 45 67 24 35 14 36 12 34 56",
    9: "03 17 25 48 07 24 38 56 02 13 45 78 14 36 57 01 24 35 68 23 45 67 12 34 56",
}
# Lengths of the two lists, then the first and last rank that are wanted, counted from 1.
MERGES = [
    (4, 4, 1, 8), (5, 5, 1, 10), (10, 10, 8, 13), (6, 6, 1, 12), (12, 12, 7, 19), (7, 7, 1, 14), (14, 14, 4, 25),
    (14, 7, 1, 21), (8, 8, 1, 16), (16, 16, 1, 32), (9, 9, 1, 18), (18, 18, 1, 36), (36, 36, 32, 41),
]


def run(network, values):
    values = list(values)
    for a, b in network:
        if values[a] > values[b]:
            values[a], values[b] = values[b], values[a]
    return values


def odd_even(count):
    """Merges values 0 ... count - 1 with count ... 2 count - 1; count is a power of two."""
    network = []

    def merge(first, length, distance):
        if 2 * distance < length:
            merge(first, length, 2 * distance)
            merge(first + distance, length, 2 * distance)
            network.extend((i, i + distance) for i in range(first + distance, first + length - distance, 2 * distance))
        else:
            network.append((first, first + distance))

    merge(0, 2 * count, 1)
    return network


def merging(m, n, first, last):
    count = 1
    while count < max(m, n):
        count *= 2
    network = [(a - count + m, b - count + m) for a, b in odd_even(count) if a >= count - m and b < count + n]
    wanted, kept = set(range(first - 1, last)), []
    for a, b in reversed(network):
        if a in wanted or b in wanted:
            wanted |= {a, b}
            kept.append((a, b))
    kept.reverse()
    for ones in itertools.product(range(m + 1), range(n + 1)):
        lists = [0] * (m - ones[0]) + [1] * ones[0] + [0] * (n - ones[1]) + [1] * ones[1]
        assert run(kept, lists)[first - 1:last] == sorted(lists)[first - 1:last], (m, n)
    return kept


def macro(name, network):
    lines, line = [], "   "
    for a, b in network:
        term = f" S({a}, {b})"
        if len(line) + len(term) > 116:
            lines.append(line)
            line = "   "
        line += term
    return f"#define {name}(S) \\\n" + " \\\n".join(lines + [line]) + "\n"


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default=root / "Sources/CPixelKernels/squeezing_networks.h", type=pathlib.Path)
    parts = [
        "/* Comparator lists, written by scripts/make-median-networks.py, which says what they are and proves them.\n"
        " * S(a, b) leaves the smaller of two values at a and the larger at b. */\n"
        "#ifndef PK_SQUEEZING_NETWORKS_H\n#define PK_SQUEEZING_NETWORKS_H\n"
    ]
    for size, text in SORTS.items():
        network = [(int(pair[0]), int(pair[1])) for pair in text.split()]
        for values in itertools.product((0, 1), repeat=size):
            assert run(network, values) == sorted(values), size
        parts.append(macro(f"PK_SORT_{size}", network))
    for m, n, first, last in MERGES:
        ranks = "" if (first, last) == (1, m + n) else f"/* Ranks {first} to {last} alone come out right. */\n"
        parts.append(ranks + macro(f"PK_MERGE_{m}_{n}", merging(m, n, first, last)))
    parser.parse_args().out.write_text("\n".join(parts + ["#endif\n"]))


if __name__ == "__main__":
    main()
