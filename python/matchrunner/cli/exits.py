# SPDX-License-Identifier: Apache-2.0
"""What the exit code says, and the errors that end a command with one."""

from __future__ import annotations

import click

import matchrunner

COMPLETED = 0
NOT_COMPLETED = 1
BAD_INPUT = 2
INFRASTRUCTURE = 3
INTERRUPTED = 130

# What the caller can put right; every other error lies with the host, the store or a peer.
INPUT_ERRORS = (
    matchrunner.InvalidArgument,
    matchrunner.NotFound,
    matchrunner.AlreadyExists,
    matchrunner.Conflict,
)


class BadInput(click.ClickException):
    """One or more lines about what the user gave us."""

    exit_code = BAD_INPUT

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))


class HostFailure(click.ClickException):
    """The host did not do its part."""

    exit_code = INFRASTRUCTURE


def of_error(error: matchrunner.Error) -> click.ClickException:
    kind = BadInput if isinstance(error, INPUT_ERRORS) else HostFailure
    return kind(str(error))


def of_match(match: matchrunner.Match) -> int:
    """The exit code for a match that has ended."""
    outcome = match.outcome
    if outcome is None:
        return NOT_COMPLETED
    if outcome.result == matchrunner.MatchResult.COMPLETED:
        return COMPLETED
    return INFRASTRUCTURE if outcome.fault == matchrunner.Fault.INFRASTRUCTURE else NOT_COMPLETED
