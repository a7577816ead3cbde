#!/usr/bin/env python3
"""Checks what a compiler does not: lengths, forbidden constructs and words, doc comments, tests that assert.

`--self-test` shows that each rule catches its case. Patterns are written so that they do not match this file.
"""
import re
import subprocess
import sys
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 60
LARGEST_FILE = 1_000_000


def source(path):
    return path.startswith("Sources/") and path.endswith(".swift")


def test(path):
    return path.startswith("Tests/") and path.endswith(".swift")


def swift(path):
    return path.endswith(".swift")


def shipped(path):
    return path.startswith(("Sources/", "Policies/", "examples/"))


def on_event_loops(path):
    return source(path) and path.startswith("Sources/PortcullisProxy/")


def anything(path):
    return path != "LICENSE"


# (rule, pattern, which files, why). A line that matches is a finding.
LINE_RULES = [
    ("crash", r"\btry!|\bas!|\bfatal[E]rror\(|\bprecondition[F]ailure\(", source,
     "throw an error; untrusted input must never reach a trap"),
    ("race", r"@unchecked\s+Send[a]ble|nonisolated\(unsaf[e]\)|@pre[c]oncurrency", swift,
     "use a value type, a Mutex or an actor"),
    ("unfinished", r"\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b|not (yet )?imple[m]ented|\bplace[h]older\b|\bst[u]b(bed)?\b",
     shipped, "finish it or leave it out"),
    ("blocking", r"\.wait\(\)|Thread\.sleep|\busleep\(|DispatchSemaphore|Data\(contentsOf:", on_event_loops,
     "nothing may block an event loop"),
    ("sleeping test", r"Thread\.sleep|\busleep\(|Task\.sleep|\.elapsed\b|measure \{",
     lambda path: test(path) and not path.startswith("Tests/Scenarios/"), "poll a condition; time belongs in benchmarks"),
    ("old tests", r"^\s*import XC[T]est", test, "Swift Testing only"),
    ("machine path", r"(?<![\w.])/(wor[k]|roo[t]|op[t]|far[m])/", anything, "paths are relative or given"),
    ("spelling", r"\bdefen[c]e", anything, "the project spells it defense"),
    ("foreign words", r"\b(this ses[s]ion|coding ses[s]ion|AI ag[e]nt|the ag[e]nt|as an A[I])\b", anything,
     "say what the product does, nothing else"),
]
FOLDERS = {"Utils", "Utilities", "Helpers", "Common", "Manager", "Managers", "Types", "Misc"}
DECLARATION = re.compile(
    r"\s*(?:public|package|open) (?:(?:final|static|mutating|borrowing|consuming|indirect|nonisolated|convenience) )*"
    r"(?:struct|class|enum|protocol|actor|func|init|var|let|subscript|typealias)\b")
FUNCTION = re.compile(r"^\s*(?:[@\w()]+ )*(?:func\s+(`[^`]+`|[^\s(<]+)|(init)[?(<])")
TEST = re.compile(r"@Test[^\n]*(?:\n\s*@[^\n]*)*\n?[^\n{]*\bfunc\s+(`[^`]+`|\w+)")
ASSERTION = re.compile(r"#expect|#require|Issue\.record|\bexpect\w*\(|\bassert\w*\(|\brequire\w*\(|confirmation\(")


def judge(path, text):
    """Yields (line, rule, why) for everything wrong with one file."""
    lines = text.splitlines()
    for rule, pattern, applies, why in LINE_RULES:
        if applies(path):
            expression = re.compile(pattern)
            for number, line in enumerate(lines, 1):
                if expression.search(line):
                    yield number, rule, why
    if FOLDERS & set(Path(path).parts[:-1]):
        yield 0, "folder", "folders are nouns of the domain"
    if path.startswith(("Sources/", "Tests/")) and path.endswith((".swift", ".c", ".h")) and len(lines) > FILE_LINES:
        yield len(lines), "long file", f"{len(lines)} lines, at most {FILE_LINES}: which second idea is in there?"
    if swift(path):
        yield from long_functions(lines)
    if source(path):
        yield from undocumented(lines)
    if test(path):
        yield from silent_tests(text)


def body_end(lines, start):
    """The line on which the braces opened from `start` (both from 0) close; `start` when none open before a blank line."""
    depth, opened = 0, False
    for number in range(start, len(lines)):
        code = re.sub(r'"(?:\\.|[^"\\])*"|//.*', "", lines[number])
        depth += code.count("{") - code.count("}")
        opened = opened or "{" in code
        if opened and depth <= 0:
            return number
        if not opened and not code.strip():
            return start
    return len(lines) - 1


