#!/usr/bin/env python3
"""Puts what `portcullis evaluate` measured into one table, and holds it to the table of the last commit.

Usage: table.py names MANIFEST OUT
       table.py join RESULTS REASONS COMMIT PREFIX=TABLE:MANIFEST:AUDIT... [--previous FILE]

`names` writes a manifest with CIFAR-10's class names for labels, as a server that answers with names needs it. `join`
writes RESULTS (JSON, and Markdown beside it): the rows of every TABLE, and for one-bit retries, from the AUDIT folder's
records, the share of attacked images of which any copy was accepted. It exits with 1 when a row is worse than the interval
that FILE, the previous table, gives for it, unless REASONS has a list entry "- `row`: why".
"""
import csv
import glob
import hashlib
import json
import math
import os
import re
import sys

CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def interval(hits, count):
    """Clopper and Pearson's 95 % interval, by bisection of the binomial tails."""
    def tail(p):  # At least `hits` of `count`.
        return math.fsum(math.comb(count, k) * p ** k * (1 - p) ** (count - k) for k in range(hits, count + 1))

    def below(p):  # At most `hits`.
        return math.fsum(math.comb(count, k) * p ** k * (1 - p) ** (count - k) for k in range(hits + 1))

    def solve(rises):
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (low, middle) if rises(middle) else (middle, high)
        return (low + high) / 2

    return (solve(lambda p: tail(p) > 0.025) if hits else 0.0), (solve(lambda p: below(p) < 0.025) if hits < count else 1.0)


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def names(manifest, out):
    rows = rows_of(manifest)
    for row in rows:
        for column in ("true_label", "pred_clean", "pred_adv_float", "pred_adv_png", "pred_adv_jpeg95"):
            if row.get(column):
                row[column] = CLASSES[int(row[column])]
    with open(out, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def verdicts(audit):
    """By the SHA-256 of a file: (verdict, label that was answered) of every time it was sent."""
    found = {}
    for path in sorted(glob.glob(os.path.join(audit, "*.jsonl"))):
        with open(path) as lines:
            for line in lines:
                record = json.loads(line)
                if record.get("kind") == "decision":
                    for image in record.get("images", []):
                        answer = record.get("verdict"), record.get("answer", {}).get("label")
                        found.setdefault(image["sha256"], []).append(answer)
    return found


def any_accepted(manifest, audit):
    """For each retry attack: (images of which any copy was forwarded with the attacker's label, images)."""
    seen, groups = verdicts(audit), {}
    for row in rows_of(manifest):
        if not row["attack"].startswith("retry") or row["still_adversarial"] != "1":
            continue
        with open(os.path.join(os.path.dirname(manifest), row["file"]), "rb") as file:
            answers = seen.get(hashlib.sha256(file.read()).hexdigest(), [])
        if not answers:
            sys.exit(f"table: {row['file']} has no record in the audit log")
        images = groups.setdefault(row["attack"], {})
        accepted = ("forward", row["pred_adv_png"]) in answers
        images[row["source_file"]] = images.get(row["source_file"], False) or accepted
    return {attack: (sum(images.values()), len(images)) for attack, images in sorted(groups.items())}


def counts(name):
    """False for rows over all attacks (retries would outweigh the rest), for single copies of retries (the copies of one
    image are not independent, so that the interval would be too narrow), and for rows by rate and of the
    frontier, which say once more what the rule on the combination did or would do."""
    return not name.endswith((" ALL", " %")) and " if " not in name and not name.split()[-1].startswith("retry")


def joined(parts):
    """(rows of all tables, the machine)."""
    rows, machine = [], "unknown"
    for prefix, table, manifest, audit in parts:
        with open(table) as file:
            measured = json.load(file)
        machine = measured["machine"]
        rows += [{**row, "name": f"{prefix}: {row['name']}"} for row in measured["rows"] if counts(row["name"])]
        for attack, (hits, count) in any_accepted(manifest, audit).items():
            low, high = interval(hits, count)
            rows.append({"name": f"{prefix}: any copy accepted {attack}", "value": hits / count, "unit": "share", "low": low,
                         "high": high, "peer": None, "peer_value": None, "ratio": None, "informational": True})
    return rows, machine


def direction(name):
    """1 where more is better, -1 where less is, 0 where a row is no part of the gate."""
    what = name.split(": ", 1)[-1]
    if what.startswith("detected "):
        return 1
    return -1 if what.startswith(("accepted ", "any copy accepted ", "false positives ")) else 0


def worse(rows, previous, reasons):
    """What the gate holds against `rows`: rows that left the previous interval for the worse, or are gone, unexplained."""
    excused = {m.group(1) for m in re.finditer(r"^- `([^`]+)`: *\S", reasons, re.MULTILINE)}
    now, complaints = {row["name"]: row for row in rows}, []
    # A table may hold rows from before they were left out.
    for old in [row for row in previous if counts(row["name"].split(": ", 1)[-1])]:
        name, sign = old["name"], direction(old["name"])
        if sign == 0 or name in excused or old.get("low") is None:
            continue
        if name not in now:
            complaints.append(f"{name}: is no longer measured")
        elif (sign > 0 and now[name]["value"] < old["low"]) or (sign < 0 and now[name]["value"] > old["high"]):
            complaints.append(f"{name}: {now[name]['value']:.3f}, was {old['value']:.3f} "
                              f"[{old['low']:.3f}, {old['high']:.3f}]")
    return complaints


def written(results, table):
    heading = {key: value for key, value in table.items() if key != "rows"}
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in heading.items()]
    rows = ",\n".join("    " + json.dumps(row) for row in table["rows"])
    with open(results, "w") as out:
        out.write("{\n" + "\n".join(lines) + '\n  "rows": [\n' + rows + "\n  ]\n}\n")
    with open(os.path.splitext(results)[0] + ".md", "w") as out:
        out.write(f"# {table['name']}\n\n- Command: `{table['command']}`\n- Commit: {table['commit']}\n"
                  f"- Machine: {table['machine']}\n- Data: {table['data']}\n\n"
                  "| name | value | 95 % interval |\n| --- | ---: | --- |\n")
        for row in table["rows"]:
            between = f"{row['low']:.3f} to {row['high']:.3f}" if row.get("low") is not None else ""
            out.write(f"| {row['name']} | {row['value']:.3f} | {between} |\n")


def join(results, reasons, commit, parts, previous):
    rows, machine = joined([(prefix, *rest.split(":")) for prefix, rest in (part.split("=", 1) for part in parts)])
    written(results, {"name": "adaptive-harness", "command": "make attack", "commit": commit, "machine": machine,
                      "data": "scripts/attacks: attacks that know the guard, on images that nothing else uses; "
                              "shares are of images that fool the unguarded model", "rows": rows})
    if not previous:
        return
    with open(previous) as file:
        before = json.load(file)["rows"]
    words = open(reasons).read() if os.path.exists(reasons) else ""
    complaints = worse(rows, before, words)
    for complaint in complaints:
        print(f"attack: worse than the last table: {complaint}", file=sys.stderr)
    if complaints:
        sys.exit(f"attack: {len(complaints)} rows; give a reason for each in {reasons}, or mend the guard")


def main():
    arguments = sys.argv[1:]
    previous = None
    if "--previous" in arguments:
        place = arguments.index("--previous")
        previous = arguments[place + 1]
        del arguments[place:place + 2]
    if len(arguments) == 3 and arguments[0] == "names":
        names(*arguments[1:])
    elif len(arguments) >= 5 and arguments[0] == "join":
        join(*arguments[1:4], arguments[4:], previous)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
