# SPDX-License-Identifier: Apache-2.0
"""`run`: submits one match, runs it in this process, shows it live and tells how it ended."""

from __future__ import annotations

import contextlib
import signal
import time

import click

import matchrunner

from . import event_text
from .exits import INTERRUPTED, of_match
from .input_file import MATCH_FILE, InputFile
from .place import Place, playing
from .printing import json_option, note, print_match, remark, stderr_is_terminal
from .stop_signals import StopSignals

ENDINGS = frozenset({"collected", "fail", "stop"})
GLANCE = 0.2  # seconds between looks at the signals that came
PATIENCE = 1.0  # seconds in the queue before that is worth a word
STORING = 15.0  # seconds for the artifacts to be stored, once the outcome stands


@click.command()
@MATCH_FILE
@click.option("--progress/--no-progress", default=None, help="Show the match live on stderr. Default: on a terminal.")
@playing
@json_option
def run(file: str, progress: bool | None, place: Place, as_json: bool) -> int:
    """Run the match of a file, here and now.

    Ctrl-C stops the match; a second one ends the command at once.
    """
    request = InputFile(file).match_request()
    executor = place.open_executor()  # a host that cannot run it is told before anything is stored
    show = stderr_is_terminal() if progress is None else progress
    with StopSignals() as signals:
        with place.watch() as runner:
            match = runner.submit_match(request)
        with place.play(executor, only_match=match.id, workers=1) as runner:
            match = Follower(runner, match, show).to_the_end(signals)
            print_match(runner, match, as_json)
    return INTERRUPTED if signals.received == signal.SIGINT else of_match(match)


class Follower:
    """Goes along with one match that a runner of this process runs."""

    def __init__(self, runner: matchrunner.Runner, match: matchrunner.Match, show: bool) -> None:
        self._runner = runner
        self._id = match.id
        self._show = show
        self._stream = runner.events(match=match.id)
        if show:
            remark(f"match {match.id}: {match.game.title or match.game.name}")
        self._began = time.monotonic()
        self._claimed = False
        self._stopping = False

    def to_the_end(self, signals: StopSignals) -> matchrunner.Match:
        """The match once it has ended and its artifacts are stored, or cannot be."""
        while not self._has_ended():
            if signals.received is not None and not self._stopping:
                self._stop(signals)
            self._tell_of_the_queue()
        try:
            return self._runner.wait_match(self._id, timeout=STORING)
        except matchrunner.Timeout:
            match = self._runner.get_match(self._id)
            note(f"artifacts are not stored yet, `matchrunner work` will try again: {match.store_error}")
            return match

    def _has_ended(self) -> bool:
        """Shows the next event, if there is one."""
        event = self._stream.next(timeout=GLANCE)
        if event is not None:
            self._tell(event)
            return event.type in ENDINGS
        try:
            self._runner.wait_match(self._id, timeout=0, until="outcome")
        except matchrunner.Timeout:
            return False
        return True

    def _tell(self, event: matchrunner.Event) -> None:
        self._claimed = self._claimed or event.type == "claim"
        if self._show:
            remark(event_text.summary(event))

    def _tell_of_the_queue(self) -> None:
        if self._show and not self._claimed and time.monotonic() - self._began > PATIENCE:
            self._claimed = True
            note(f"{self._id} waits for a free slot")

    def _stop(self, signals: StopSignals) -> None:
        self._stopping = True
        with contextlib.suppress(matchrunner.Conflict):  # it ended by itself meanwhile
            self._runner.stop_match(self._id, signals.word())
        # Not before the store has it: who then ends this command leaves a match that nobody will run again.
        note(f"stopping {self._id}; the same again ends this command at once")
