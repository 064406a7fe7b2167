# SPDX-License-Identifier: Apache-2.0
"""The conformance suites, run from Python: on native ports, on wrappers, and on ports written in Python."""

import itertools
import json
from datetime import datetime

import pytest

import matchrunner
from matchrunner import conformance
from written_ports import DictServer, DictSink, ExecutorAround, ListSink, QueueSource, StoreAround


def assert_held(results):
    assert conformance.failed(results) == []
    assert any(result.applied for result in results), "no check applied"


class Ground:
    """Keeps the port of the last fresh open, for checks that open it again."""

    def __init__(self, make):
        self.make, self.port = make, None

    def __call__(self, fresh):
        if fresh or self.port is None:
            self.port = self.make()
        return self.port


class Place:
    """Opens URLs of a scheme by `open`, each fresh one on a path of its own in `folder`."""

    def __init__(self, open, scheme, folder):
        self.open, self.scheme, self.folder, self.number = open, scheme, folder, 0

    def path(self):
        return self.folder / str(self.number)

    def __call__(self, fresh):
        self.number += fresh
        return self.open(f"{self.scheme}{self.path()}")


@pytest.mark.parametrize("around", [lambda store: store, StoreAround], ids=["native", "wrapped"])
def test_state_store(around):
    assert_held(conformance.check_state_store(Ground(lambda: around(matchrunner.open_state_store("memory://")))))


@pytest.mark.parametrize(
    ("check", "open", "scheme"),
    [
        (conformance.check_state_store, matchrunner.open_state_store, "sqlite:///"),
        (conformance.check_artifact_sink, matchrunner.open_artifact_sink, "file://"),
    ],
    ids=["sqlite", "folder"],
)
def test_what_is_kept_in_files(tmp_path, check, open, scheme):
    assert_held(check(Place(open, scheme, tmp_path)))


def test_events_in_a_file(tmp_path):
    place = Place(matchrunner.open_event_sink, "file://", tmp_path)

    def received():
        for line in place.path().read_text().splitlines():
            fields = json.loads(line)
            at = datetime.fromisoformat(fields.pop("at"))
            body = json.dumps(fields.pop("body"), separators=(",", ":"), ensure_ascii=False)
            yield matchrunner.Event(at=at, body=body, **fields)

    assert_held(conformance.check_event_sink(place, lambda: list(received())))


def test_artifact_sink():
    assert_held(conformance.check_artifact_sink(Ground(lambda: matchrunner.open_artifact_sink("memory://"))))


def test_artifact_sink_in_python():
    assert_held(conformance.check_artifact_sink(Ground(DictSink)))


def test_event_sink_in_python():
    ground = Ground(ListSink)
    assert_held(conformance.check_event_sink(ground, lambda: ground.port.events))


def test_command_source_in_python():
    ground = Ground(QueueSource)
    assert_held(conformance.check_command_source(ground, lambda body: ground.port.queue.put(body)))


def test_game_server_in_python():
    assert_held(conformance.check_game_server(Ground(DictServer)))


def test_game_server_that_keeps_its_players():
    class Held(DictServer):
        def capabilities(self):
            return matchrunner.GameServerCapabilities()

        def remove_player(self, lobby, player, context):
            raise matchrunner.Unsupported("players stay", "held")

    assert_held(conformance.check_game_server(Ground(Held)))


def test_game_server_that_is_never_full():
    results = conformance.check_game_server(Ground(lambda: DictServer(seats=10_000)))
    assert conformance.failed(results) == ["a_full_lobby_takes_nobody: a lobby is full at some time"]


@pytest.mark.parametrize(
    ("url", "seat", "around"),
    [
        ("memory://", "script", lambda executor: executor),
        ("memory://", "script", ExecutorAround),
        ("sandbox://", "shell", lambda executor: executor),
    ],
    ids=["native", "wrapped", "sandbox"],
)
def test_executor(tmp_path, url, seat, around):
    make, numbers = matchrunner.open_executor(url), itertools.count()

    def spool_folder():
        folder = tmp_path / f"spool{next(numbers)}"
        folder.mkdir()
        return folder

    assert_held(conformance.check_executor(Ground(lambda: around(make())), spool_folder, seat))


def test_what_does_not_hold_is_named():
    class Forgetful(ListSink):
        def publish(self, events, context):
            return len(events)

    ground = Ground(Forgetful)
    lines = conformance.failed(conformance.check_event_sink(ground, lambda: ground.port.events))
    assert lines and all(": " in line for line in lines)


def test_a_port_that_cannot_be_opened_is_named():
    def open_nothing(fresh):
        raise RuntimeError("no ground")

    results = conformance.check_state_store(open_nothing)
    assert results and all("RuntimeError: no ground" in result.failures[0] for result in results)
