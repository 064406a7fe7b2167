# SPDX-License-Identifier: Apache-2.0
"""The command line `matchrunner`; docs/command-line.md is its guide."""

from __future__ import annotations


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; the exit code."""
    try:
        # Loading takes a moment, in which Ctrl-C is no more a defect than later.
        from .command_line import execute

        return execute(arguments)
    except KeyboardInterrupt:
        return 130
