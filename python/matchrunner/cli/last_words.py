# SPDX-License-Identifier: Apache-2.0
"""The end of what a seat that ended badly wrote to stderr: mostly the answer to "why?"."""

from __future__ import annotations

import contextlib

import matchrunner

from .terminal import heading, plain

LINES = 5
BYTES = 4096
TELLING = frozenset(matchrunner.Verdict) - {matchrunner.Verdict.OK, matchrunner.Verdict.KILLED}


def last_words(runner: matchrunner.Runner, match: matchrunner.Match) -> str:
    """For each such seat a heading and a few lines; may be empty."""
    if match.outcome is None:
        return ""
    parts = []
    sizes = {artifact.name: artifact.bytes for artifact in match.artifacts}
    for seat in match.outcome.seats:
        log = f"logs/{seat.name}.stderr"
        if seat.verdict in TELLING and sizes.get(log):
            # Without the bytes there is the table still, and the name of the log in it.
            with contextlib.suppress(matchrunner.Error):
                text = runner.read_log(match.id, log, max(0, sizes[log] - BYTES), BYTES).bytes.decode(errors="replace")
                lines = [plain(line) for line in text.splitlines() if line.strip()][-LINES:]
                parts.append("\n".join([heading(f"{log} ends with"), *(f"  {line}" for line in lines)]))
    return "\n\n".join(parts)