def long_functions(lines):
    for number, line in enumerate(lines):
        match = FUNCTION.match(line)
        if match:
            length = body_end(lines, number) - number + 1
            if length > FUNCTION_LINES:
                yield number + 1, "long function", f"{length} lines, at most {FUNCTION_LINES}"


def undocumented(lines):
    for number, line in enumerate(lines):
        if DECLARATION.match(line):
            above = number - 1
            while above >= 0 and re.match(r"\s*(@|#if|#else|#endif)", lines[above]):
                above -= 1
            if above < 0 or not re.match(r"\s*(///|\*/)", lines[above]):
                yield number + 1, "no doc comment", "say what it yields, its unit and what it throws"


def silent_tests(text):
    lines = text.splitlines()
    for match in TEST.finditer(text):
        start = text.count("\n", 0, match.end())
        body = "\n".join(lines[start:body_end(lines, start) + 1])
        if not ASSERTION.search(body):
            yield start + 1, "silent test", f"{match.group(1)} asserts nothing"


def tracked(root):
    """Paths that are, or could be, part of the repository."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=root, capture_output=True,
                            check=True).stdout.decode()
    return sorted({name for name in listed.split("\0") if name and (root / name).is_file()})


def main(root):
    count = 0
    for path in tracked(root):
        found = []
        size = (root / path).stat().st_size
        if size > LARGEST_FILE:
            found.append((0, "large file", f"{size / 1e6:.1f} MB; shared data lives beside the checkout"))
        if path == "Package.resolved" or path.startswith(".build"):
            found.append((0, "build product", "must not be tracked"))
        try:
            found += judge(path, (root / path).read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            pass  # A picture.
        for line, rule, why in found:
            print(f"{path}:{line}: {rule}: {why}")
        count += len(found)
    return count


def self_test():
    """Every rule catches its case, and an honest file passes."""
    long_body = "\n".join(f"    let a{i} = {i}" for i in range(FUNCTION_LINES))
    cases = [
        ("crash", "Sources/A/F.swift", "let x = try" + "! f()"),
        ("crash", "Sources/A/F.swift", "let x = y as" + "! Int"),
        ("crash", "Sources/A/F.swift", "fatal" + 'Error("x")'),
        ("race", "Sources/A/F.swift", "final class C: @unchecked " + "Sendable {}"),
        ("race", "Tests/A/F.swift", "nonisolated(" + "unsafe) var x = 1"),
        ("unfinished", "examples/a.sh", "# TO" + "DO later"),
        ("blocking", "Sources/PortcullisProxy/F.swift", "future" + ".wait()"),
        ("sleeping test", "Tests/ATests/F.swift", "Task" + ".sleep(for: x)"),
        ("old tests", "Tests/ATests/F.swift", "import XC" + "Test"),
        ("machine path", "docs/a.md", "see /wor" + "k/main"),
        ("spelling", "docs/a.md", "a defen" + "ce"),
        ("foreign words", "docs/a.md", "written in this ses" + "sion"),
        ("folder", "Sources/A/Utils/F.swift", ""),
        ("long file", "Sources/A/F.swift", "//\n" * (FILE_LINES + 1)),
        ("long function", "Sources/A/F.swift", "func f() {\n" + long_body + "\n}"),
        ("no doc comment", "Sources/A/F.swift", "package func f() {}"),
        ("no doc comment", "Sources/A/F.swift", "    package static let x = 1"),
        ("silent test", "Tests/ATests/F.swift", '@Test("does it")\nfunc does() {\n    _ = 1\n}'),
    ]
    for rule, path, text in cases:
        if rule not in {found for _, found, _ in judge(path, text)}:
            sys.exit(f"check-files: self-test failed: {rule} was not caught in {text[:60]!r}")
    honest = [
        ("Sources/A/F.swift", "/// One.\n@inlinable\npackage func f() throws -> Int {\n    try g()\n}\n"),
        ("Tests/ATests/F.swift", '@Test("adds", arguments: [1])\nfunc adds(n: Int) {\n    #expect(n + 1 == 2)\n}\n'),
        ("docs/a.md", "A defense, in ../shared/data.\n"),
    ]
    for path, text in honest:
        if found := list(judge(path, text)):
            sys.exit(f"check-files: self-test failed: {path} is honest but was caught: {found}")


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        self_test()
        sys.exit(0)
    sys.exit(1 if main(Path(__file__).resolve().parent.parent) else 0)
