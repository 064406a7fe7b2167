# SPDX-License-Identifier: Apache-2.0
"""What is printed where: results to stdout, for people or as JSON; notes and progress to stderr."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

import click

import matchrunner

from . import match_table
from .last_words import last_words
from .terminal import plain, plain_json

Function = TypeVar("Function", bound=Callable[..., Any])


class HasJson(Protocol):
    def to_json(self) -> str: ...


def json_option(function: Function) -> Function:
    """--json, given to the command as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")(function)


def print_json(value: Any) -> None:
    click.echo(plain_json(json.dumps(value, indent=2, ensure_ascii=False)))


def json_of(values: Iterable[HasJson]) -> list[Any]:
    return [json.loads(value.to_json()) for value in values]


def print_match(runner: matchrunner.Runner, match: matchrunner.Match, as_json: bool) -> None:
    """The last thing that a command prints. Whether anybody reads it does not change how the match ended."""
    try:
        if as_json:
            print_json(json.loads(match.to_json()))
        else:
            click.echo("\n\n".join(filter(None, (match_table.describe(match), last_words(runner, match)))))
        flush()
    except BrokenPipeError:
        drop_output()


def print_removed(name: str, as_json: bool) -> None:
    if as_json:
        print_json({"removed": name})
    else:
        click.echo(f"removed {name}")


def print_lines(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(line)


def note(text: str) -> None:
    """A remark of the command itself."""
    remark(f"matchrunner: {text}")


def remark(text: str) -> None:
    """A line beside the result."""
    remark_as_is(plain(text))


def remark_as_is(line: str) -> None:
    """The same for a line that is clean. Nobody has to read it."""
    with contextlib.suppress(BrokenPipeError):
        click.echo(line, err=True)


def flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def drop_unwritable_output() -> None:
    """What could not be written to stdout must not fail again when the interpreter ends."""
    try:
        flush()
    except OSError:
        drop_output()


def drop_output() -> None:
    """From here on stdout leads nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def is_terminal(stream: Any) -> bool:
    return stream is not None and stream.isatty()


def stderr_is_terminal() -> bool:
    return is_terminal(sys.stderr)
