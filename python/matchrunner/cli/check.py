# SPDX-License-Identifier: Apache-2.0
"""`check` and `schema`: is a match file right, and what may stand in one."""

from __future__ import annotations

import click

import matchrunner

from .exits import BadInput
from .input_file import MATCH_FILE, InputFile
from .printing import json_option, print_json


@click.command()
@MATCH_FILE
@click.option("--game", "is_game", is_flag=True, help="The file holds a game for the catalogue, not a match.")
@json_option
def check(file: str, is_game: bool, as_json: bool) -> None:
    """Say everything that is wrong with a match file, one fault a line.

    It follows the JSON Schema of the match file, which `matchrunner schema` prints. What a schema cannot say is checked
    too: that seats go together, and that the files they name are there.
    """
    source = InputFile(file)
    faults = source.game_faults() if is_game else source.match_faults()
    if as_json:
        print_json([fault._asdict() for fault in faults])
    if faults:
        raise BadInput(*(f"{file}: {fault.describe()}" for fault in faults))
    if not as_json:
        click.echo(f"{file}: ok")


@click.command()
def schema() -> None:
    """Print the JSON Schema of the match file."""
    click.echo(matchrunner.match_file_schema())
