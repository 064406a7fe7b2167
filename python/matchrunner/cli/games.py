# SPDX-License-Identifier: Apache-2.0
"""`game`: the catalogue."""

from __future__ import annotations

import json

import click

import matchrunner

from .exits import BadInput
from .input_file import GAME_FILE, InputFile
from .listing_group import ListingGroup
from .place import Place, game_name, watching
from .printing import json_of, json_option, print_json, print_lines, print_removed
from .terminal import columns, heading


@click.group(cls=ListingGroup)
def game() -> None:
    """Keep games in the catalogue, for matches to name."""


@game.command()
@GAME_FILE
@watching
@json_option
def add(file: str, place: Place, as_json: bool) -> None:
    """Add the game of a file."""
    wanted = InputFile(file).game()
    with place.watch() as runner:
        _tell(runner.add_game(wanted), as_json)


@game.command()
@GAME_FILE
@watching
@json_option
def update(file: str, place: Place, as_json: bool) -> None:
    """Replace a game by that of a file. Matches already submitted keep the old one."""
    wanted = InputFile(file).game()
    with place.watch() as runner:
        _tell(runner.update_game(wanted), as_json)


@game.command("list")
@watching
@json_option
def list_(place: Place, as_json: bool) -> None:
    """List the games."""
    with place.watch() as runner:
        games = runner.list_games()
    if as_json:
        print_json(json_of(games))
        return
    titles = [heading(title) for title in ("name", "version", "wiring", "seats", "title")]
    print_lines(columns([titles, *(_row(each) for each in games)]))


@game.command()
@game_name
@watching
def show(name: str, place: Place) -> None:
    """Print a game as JSON, as `update` takes it."""
    with place.watch() as runner:
        found = runner.find_game(name)
    if found is None:
        raise BadInput(f"there is no game named {name!r}")
    print_json(json.loads(found.to_json()))


@game.command()
@game_name
@watching
@json_option
def remove(name: str, place: Place, as_json: bool) -> None:
    """Remove a game. Matches already submitted keep it."""
    with place.watch() as runner:
        runner.remove_game(name)
    print_removed(name, as_json)


def _tell(kept: matchrunner.Game, as_json: bool) -> None:
    if as_json:
        print_json(json.loads(kept.to_json()))
    else:
        click.echo(f"{kept.name} version {kept.version}")


def _row(kept: matchrunner.Game) -> list[str]:
    seats = " ".join(seat.name for seat in kept.seats)
    return [kept.name, str(kept.version), kept.wiring, seats, kept.title]
