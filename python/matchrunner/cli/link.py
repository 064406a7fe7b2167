# SPDX-License-Identifier: Apache-2.0
"""`link`: URLs of stored artifacts that a browser can open."""

from __future__ import annotations

import click

from .logs import names_of
from .place import Place, match_id, watching
from .terminal import plain
from .values import VALID_SECONDS


@click.command()
@match_id
@click.argument("name")
@click.option(
    "--valid",
    "valid_for",
    metavar="SECONDS",
    type=VALID_SECONDS,
    default=3600.0,
    show_default=True,
    help="How long it can be opened.",
)
@watching
def link(match_id: str, name: str, valid_for: float, place: Place) -> None:
    """Print a URL of a stored artifact that a browser can open, without keys.

    NAME is a seat ("white", which has two logs), one of its streams ("white.stderr") or any artifact
    ("output/game.pgn"). Artifacts in S3 have links; others are read by `logs`.
    """
    with place.watch() as runner:
        for each in names_of(runner.get_match(match_id), name):
            click.echo(plain(runner.link_artifact(match_id, each, valid_for)))
