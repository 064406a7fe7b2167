# SPDX-License-Identifier: Apache-2.0
"""Words on a terminal: color, columns, sizes, times, and nothing that a contestant could smuggle in."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

import click

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CONTROL_OR_BREAK = re.compile(_CONTROL.pattern[:-1] + "\t\n]")

COLORS = {
    "completed": "green",
    "finished": "green",
    "ok": "green",
    "held": "green",
    "failed": "red",
    "broke": "red",
    "stopped": "yellow",
    "killed": "yellow",
    "running": "cyan",
}


def plain(text: str) -> str:
    """`text` on one line, without what would move the cursor or turn the words around."""
    return _CONTROL_OR_BREAK.sub("\N{REPLACEMENT CHARACTER}", text)


def plain_lines(text: str) -> str:
    """The same for a text of several lines."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def plain_json(text: str) -> str:
    """JSON of the same value."""
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class Styled(str):
    """Words that are clean, with colors of ours."""

    def __add__(self, more: str) -> Styled:
        return Styled(str(self) + plain(more))


def word(text: str) -> Styled:
    """A state or verdict in its color."""
    return Styled(click.style(plain(text), fg=COLORS.get(text)))


def heading(text: str) -> Styled:
    return Styled(click.style(plain(text), bold=True) if text else "")


def columns(table: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> list[str]:
    """The rows as lines of aligned columns, clean; those in `right` to the right."""
    rows = [[cell if isinstance(cell, Styled) else plain(cell) for cell in row] for row in table]
    widths = [max(len(click.unstyle(cell)) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for index, cell in enumerate(row):
            space = " " * (widths[index] - len(click.unstyle(cell)))
            cells.append(space + cell if index in right else cell + space)
        lines.append("  ".join(cells).rstrip())
    return lines


def size(count: int) -> str:
    """Bytes for people: 512 B, 4.1 kB, 98 MB."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.5:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 99.5 else f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} TB"


def seconds(value: float) -> str:
    """A duration for people: 0.12 s, 23.4 s, 3 min 20 s, 2 h 5 min."""
    if value < 10:
        return f"{value:.2f} s"
    if value < 120:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    if minutes < 120:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def clock(time: datetime.datetime) -> str:
    """A moment for people, in their own time zone."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
