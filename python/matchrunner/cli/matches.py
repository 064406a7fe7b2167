# SPDX-License-Identifier: Apache-2.0
"""`submit`, `wait`, `list`, `show` and `stop`: matches, whoever runs them."""

from __future__ import annotations

import json

import click

import matchrunner

from . import match_table
from .exits import NOT_COMPLETED, of_match
from .input_file import MATCH_FILE, InputFile
from .place import Place, match_id, stored_games, submitting, watching
from .printing import json_of, json_option, note, print_json, print_lines, print_match
from .values import ROWS, SECONDS

STATES = [state.value for state in matchrunner.MatchState]


@click.command()
@MATCH_FILE
@submitting
@json_option
def submit(file: str, place: Place, as_json: bool) -> None:
    """Put the match of a file into the queue, for `matchrunner work` to run; prints its id."""
    request = InputFile(file).match_request()
    with place.watch() as runner:
        match = runner.submit_match(request)
    if as_json:
        print_json(json.loads(match.to_json()))
    else:
        click.echo(match.id)


@click.command()
@match_id
@click.option("--timeout", type=SECONDS, metavar="SECONDS", help="Give up after so long.")
@watching
@json_option
def wait(match_id: str, timeout: float | None, place: Place, as_json: bool) -> int:
    """Wait until a match has ended; the exit code is that of `run`."""
    with place.watch() as runner:
        try:
            match = runner.wait_match(match_id, timeout=timeout)
        except matchrunner.Timeout:
            match = runner.get_match(match_id)
            note(f"{match_id} is {match.state} after {timeout:g} s")
            if as_json:
                print_match(runner, match, as_json)
            return NOT_COMPLETED
        print_match(runner, match, as_json)
    return of_match(match)


@click.command("list")
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Only these. Can be given again.")
@click.option(
    "--game", metavar="NAME", default="", shell_complete=stored_games, help="Only matches of this game."
)
@click.option(
    "--limit", metavar="N", type=ROWS, default=100, show_default=True, help="At most so many."
)
@watching
@json_option
def list_(states: tuple[str, ...], game: str, limit: int, place: Place, as_json: bool) -> None:
    """List matches: higher priority first, then older ones."""
    found: list[matchrunner.Match] = []
    with place.watch() as runner:
        cursor = ""
        while True:
            page = runner.list_matches(states, game, cursor, min(limit - len(found), 1000))
            found += page.matches
            cursor = page.next
            if not cursor or len(found) >= limit:
                break
    if as_json:
        print_json(json_of(found))
        return
    print_lines(match_table.rows(found))
    if cursor:
        note(f"there are more than these {limit}; --limit shows them")


@click.command()
@match_id
@watching
@json_option
def show(match_id: str, place: Place, as_json: bool) -> None:
    """Show one match as it stands."""
    with place.watch() as runner:
        print_match(runner, runner.get_match(match_id), as_json)


@click.command()
@match_id
@click.option("--reason", default="stopped by the user", show_default=True, help="Kept with the match.")
@watching
@json_option
def stop(match_id: str, reason: str, place: Place, as_json: bool) -> None:
    """Stop a match, whichever process runs it."""
    with place.watch() as runner:
        match = runner.stop_match(match_id, reason)
    if as_json:
        print_json(json.loads(match.to_json()))
    else:
        click.echo(f"{match_id} is {match.state}" if match.ended else f"{match_id} is asked to stop")
