# SPDX-License-Identifier: Apache-2.0
"""What the exit code says, and the errors that end a command with one."""

from __future__ import annotations

import click

import matchrunner

from .terminal import plain

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


class Failure(click.ClickException):
    """Ends a command with one or more lines, whatever is quoted in them."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(map(plain, lines)))


class BadInput(Failure):
    """About what the user gave us."""

    exit_code = BAD_INPUT


class HostFailure(Failure):
    """The host did not do its part."""

    exit_code = INFRASTRUCTURE


def of_error(error: matchrunner.Error) -> Failure:
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
