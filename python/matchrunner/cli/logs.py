# SPDX-License-Identifier: Apache-2.0
"""`logs`: what the seats of a match print, while it runs and after, from any process."""

from __future__ import annotations

import codecs
import sys
from datetime import datetime

import click

import matchrunner

from .exits import BadInput
from .place import Place, match_id, watching
from .printing import flush, is_terminal, note
from .terminal import heading, plain_lines

GLANCE = 0.25  # seconds between looks at logs that grow
CHUNK = 1 << 16


@click.command()
@match_id
@click.argument("name", required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on as the match does, until it has ended.")
@watching
def logs(match_id: str, name: str | None, follow: bool, place: Place) -> None:
    """Print what the seats of a match have printed.

    NAME is a seat ("white"), one of its streams ("white.stderr") or any artifact ("output/game.pgn"); all logs if
    it is left out.
    """
    with place.watch() as runner:
        match = runner.get_match(match_id)
        names = names_of(match, name)
        reader = LogReader(runner, match, names)
        stream = runner.events(match=match_id, from_now=True)
        reader.read_all()
        while follow and not reader.is_finished():
            stream.next(timeout=GLANCE)
            reader.read_all()
        if name is not None and reader.has_nothing():
            raise BadInput(f"match {match_id} has nothing named {name!r}{_known(runner.get_match(match_id))}")


def names_of(match: matchrunner.Match, name: str | None) -> list[str]:
    """The artifacts that `name` may mean."""
    seats = [seat.name for seat in match.game.seats]
    both = [f"logs/{seat}.{stream}" for seat in seats for stream in ("stdout", "stderr")]
    if name is None:
        return both
    if name in seats:
        return [log for log in both if log.startswith(f"logs/{name}.")]
    return [f"logs/{name}"] if f"logs/{name}" in both else [name]


def _known(match: matchrunner.Match) -> str:
    known = ", ".join(artifact.name for artifact in match.artifacts)
    return f"; it has {known}" if known else ""


class LogReader:
    """Reads several logs side by side, and prints them as `tail` does: a heading where another one goes on."""

    def __init__(self, runner: matchrunner.Runner, match: matchrunner.Match, names: list[str]) -> None:
        self._runner = runner
        self._id = match.id
        self._run: datetime | None = None
        self._names = names
        self._printer = Printer(headings=len(names) > 1)
        self._start_over()

    def _start_over(self) -> None:
        self._offsets = dict.fromkeys(self._names, 0)
        self._open = set(self._names)
        self._missing: set[str] = set()

    def read_all(self) -> None:
        """Prints what is new in each of them."""
        for name in self._names:
            while name in self._open and self._read(name):
                pass
        flush()

    def has_nothing(self) -> bool:
        """None of them exists."""
        return self._missing.issuperset(self._names)

    def is_finished(self) -> bool:
        """Nothing will follow."""
        match = self._runner.get_match(self._id)
        if not match.ended:
            return False
        self.read_all()
        return self._open <= self._missing or match.stored_at is not None

    def _read(self, name: str) -> bool:
        """Prints one piece; whether there may be more at once. Starts over when the match is run again."""
        try:
            chunk = self._runner.read_log(self._id, name, self._offsets[name], CHUNK)
        except matchrunner.NotFound:
            if any(kept.name == name and kept.uri for kept in self._runner.get_match(self._id).artifacts):
                raise  # in another sink than that of this command
            self._missing.add(name)
            return False
        if chunk.claimed_at != self._run:
            if any(self._offsets.values()):
                note(f"{self._id} is run again")
            self._run = chunk.claimed_at
            self._start_over()
            return True
        self._offsets[name] = chunk.next_offset
        if chunk.bytes:
            self._printer.print(name, chunk.bytes)
        if chunk.finished:
            self._open.discard(name)
        return bool(chunk.bytes)


class Printer:
    """Bytes as they are into files and pipes; on a terminal without what could take it over."""

    def __init__(self, headings: bool) -> None:
        self._headings = headings
        self._current = ""
        self._clean = is_terminal(sys.stdout)
        self._decoders: dict[str, codecs.IncrementalDecoder] = {}

    def print(self, name: str, data: bytes) -> None:
        if self._headings and name != self._current:
            click.echo(("\n" if self._current else "") + heading(f"==> {name} <=="))
        self._current = name
        if not self._clean:
            click.echo(data, nl=False)
            return
        decoder = self._decoders.setdefault(name, codecs.getincrementaldecoder("utf-8")("replace"))
        click.echo(plain_lines(decoder.decode(data)), nl=False)
