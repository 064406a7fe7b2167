# SPDX-License-Identifier: Apache-2.0
"""`events`: the journal, as far as it goes and as it grows."""

from __future__ import annotations

import click

from . import event_text
from .place import Place, stored_ids, watching
from .printing import json_option
from .terminal import plain_json
from .values import SEQUENCE


@click.command()
@click.argument("match_id", metavar="[ID]", required=False, shell_complete=stored_ids)
@click.option("-f", "--follow", is_flag=True, help="Go on with what happens next, until stopped.")
@click.option(
    "--after", type=SEQUENCE, default=0, metavar="SEQUENCE", help="Only what came after this one."
)
@watching
@json_option
def events(match_id: str | None, follow: bool, after: int, place: Place, as_json: bool) -> None:
    """Print what happened: to all matches and games, or to one match. With --json one object a line."""
    with place.watch() as runner:
        if match_id is not None:
            runner.get_match(match_id)
        stream = runner.events(match=match_id or "", after=after)
        while True:
            event = stream.next(timeout=None if follow else 0)
            if event is None:
                return
            click.echo(plain_json(event.to_json()) if as_json else event_text.line(event))
