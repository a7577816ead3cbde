#!/usr/bin/env python3
"""Checks who imports what.

A target imports only targets listed above it; a third-party module is imported only where it belongs; the pixel
targets import no Foundation. `--self-test` shows that each of these is caught.
"""
import re
import sys
import tempfile
from pathlib import Path

# From the bottom up. A target may import only what stands before it.
ORDER = [
    "CImageShim", "CPixelKernels", "CEmbeddedFiles", "CCodecPeer",
    "PixelCore", "PixelKernels", "ImageCodecs", "ImageDefenses", "AdversarialDetectors",
    "AdmissionPolicy", "AuditTrail", "GuardPipeline", "ClassifierProtocols", "RobustnessEvaluation",
    "PortcullisProxy", "ReviewConsole", "DigitClassifier", "PortcullisCLI",
    # Executables without a product.
    "HostileReplay", "FuzzImageDecoder", "FuzzHeaderScanner", "FuzzPolicyDecoder", "PortcullisBenchmarks",
]
EXECUTABLES = {"PortcullisCLI", "HostileReplay", "PortcullisBenchmarks"}

# Targets of pixels and of the model: no Foundation, so that nothing there parses text, reads files or asks a clock.
PURE = {"PixelCore", "PixelKernels", "ImageCodecs", "ImageDefenses", "AdversarialDetectors", "DigitClassifier"}

SERVERS = {"PortcullisProxy", "ReviewConsole", "PortcullisCLI", "PortcullisBenchmarks"}
# Module (prefix) -> the targets that may import it.
ONLY_IN = {
    "NIO": SERVERS,
    "Hummingbird": SERVERS,
    "AsyncHTTPClient": SERVERS,
    "ServiceLifecycle": SERVERS,
    "ArgumentParser": {"PortcullisCLI", "PortcullisBenchmarks"},
    "Yams": {"AdmissionPolicy"},
    "CImageShim": {"ImageCodecs"},
    "CPixelKernels": {"PixelKernels"},
    "CEmbeddedFiles": {"AdmissionPolicy", "DigitClassifier", "PortcullisCLI"},
    "CCodecPeer": {"PortcullisBenchmarks"},
}
# What every target may import beside our own.
PLATFORM = {"Synchronization", "Glibc", "Musl", "Darwin", "Dispatch"}

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)")


def findings(root: Path):
    """Yields one sentence for every import that is not allowed."""
    for folder in sorted(p for p in (root / "Sources").iterdir() if p.is_dir()):
        target = folder.name
        if target not in ORDER:
            yield f"Sources/{target}: the target has no place in the order (scripts/check-layers.py)"
            continue
        for path in sorted(folder.rglob("*.swift")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = IMPORT.match(line)
                if match and (complaint := judge(target, match.group(1))):
                    yield f"{path.relative_to(root)}:{number}: {complaint}"


def judge(target: str, module: str):
    """What is wrong with `target` importing `module`; None when nothing is."""
    if module in ORDER:
        if module in EXECUTABLES:
            return f"{module} is an executable and is imported by nobody but tests"
        if ORDER.index(module) >= ORDER.index(target):
            return f"{target} stands below {module} and may not import it"
    if module.startswith("Foundation") and target in PURE:
        return f"{target} works without Foundation"
    for prefix, allowed in ONLY_IN.items():
        if (module == prefix or (prefix in ("NIO", "Hummingbird") and module.startswith(prefix))) \
                and target not in allowed:
            return f"{module} belongs in {', '.join(sorted(allowed))}, not in {target}"
    if target in PURE and module not in ORDER and module not in PLATFORM:
        return f"{target} imports nothing from outside, but imports {module}"
    return None


def self_test():
    """Every rule catches its case, and an honest file passes."""
    cases = [
        ("PixelCore", "package import ImageCodecs", True),
        ("AuditTrail", "import PortcullisProxy", True),
        ("ImageDefenses", "internal import Foundation", True),
        ("ImageCodecs", "#if X\n    package import FoundationEssentials\n#endif", True),
        ("GuardPipeline", "import NIOCore", True),
        ("AdmissionPolicy", "import Hummingbird", True),
        ("AuditTrail", "import Yams", True),
        ("ImageDefenses", "internal import CImageShim", True),
        ("PortcullisProxy", "import CEmbeddedFiles", True),
        ("AdversarialDetectors", "import Crypto", True),
        ("Somewhere", "import PixelCore", True),
        ("ImageCodecs", "internal import CImageShim\npackage import PixelCore", False),
        ("PortcullisProxy", "import NIOHTTP1\nimport struct GuardPipeline.Judgement\nimport Foundation", False),
    ]
    for target, text, is_caught in cases:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "Sources" / target
            source.mkdir(parents=True)
            (source / "File.swift").write_text(text + "\n", encoding="utf-8")
            if bool(list(findings(Path(folder)))) != is_caught:
                sys.exit(f"check-layers: self-test failed: {target}: {text!r} should {'' if is_caught else 'not '}be caught")


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        self_test()
        sys.exit(0)
    found = list(findings(Path(__file__).resolve().parent.parent))
    for finding in found:
        print(finding)
    sys.exit(1 if found else 0)
