"""Result tables as `portcullis evaluate --table` writes them, for what other scripts work out of its output."""
import json


def row(name, value, unit="share", low=None, high=None):
    """A figure that is held to nothing."""
    return {
        "name": name, "value": value, "unit": unit, "low": low, "high": high, "peer": None, "peer_value": None,
        "ratio": None, "informational": True,
    }


def write(path, table):
    """Writes PATH.json and PATH.md; `table` has name, command, commit, machine, data and rows."""
    with open(path + ".json", "w") as file:
        file.write("{\n")
        for key in ("name", "command", "commit", "machine", "data"):
            file.write(f"  {json.dumps(key)}: {json.dumps(table[key], ensure_ascii=False)},\n")
        file.write('  "rows": [\n')
        file.write(",\n".join("    " + json.dumps(item, ensure_ascii=False) for item in table["rows"]))
        file.write("\n  ]\n}\n")
    with open(path + ".md", "w") as file:
        file.write(f"# {table['name']}\n\n")
        for key in ("command", "commit", "machine", "data"):
            file.write(f"- {key}: {table[key]}\n")
        file.write("\n| what | value | 95 % interval | peer | peer's value | target |\n")
        file.write("| --- | --- | --- | --- | --- | --- |\n")
        for item in table["rows"]:
            file.write("| " + " | ".join(cells(item)) + " |\n")


def cells(item):
    interval = f"[{item['low']:.3f}, {item['high']:.3f}]" if item.get("low") is not None else ""
    peer = item.get("peer_value")
    target = ""
    if item.get("target") is not None:
        target = ("≥ " if item["direction"] == "at_least" else "≤ ") + f"{item['target']:g}"
    return [
        item["name"], f"{item['value']:.3f}", interval, item.get("peer") or "", "" if peer is None else f"{peer:.3f}",
        target,
    ]
