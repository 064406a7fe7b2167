# SPDX-License-Identifier: Apache-2.0
"""`init`: a first match to start from, small enough to read whole."""

from __future__ import annotations

import os
from importlib import resources
from pathlib import Path

import click

from .exits import BadInput
from .printing import json_option, print_json, print_lines

FILES = ("match.json", "referee.py", "bot.py")


@click.command()
@click.argument("folder", default=".")
@json_option
def init(folder: str, as_json: bool) -> None:
    """Write a working match.json, a referee and a bot into FOLDER, to start from."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    if there := [name for name in FILES if os.path.lexists(target / name)]:
        raise BadInput(f"{folder}: has {', '.join(there)} already; nothing was written")
    templates = resources.files(__package__) / "templates"
    for name in FILES:
        with open(target / name, "x", encoding="utf-8") as file:
            file.write((templates / name).read_text(encoding="utf-8"))
    written = [str(target / name) for name in FILES]
    if as_json:
        print_json({"written": written})
        return
    print_lines([f"wrote {path}" for path in written])
    click.echo(f"now: matchrunner run {written[0]}")
