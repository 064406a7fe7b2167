# SPDX-License-Identifier: Apache-2.0
"""`work`: runs what is queued, and what other runners left behind, until it is told to end."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket

import click

import matchrunner

from .exits import INTERRUPTED
from .place import Place, playing
from .printing import json_option, note
from .run import ENDINGS, GLANCE
from .stop_signals import StopSignals
from .terminal import plain, word
from .values import BACKLOG, SECONDS, SLOTS, WORKERS

UNENDED = (
    matchrunner.MatchState.QUEUED,
    matchrunner.MatchState.PREPARING,
    matchrunner.MatchState.STARTING,
    matchrunner.MatchState.RUNNING,
    matchrunner.MatchState.COLLECTING,
)


@click.command()
@click.option(
    "--slots", metavar="N", type=SLOTS, help="Size of the pool, over all processes. Default: as stored."
)
@click.option(
    "--workers",
    metavar="N",
    type=WORKERS,
    help="Matches at once in this process. Default: as many as slots.",
)
@click.option(
    "--grace",
    metavar="SECONDS",
    type=SECONDS,
    default=60.0,
    show_default=True,
    help="Seconds that matches under way get to end, when this command is told to.",
)
@click.option("--drain", is_flag=True, help="End when no match is queued or under way.")
@click.option(
    "--commands", metavar="URL", multiple=True, help="Also take what is asked for here. Can be given again."
)
@click.option(
    "--backlog",
    metavar="N",
    type=BACKLOG,
    default=0,
    show_default=True,
    help="Matches that --commands may bring in beyond the slots; the rest stays with the broker.",
)
@click.option(
    "--host-paths",
    metavar="PATH",
    multiple=True,
    help="Folders and files of this host that matches of --commands may take source and read_only from. Default: none. "
    "Can be given again.",
)
@playing
@json_option
def work(
    slots: int | None,
    workers: int | None,
    grace: float,
    drain: bool,
    commands: tuple[str, ...],
    backlog: int,
    host_paths: tuple[str, ...],
    place: Place,
    as_json: bool,
) -> int:
    """Run what is queued, take up what lapsed, until stopped.

    SIGTERM and Ctrl-C end it gracefully: matches under way get their grace, then they are queued again.
    A second one ends it at once; what it ran is taken up by others. The command "shutdown" is like SIGTERM.
    """
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    executor = place.open_executor()
    with (
        StopSignals() as signals,
        place.watch() as watcher,
        contextlib.nullcontext(watcher.events(from_now=True)) as stream,  # before the first match can begin
        place.play(
            executor,
            slots=slots or 0,
            workers=workers or -1,
            name=name,
            sources=commands,
            backlog=backlog,
            host_paths=host_paths,
        ) as runner,
    ):
        log = Log(watcher, name, as_json)
        note("working; SIGTERM or Ctrl-C ends it")
        while signals.received is None:
            event = stream.next(timeout=GLANCE)
            if event is not None:
                log.tell(event)
                if (event.kind, event.type, event.body.get("runner")) == ("command", "shutdown", name):
                    break
            elif drain and not watcher.list_matches(states=UNENDED, limit=1).matches:
                break
        if signals.received is not None or not drain:
            note(f"ending; matches under way get {grace:g} s")
        runner.close(grace)
        while (event := stream.next(timeout=0)) is not None:
            log.tell(event)
    return INTERRUPTED if signals.received == signal.SIGINT else 0


class Log:
    """A line when a match of this runner begins and when it has ended."""

    def __init__(self, runner: matchrunner.Runner, name: str, as_json: bool) -> None:
        self._runner = runner
        self._name = name
        self._as_json = as_json
        self._ours: set[str] = set()

    def tell(self, event: matchrunner.Event) -> None:
        if event.kind != "match":
            return
        if event.type == "claim" and event.body.get("holder") == self._name:
            self._ours.add(event.subject)
            if not self._as_json:
                click.echo(f"{event.subject} begins")
        elif event.type in ENDINGS and event.subject in self._ours:
            self._ours.discard(event.subject)
            self._tell_end(self._runner.get_match(event.subject))

    def _tell_end(self, match: matchrunner.Match) -> None:
        if self._as_json:
            click.echo(json.dumps(json.loads(match.to_json())))
        elif match.outcome is not None:
            why = f": {plain(match.outcome.reason)}" if match.outcome.reason else ""
            click.echo(f"{match.id} {word(match.outcome.result)}{why}")
