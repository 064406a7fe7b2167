# SPDX-License-Identifier: Apache-2.0
"""An event as one line for people. A `text` in the body of an event is such a line already."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import matchrunner

from .terminal import clock, number, plain

LONGEST_VALUE = 60


def line(event: matchrunner.Event) -> str:
    """With its time and subject, as `events` prints it."""
    about = event.subject if event.kind == "match" else f"{event.kind} {event.subject}"
    return plain(f"{event.sequence} {clock(event.at)} {about} {summary(event)}").rstrip()


def summary(event: matchrunner.Event) -> str:
    """What happened, without when and to whom."""
    body = event.body
    if event.type in SUMMARIES:
        return plain(SUMMARIES[event.type](body))
    if isinstance(body.get("text"), str):
        text = body["text"]
        return plain(text if event.type == "progress" else f"{event.type}: {text}")
    return plain(f"{event.type} {_pairs(body)}".rstrip())


def _pairs(body: dict[str, Any]) -> str:
    """The short values of a body."""
    shown = ((key, value if isinstance(value, str) else json.dumps(value)) for key, value in body.items())
    return " ".join(f"{key}={value}" for key, value in shown if len(value) <= LONGEST_VALUE)


def _begun(word: str) -> Callable[[dict[str, Any]], str]:
    def text(body: dict[str, Any]) -> str:
        seats = ", ".join(endpoint["seat"] for endpoint in body["endpoints"])
        return f"{word}: {seats} (isolation: {body['isolation']['tier']})"

    return text


def _seat_ended(body: dict[str, Any]) -> str:
    detail = f" ({body['detail']})" if body["detail"] else ""
    return f"{body['name']} ended: {body['verdict']}{detail}"


def _outcome(body: dict[str, Any]) -> str:
    reason = f" ({body['reason']})" if body["reason"] else ""
    return f"{body['result']}{reason}"


def _artifacts(word: str) -> Callable[[dict[str, Any]], str]:
    return lambda body: f"{word}: {', '.join(artifact['name'] for artifact in body['artifacts'])}"


def _score(body: dict[str, Any]) -> str:
    """Of a referee's own making: nothing about its form is sure."""
    scores = body.get("scores")
    if not isinstance(scores, dict):
        return f"score {_pairs(body)}"
    shown = (f"{seat} {number(value) if isinstance(value, (int, float)) else value}" for seat, value in scores.items())
    reason = body.get("reason")
    return f"score: {' '.join(shown)}" + (f" ({reason})" if isinstance(reason, str) else "")


SUMMARIES: dict[str, Callable[[dict[str, Any]], str]] = {
    "started": _begun("started"),
    "adopted": _begun("goes on"),
    "seat_ended": _seat_ended,
    "ended": lambda body: f"ended: {_outcome(body)}",
    "fail": _outcome,
    "stop": _outcome,
    "return": _outcome,
    "collected": _artifacts("collected"),
    "stored": _artifacts("stored"),
    "score": _score,
}
