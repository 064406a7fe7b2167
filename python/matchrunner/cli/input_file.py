# SPDX-License-Identifier: Apache-2.0
"""Match and game files: read, checked as a whole, and every fault told at once."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import click

import matchrunner

from .exits import BadInput
from .values import text_fault

MOST_BYTES = 16 << 20

# A file name, or - for what is piped in.
MATCH_FILE = click.argument("file", metavar="MATCH.json", type=click.Path(allow_dash=True))
GAME_FILE = click.argument("file", metavar="GAME.json", type=click.Path(allow_dash=True))


class Fault(NamedTuple):
    """One thing wrong with a file; as JSON, an object of these."""

    path: str
    expected: str
    found: str

    def describe(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{where}expected {self.expected}, found {self.found}"


class InputFile:
    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = os.getcwd() if name == "-" else os.path.dirname(os.path.abspath(name))
        if fault := text_fault(self.folder):  # the library gets it, for the files that seats name
            raise BadInput(f"folder of {name}: {fault}")
        self.text = self._read()

    def _read(self) -> str:
        try:
            with contextlib.nullcontext(sys.stdin.buffer) if self.name == "-" else open(self.name, "rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise BadInput(f"{self.name}: {error.strerror}") from error
        if len(data) > MOST_BYTES:
            raise BadInput(f"{self.name}: expected at most {MOST_BYTES} bytes, found more")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadInput(
                f"{self.name}: expected UTF-8 text, found byte {data[error.start]} at {error.start}"
            ) from error

    def match_request(self) -> matchrunner.MatchRequest:
        """The request, or BadInput with every fault."""
        self._require_none(self.match_faults())
        return matchrunner.parse_match_request(self.text, self.folder)

    def game(self) -> matchrunner.Game:
        """The game, or BadInput with every fault."""
        self._require_none(self.game_faults())
        return matchrunner.parse_game(self.text, self.folder)

    def match_faults(self) -> list[Fault]:
        return self._faults(matchrunner.check_match_request(self.text), ("game.seats", "seats"))

    def game_faults(self) -> list[Fault]:
        return self._faults(matchrunner.check_game(self.text), ("seats",))

    def _faults(self, told: list[matchrunner.InputFault], lists_of_seats: Sequence[str]) -> list[Fault]:
        """What is wrong with the text itself, and with the files that it names."""
        faults = [Fault(fault.path, fault.expected, fault.found) for fault in told]
        known = {fault.path for fault in faults}
        for where, name in self._host_paths(lists_of_seats):
            path = os.path.normpath(os.path.join(self.folder, name))
            if where not in known and not os.path.exists(path):
                faults.append(Fault(where, "a file or folder", f"none at {path}"))
        return faults

    def _host_paths(self, lists_of_seats: Sequence[str]) -> Iterator[tuple[str, str]]:
        try:
            value = json.loads(self.text)
        except (ValueError, RecursionError):  # told as a fault of the text
            return
        for where in lists_of_seats:
            yield from _host_paths(value, where)

    def _require_none(self, faults: list[Fault]) -> None:
        if faults:
            raise BadInput(*(f"{self.name}: {fault.describe()}" for fault in faults))


def _host_paths(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """What the seats at `where` bring in or look at, and where that stands; parts of a wrong form are passed over."""
    for name in where.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    for number, seat in _members(value, dict):
        for index, file in _members(seat.get("files"), dict):
            if isinstance(file.get("source"), str):
                yield f"{where}[{number}].files[{index}].source", file["source"]
        for index, path in _members(seat.get("read_only"), str):
            yield f"{where}[{number}].read_only[{index}]", path


def _members(value: Any, kind: type) -> Iterator[tuple[int, Any]]:
    """Those of a list that are of this kind, numbered."""
    members = enumerate(value) if isinstance(value, list) else ()
    return ((number, member) for number, member in members if isinstance(member, kind))
