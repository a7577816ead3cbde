#!/usr/bin/env python3
"""Checks that the documents point at things that exist: links, their anchors, paths in backticks, make targets.

`--self-test` shows that each of these is caught.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|(?:src|srcset|href)=\"([^\"]+)\"")
PATH = re.compile(r"`((?:Sources|Tests|docs|scripts|examples|Policies)/[\w./-]*\w)`")
TARGET = re.compile(r"`make ([a-z-]+)[^`]*`")
HEADING = re.compile(r"^#+\s+(.*?)\s*#*$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
# Written by `make bench` and `make evaluate`; a fresh checkout may name a table before it is measured.
MEASURED = "docs/results"


def anchors(path):
    """The anchors that a Markdown file's headings get."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    names, seen = set(), {}
    for heading in HEADING.findall(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        name = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        count = seen.get(name, 0)
        seen[name] = count + 1
        names.add(f"{name}-{count}" if count else name)
    return names | set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))


def findings(root, documents):
    """Yields one sentence for every pointer into nothing."""
    makefile = root / "Makefile"
    targets = set(re.findall(r"^([a-z-]+):", makefile.read_text(encoding="utf-8"), re.MULTILINE)) \
        if makefile.exists() else set()
    for document in documents:
        path = root / document
        text = path.read_text(encoding="utf-8")
        prose = FENCE.sub("", text)
        for link in (a or b for a, b in LINK.findall(prose)):
            if re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = link.partition("#")
            goal = (path.parent / name).resolve() if name else path
            if not goal.exists():
                yield f"{document}: {link} does not exist"
            elif anchor and goal.suffix == ".md" and anchor not in anchors(goal):
                yield f"{document}: {link}: no such heading"
        for name in PATH.findall(prose):
            if not name.startswith(MEASURED) and not (root / name).exists():
                yield f"{document}: `{name}` does not exist"
        for name in TARGET.findall(prose):
            if name not in targets:
                yield f"{document}: `make {name}` is no target of the Makefile"


def tracked(root):
    """Markdown files that are, or could be, part of the repository."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=root, capture_output=True,
                            text=True, check=True).stdout.split("\n")
    return sorted({name for name in listed if name and (root / name).is_file()})


def self_test():
    """Every pointer into nothing is caught, and an honest document passes."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "docs").mkdir()
        (root / "Makefile").write_text("test:\n\tswift test\n", encoding="utf-8")
        (root / "docs/a.md").write_text("# First `part`: one\n", encoding="utf-8")
        honest = "[a](docs/a.md#first-part-one) `docs/a.md` `make test` `docs/results/x.json` [w](https://x.example)\n"
        cases = [("[a](docs/b.md)", True), ("[a](docs/a.md#second)", True), ("`docs/c.md`", True),
                 ("`make fly`", True), ('<img src="docs/x.svg">', True), (honest, False)]
        for text, is_caught in cases:
            (root / "README.md").write_text(text, encoding="utf-8")
            if bool(list(findings(root, ["README.md"]))) != is_caught:
                sys.exit(f"check-docs: self-test failed: {text!r} should {'' if is_caught else 'not '}be caught")


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        self_test()
        sys.exit(0)
    top = Path(__file__).resolve().parent.parent
    found = list(findings(top, tracked(top)))
    for finding in found:
        print(finding)
    sys.exit(1 if found else 0)
