# SPDX-License-Identifier: Apache-2.0
"""`outbox`: what still waits to go out and why: events for the sinks, artifacts of matches that have ended."""

from __future__ import annotations

import datetime

import click

import matchrunner

from .listing_group import ListingGroup
from .place import Place, watching
from .printing import json_of, json_option, print_json, print_lines, print_removed
from .terminal import clock, columns, heading


@click.group(cls=ListingGroup)
def outbox() -> None:
    """See what still waits to go out and why, and drop sinks."""


@outbox.command("list")
@watching
@json_option
def list_(place: Place, as_json: bool) -> None:
    """List the sinks with the events that wait for them, and ended matches whose artifacts wait, and why.

    JSON: {"sinks": [...], "artifacts": [...]}.
    """
    with place.watch() as runner:
        sinks = runner.outbox()
        artifacts = runner.waiting_artifacts()
    if as_json:
        print_json({"sinks": json_of(sinks), "artifacts": json_of(artifacts)})
        return
    print_lines(columns([_titles("sink", "published", "waiting", *_WHY), *map(_sink, sinks)], right=frozenset({1, 2})))
    if artifacts:
        titles = _titles("match", "host", "artifacts waiting", *_WHY)
        print_lines(["", *columns([titles, *map(_match, artifacts)], right=frozenset({2}))])


_WHY = ("since", "next attempt", "last error")


def _titles(*names: str) -> list[str]:
    return [heading(name) for name in names]


def _sink(status: matchrunner.OutboxStatus) -> list[str]:
    why = _why(status.failing_since, status.next_attempt_at, status.last_error)
    return [status.sink, str(status.published), str(status.waiting), *why]


def _match(waiting: matchrunner.WaitingArtifacts) -> list[str]:
    why = _why(waiting.since, waiting.next_attempt_at, waiting.last_error)
    return [waiting.match, waiting.host, str(waiting.waiting), *why]


def _why(since: datetime.datetime | None, next_at: datetime.datetime | None, error: str) -> list[str]:
    return [clock(since) if since else "-", clock(next_at) if next_at else "-", error or "-"]


@outbox.command()
@click.argument("name")
@watching
@json_option
def remove(name: str, place: Place, as_json: bool) -> None:
    """Forget a sink; what waits for it is dropped."""
    with place.watch() as runner:
        runner.remove_sink(name)
    print_removed(name, as_json)
