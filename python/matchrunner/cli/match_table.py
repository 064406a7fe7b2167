# SPDX-License-Identifier: Apache-2.0
"""A match for people: the short table that `run`, `wait` and `show` end with, and the rows of `list`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import matchrunner

from .terminal import clock, columns, heading, number, plain, seconds, size, word


def describe(match: matchrunner.Match) -> str:
    """Everything about one match that a person asks for first."""
    parts = ["\n".join(columns(list(_facts(match))))]
    if match.outcome is not None and match.outcome.seats:
        parts.append("\n".join(_seats(match.outcome.seats)))
        parts.extend(_last_words(match.outcome.seats))
    if match.artifacts:
        parts.append("\n".join(_artifacts(match.artifacts)))
    return "\n\n".join(parts)


def rows(matches: Sequence[matchrunner.Match]) -> list[str]:
    """One line for each match, under a heading."""
    titles = [heading(title) for title in ("id", "state", "game", "scores", "queued", "why")]
    return columns([titles, *(_row(match) for match in matches)])


def _row(match: matchrunner.Match) -> list[str]:
    outcome = match.outcome
    scores = "" if outcome is None else _scores(outcome.seats)
    queued = match.times.get(matchrunner.MatchState.QUEUED)
    return [
        match.id,
        word(match.state),
        match.game.name,
        scores,
        "" if queued is None else clock(queued),
        "" if outcome is None else _shortened(outcome.reason),
    ]


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _scores(seats: Sequence[matchrunner.SeatOutcome]) -> str:
    return " ".join(f"{seat.name} {number(seat.score)}" for seat in seats if seat.score is not None)


def _facts(match: matchrunner.Match) -> Iterator[tuple[str, str]]:
    outcome = match.outcome
    yield heading("match"), match.id
    yield heading("game"), match.game.title or match.game.name
    if outcome is None:
        yield heading("state"), word(match.state)
    else:
        fault = "" if outcome.fault == matchrunner.Fault.NONE else f" (fault: {outcome.fault})"
        yield heading("outcome"), word(outcome.result) + fault
        if scores := _scores(outcome.seats):
            yield heading("scores"), scores
        yield from _score_fields(match.game.score_fields, outcome.details)
        yield heading("why"), outcome.reason or "-"
        if outcome.summary:
            yield heading("in short"), outcome.summary
    if match.attempt > 1:
        yield heading("attempts"), str(match.attempt)
    yield from _times(match)
    if match.isolation is not None:
        yield heading("isolation"), f"{match.isolation.tier} ({', '.join(match.isolation.in_force)})"
        for name, limits in _limits(match):
            yield heading(f"limits of {name}"), limits
    if match.request.labels:
        yield heading("labels"), " ".join(f"{key}={value}" for key, value in match.request.labels.items())
    if match.store_error:
        yield heading("artifacts"), f"not stored yet: {match.store_error}"


def _score_fields(names: Sequence[str], details: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The further numbers of the result that the game wants shown; what is no number is not."""
    for name in names:
        value = details.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            yield heading(name), number(value)


# Which part of the isolation holds a limit exactly; without it each process is held, and the sum is only looked at.
_EXACT = {
    "cpu": ("cgroup_v1:cpuacct", "cgroup_v2:cpu"),
    "memory": ("cgroup_v1:memory", "cgroup_v2:memory"),
    "processes": ("cgroup_v1:pids", "cgroup_v2:pids"),
    "disk": (),
    "files": (),
}


def _limits(match: matchrunner.Match) -> Iterator[tuple[str, str]]:
    in_force = set(match.isolation.in_force) if match.isolation is not None else set()
    for seat in match.game.seats:
        limits = seat.limits
        shown = {
            "cpu": _limit(limits.cpu_seconds, seconds),
            "time": _limit(limits.wall_seconds, seconds),
            "memory": _limit(limits.memory_bytes, size),
            "processes": _limit(limits.processes, str),
            "disk": _limit(limits.disk_bytes, size),
            "files": _limit(limits.files, str),
        }
        words = [f"{name} {text}{_exactness(name, in_force)}" for name, text in shown.items() if text]
        yield seat.name, ", ".join(words)


def _limit(value: Any, text: Callable[[Any], str]) -> str:
    return "" if value is None or value == float("inf") else text(value)


def _exactness(name: str, in_force: set[str]) -> str:
    return "" if name not in _EXACT or in_force.intersection(_EXACT[name]) else " (approximate)"


def _times(match: matchrunner.Match) -> Iterator[tuple[str, str]]:
    begin = match.times.get(matchrunner.MatchState.RUNNING)
    queued = match.times.get(matchrunner.MatchState.QUEUED)
    if begin is None or queued is None:
        return
    end = _end_of_play(match)
    played = seconds((end - begin).total_seconds())
    yield heading("time"), f"{played} (queued {clock(queued)})"


def _end_of_play(match: matchrunner.Match) -> datetime.datetime:
    for state in (matchrunner.MatchState.COLLECTING, *_ENDED):
        if state in match.times:
            return match.times[state]
    return datetime.datetime.now(datetime.UTC)


_ENDED = (matchrunner.MatchState.FINISHED, matchrunner.MatchState.FAILED, matchrunner.MatchState.STOPPED,
          matchrunner.MatchState.RETURNED)


def _seats(seats: Sequence[matchrunner.SeatOutcome]) -> list[str]:
    titles = [heading(title) for title in ("seat", "verdict", "score", "cpu", "time", "memory", "processes", "output", "")]
    body = [
        [
            seat.name,
            word(seat.verdict),
            number(seat.score),
            seconds(seat.cpu_seconds),
            seconds(seat.wall_seconds),
            size(seat.peak_memory_bytes),
            str(seat.processes or ""),
            size(seat.output_bytes),
            _remarks(seat),
        ]
        for seat in seats
    ]
    return columns([titles, *body], right=frozenset({2, 3, 4, 5, 6, 7}))


def _last_words(seats: Sequence[matchrunner.SeatOutcome]) -> Iterator[str]:
    """What those that did not end well wrote to stderr at the end."""
    for seat in seats:
        if seat.verdict != matchrunner.Verdict.OK and seat.stderr_tail.strip():
            lines = [f"  {plain(line)}" for line in seat.stderr_tail.splitlines()]
            yield "\n".join([f"{heading(f'last of stderr of {seat.name}')}", *lines])


def _remarks(seat: matchrunner.SeatOutcome) -> str:
    remarks = []
    if seat.detail:  # names the exit code or signal itself
        remarks.append(seat.detail)
    elif seat.verdict != matchrunner.Verdict.OK:
        if seat.exit_code is not None:
            remarks.append(f"exit code {seat.exit_code}")
        if seat.signal is not None:
            remarks.append(f"signal {seat.signal}")
    if seat.fault not in (matchrunner.Fault.NONE, matchrunner.Fault.SEAT):
        remarks.append(f"fault: {seat.fault}")
    if seat.truncated:
        remarks.append("output was cut")
    return ", ".join(remarks)


def _artifacts(artifacts: Sequence[matchrunner.Artifact]) -> list[str]:
    titles = [heading(title) for title in ("artifact", "size", "where")]
    body = [[artifact.name, size(artifact.bytes), _where(artifact)] for artifact in artifacts]
    return columns([titles, *body], right=frozenset({1}))


def _where(artifact: matchrunner.Artifact) -> str:
    if artifact.missing:
        return "lost with its host"
    if not artifact.uri:
        return "not stored yet"
    return unquote(urlsplit(artifact.uri).path) if artifact.uri.startswith("file:") else artifact.uri
