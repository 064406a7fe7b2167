# SPDX-License-Identifier: Apache-2.0
"""Where a command works: its store, artifacts, spool and isolation, from options, environment or defaults."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import quote

import click

import matchrunner

from .exits import BadInput, HostFailure
from .values import LEASE_SECONDS

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclasses.dataclass(frozen=True)
class Place:
    store: str
    artifacts: str
    spool: str
    isolation: str = ""
    executor: str = ""
    pool: str = "default"
    lease: float = 15.0
    sinks: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()

    def watch(self) -> matchrunner.Runner:
        """A Runner that submits and looks, but runs nothing."""
        with opening():
            return matchrunner.Runner(self.store, self.artifacts, spool_folder=self.spool, workers=0, targets=self.targets)

    def play(self, executor: Callable[[], matchrunner.Executor], **more: Any) -> matchrunner.Runner:
        """A Runner that runs matches."""
        with opening():
            return matchrunner.Runner(
                self.store,
                self.artifacts,
                executor,
                dict(_named_url("--sink NAME", sink) for sink in self.sinks),
                spool_folder=self.spool,
                pool=self.pool,
                lease=self.lease,
                targets=self.targets,
                streams=dict(_named_url("--stream PATTERN", stream) for stream in self.streams),
                **more,
            )

    def open_executor(self) -> Callable[[], matchrunner.Executor]:
        """Asks this host once whether it can hold matches as wanted."""
        return matchrunner.open_executor(self.executor or isolation_url(self.isolation))


def isolation_url(isolation: str) -> str:
    """The executor that --isolation means."""
    return f"sandbox://?isolation={quote(isolation)}"


@contextlib.contextmanager
def opening() -> Iterator[None]:
    """A place that is not there is the host's fault, unlike a match or game that is not."""
    try:
        yield
    except matchrunner.NotFound as error:
        raise HostFailure(str(error)) from None


def _named_url(what: str, text: str) -> tuple[str, str]:
    name, equals, url = text.partition("=")
    if not (name and equals and url) or "://" in name:
        option, form = what.split()
        raise BadInput(f"{option}: expected {form}=URL, found {matchrunner.masked_url(text)!r}")
    return name, url


_STORE = click.option(
    "--store",
    metavar="URL",
    envvar="MATCHRUNNER_STORE",
    show_envvar=True,
    help="Where matches are kept. Default: sqlite, matchrunner.db in the data folder.",
)
_ARTIFACTS = click.option(
    "--artifacts",
    metavar="URL",
    envvar="MATCHRUNNER_ARTIFACTS",
    show_envvar=True,
    help="Where logs and results are kept. Default: artifacts/ in the data folder.",
)
isolation_option = click.option(
    "--isolation",
    type=click.Choice(["require", "prefer", "allow-none"]),
    default="prefer",
    show_default=True,
    envvar="MATCHRUNNER_ISOLATION",
    show_envvar=True,
    help="How weak a sandbox may be: the best for this user, restricted, or none at all. See `matchrunner doctor`.",
)
_EXECUTOR = click.option(
    "--executor",
    metavar="URL",
    envvar="MATCHRUNNER_EXECUTOR",
    show_envvar=True,
    help="What runs the seats; of several URLs with spaces between them the first that can. Default: the sandbox, by "
    "--isolation, which counts for nothing else.",
)
engine_option = click.option(
    "--executor",
    metavar="URL",
    default="docker://",
    show_default=True,
    envvar="MATCHRUNNER_EXECUTOR",
    show_envvar=True,
    help="The engine, with its registries and logins; of several URLs with spaces between them the first docker://.",
)
_TIER = click.option(
    "--tier",
    type=click.Choice(["full", "user", "restricted"]),
    default="full",
    show_default=True,
    help="No stronger one: to see what a weaker host would hold.",
)
_SPOOL = click.option(
    "--spool",
    metavar="FOLDER",
    envvar="MATCHRUNNER_SPOOL",
    show_envvar=True,
    help="For the files of matches under way. Default: spool/ in the data folder, for root in /var/lib/matchrunner.",
)
_POOL = click.option(
    "--pool", metavar="NAME", default="default", show_default=True, help="The limit that the matches count against."
)
_LEASE = click.option(
    "--lease",
    type=LEASE_SECONDS,
    metavar="SECONDS",
    default=15.0,
    show_default=True,
    help="How long this command may be silent before others take up its matches: 1 to 3600.",
)
_SINK = click.option(
    "--sink", "sinks", metavar="NAME=URL", multiple=True, help="Also publish events here. Can be given again."
)

_STREAM = click.option(
    "--stream",
    "streams",
    metavar="PATTERN=URL",
    multiple=True,
    help="Also send artifacts there while they grow, such as logs/*=amqp://HOST/?queue=NAME. Can be given again.",
)

_TARGETS = click.option(
    "--targets",
    metavar="PATTERN",
    multiple=True,
    help="URLs, with * for anything, that matches may name in storage and streams. Default: none. Can be given again.",
)


def watching(function: Function) -> Function:
    """Options of a command that opens a Runner to submit or look; the command gets `place`."""
    return _with_options(function, _STORE, _ARTIFACTS)


def submitting(function: Function) -> Function:
    """Options of a command that submits a match and looks no further; the command gets `place`."""
    return _with_options(function, _STORE, _ARTIFACTS, _TARGETS)


def playing(function: Function) -> Function:
    """Options of a command that runs matches; the command gets `place`."""
    return _with_options(function, _STORE, _ARTIFACTS, _EXECUTOR, isolation_option, _SPOOL, _POOL, _LEASE, _SINK, _STREAM, _TARGETS)


def isolating(function: Function) -> Function:
    """Options of a command that needs an executor only; the command gets `executor`, which asks the host when called."""

    @functools.wraps(function)
    def command(*, isolation: str, tier: str, **given: Any) -> Any:
        url = f"{isolation_url(isolation)}&tier={quote(tier)}"
        return function(executor=lambda: matchrunner.open_executor(url), **given)

    return isolation_option(_TIER(command))  # type: ignore[return-value]


def _with_options(function: Function, *options: Callable[[Any], Any]) -> Function:
    @functools.wraps(function)
    def command(**given: Any) -> Any:
        names = {field.name for field in dataclasses.fields(Place)}
        chosen = {name: given.pop(name) for name in names & given.keys()}
        return function(place=_place(chosen), **given)

    for option in reversed(options):
        command = option(command)
    return command  # type: ignore[return-value]


def _place(chosen: dict[str, Any]) -> Place:
    usual = matchrunner.defaults()
    given = {name: value for name, value in chosen.items() if value}
    return Place(**{"store": usual["store"], "artifacts": usual["artifacts"], "spool": usual["spool_folder"], **given})


def _stored(names: Callable[[matchrunner.Runner], list[str]]) -> Callable[..., list[str]]:
    """What is in the store, for the completion of shells."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        try:
            place = _place({name: context.params.get(name) for name in ("store", "artifacts")})
            with place.watch() as runner:
                return [name for name in names(runner) if name.startswith(incomplete)]
        except matchrunner.Error:
            return []

    return complete


stored_ids = _stored(lambda runner: [match.id for match in runner.list_matches(limit=1000).matches])
stored_games = _stored(lambda runner: [game.name for game in runner.list_games()])

match_id = click.argument("match_id", metavar="ID", shell_complete=stored_ids)
game_name = click.argument("name", shell_complete=stored_games)
