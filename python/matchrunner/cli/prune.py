# SPDX-License-Identifier: Apache-2.0
"""`prune`: forgets old matches, with all that they left."""

from __future__ import annotations

import datetime
import re

import click

from .place import Place, watching
from .printing import json_option, print_json

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _moment(context: click.Context, parameter: click.Parameter, age: str) -> datetime.datetime:
    """The moment that long ago."""
    match = re.fullmatch(r"(\d{1,9})([smhdw])", age)
    if match is None:
        raise click.BadParameter(f"expected a number and one of s m h d w, such as 30d, found {age!r}")
    try:
        return datetime.datetime.now(datetime.UTC) - datetime.timedelta(**{UNITS[match[2]]: int(match[1])})
    except OverflowError:
        raise click.BadParameter(f"{age} ago there were no dates") from None


@click.command()
@click.option(
    "--older-than",
    "before",
    required=True,
    callback=_moment,
    metavar="AGE",
    help="Only what ended before: 90s, 15m, 12h, 30d, 8w.",
)
@watching
@json_option
def prune(before: datetime.datetime, place: Place, as_json: bool) -> None:
    """Remove matches that ended long ago, their artifacts, and events older than any match that goes on."""
    with place.watch() as runner:
        count = runner.prune(before)
    if as_json:
        print_json({"removed": count})
    else:
        click.echo(f"removed {count} match{'' if count == 1 else 'es'}")
