# SPDX-License-Identifier: Apache-2.0
"""What options and arguments may hold: numbers that the library can take, and text."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click


class Number(click.ParamType):  # type: ignore[type-arg]  # not generic in older versions
    """A number within bounds, of which `nan` is in none."""

    def __init__(self, kind: type[int] | type[float], least: float, most: float) -> None:
        self.name = "integer" if kind is int else "float"
        self._kind = kind
        self._least = least
        self._most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | float:
        try:
            number = self._kind(value)
        except ValueError:
            self._refuse(value, param, ctx)
        return number if self._least <= number <= self._most else self._refuse(value, param, ctx)

    def _refuse(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        what = "a whole number" if self._kind is int else "a number"
        self.fail(f"expected {what} from {_shown(self._least)} to {_shown(self._most)}, found {value!r}", param, ctx)


def _shown(bound: float) -> str:
    return str(bound) if isinstance(bound, int) else f"{bound:.10g}"


# Every number that an option or argument can be. The most seconds are those of the library.
SLOTS = Number(int, 1, 1000)
WORKERS = Number(int, 1, 1000)
BACKLOG = Number(int, 0, 2**31 - 1)
ROWS = Number(int, 1, 2**31 - 1)
SEQUENCE = Number(int, 0, 2**63 - 1)
SECONDS = Number(float, 0.0, 1e9)
VALID_SECONDS = Number(float, 0.001, 1e9)
LEASE_SECONDS = Number(float, 1.0, 3600.0)


def text_fault(text: str) -> str:
    """What is wrong with a word of the system's that is to be text, or nothing."""
    data = os.fsencode(text)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return f"expected UTF-8 text, found byte {data[error.start]} at {error.start}"
    return ""


def expect_text(command: click.Command) -> None:
    """Lets every option and argument of a command, and of those in a group, refuse what is no text."""
    for parameter in command.params:
        parameter.callback = _of_text(parameter.callback)
    for each in command.commands.values() if isinstance(command, click.Group) else ():
        expect_text(each)


def _of_text(then: Callable[..., Any] | None) -> Callable[..., Any]:
    def callback(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, str) and (fault := text_fault(each)):
                raise click.BadParameter(fault)
        return value if then is None else then(context, parameter, value)

    return callback
