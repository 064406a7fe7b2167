# SPDX-License-Identifier: Apache-2.0
"""Checks the C header against its library and its tests: every function has a lifecycle line, is exported, and is used
by a test; nothing but mr_* is exported."""
import argparse
import pathlib
import re
import subprocess
import sys

FUNCTION = re.compile(r"(?P<comment>(?:^//.*\n)*)^MR_API (?P<result>[^;(]*?)\b(?P<name>mr_\w+)\(", re.MULTILINE)
LIFECYCLE = re.compile(r"// Lifecycle: (stable|unstable|deprecated) since \d+\.\d+$")


def exported_symbols(nm: str, library: str) -> set[str]:
    listing = subprocess.run([nm, "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in listing.splitlines()]
    return {row[-1].split("@")[0] for row in rows if row[-2] != "A"}  # A: the version node itself


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("header", type=pathlib.Path)
    parser.add_argument("tests", type=pathlib.Path)
    parser.add_argument("library")
    parser.add_argument("--nm", default="nm")
    arguments = parser.parse_args()

    text = arguments.header.read_text()
    declared = {match["name"]: match["comment"] for match in FUNCTION.finditer(text)}
    exported = exported_symbols(arguments.nm, arguments.library)
    tests = "".join(path.read_text() for path in sorted(arguments.tests.glob("*.c")))
    used = set(re.findall(r"\b(mr_\w+)\(", tests))

    faults = []
    if len(declared) != len(re.findall(r"^MR_API ", text, re.MULTILINE)):
        faults.append("a declaration is not understood")
    for name, comment in declared.items():
        last_line = comment.splitlines()[-1] if comment else ""
        if not LIFECYCLE.match(last_line):
            faults.append(f"{name}: its comment does not end with a lifecycle line")
    faults += [f"{name}: declared and not exported" for name in sorted(declared.keys() - exported)]
    faults += [f"{name}: exported and not declared" for name in sorted(exported - declared.keys())]
    faults += [f"{name}: no test uses it" for name in sorted(declared.keys() - used)]

    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(declared)} functions, {len(faults)} faults")
    return 1 if faults or not declared else 0


if __name__ == "__main__":
    sys.exit(main())
