# SPDX-License-Identifier: Apache-2.0
import json
import os
import threading
from datetime import datetime, timedelta, timezone

import pytest

import matchrunner
from scripted_match import scripted


def test_a_match_runs_to_its_outcome(runner):
    submitted = runner.submit_match(scripted("print hello", 'result {"scores": {"solo": 2.5}, "reason": "won"}'))
    match = runner.wait_match(submitted.id)
    assert match.state is matchrunner.MatchState.FINISHED and match.ended
    assert (match.outcome.result, match.outcome.fault, match.outcome.reason) == ("completed", "none", "won")
    assert [(seat.name, seat.verdict, seat.score) for seat in match.outcome.seats] == [("solo", "ok", 2.5)]
    assert list(match.times)[0] is matchrunner.MatchState.QUEUED and match.times["finished"] >= match.times["queued"]
    assert json.loads(match.to_json())["outcome"]["seats"][0]["score"] == 2.5
    assert {"result.json", "logs/solo.stdout"} <= {artifact.name for artifact in match.artifacts}


def test_text_is_a_match_too(runner):
    match = runner.submit_match(json.dumps(scripted(id="m1")))
    assert runner.submit_match(match.request).id == "m1"


def test_games_are_kept(runner):
    game = scripted()["game"]
    added = runner.add_game(game)
    assert (added.name, added.version) == ("scripted", 1)
    with pytest.raises(matchrunner.AlreadyExists):
        runner.add_game(json.dumps(game))
    updated = runner.update_game({**game, "title": "Scripted"})
    assert (updated.version, updated.title) == (2, "Scripted")
    assert runner.find_game("scripted") == updated and [found.name for found in runner.list_games()] == ["scripted"]
    assert runner.wait_match(runner.submit_match({"game": "scripted"}).id).game.version == 2
    runner.remove_game("scripted")
    assert runner.find_game("scripted") is None
    with pytest.raises(matchrunner.NotFound):
        runner.remove_game("scripted")


def test_matches_are_listed_by_page(open_runner):
    runner = open_runner(workers=0)
    for number in range(5):
        runner.submit_match(scripted(id=f"m{number}", priority=number))
    page = runner.list_matches(limit=2)
    seen = [match.id for match in page.matches]
    while page.next:
        page = runner.list_matches(cursor=page.next, limit=2)
        seen += [match.id for match in page.matches]
    assert seen == ["m4", "m3", "m2", "m1", "m0"]
    assert len(runner.list_matches(["queued"], game="scripted").matches) == 5
    assert runner.list_matches([matchrunner.MatchState.RUNNING]).matches == ()


def test_a_match_is_stopped(runner):
    match = runner.submit_match(scripted("hang"))
    runner.stop_match(match.id, "enough")
    ended = runner.wait_match(match.id, until="outcome")
    assert ended.state == "stopped" and ended.stop_request == "enough"
    with pytest.raises(matchrunner.Conflict):
        runner.stop_match(match.id)


def test_logs_are_bytes(runner):
    match = runner.wait_match(runner.submit_match(scripted("print one", "print two")).id)
    chunk = runner.read_log(match.id, "logs/solo.stdout")
    assert (chunk.bytes, chunk.next_offset) == (b"one\ntwo\n", 8)
    rest = runner.read_log(match.id, "logs/solo.stdout", chunk.next_offset)
    assert (rest.bytes, rest.finished) == (b"", True)
    assert runner.read_log(match.id, "logs/solo.stdout", offset=4, size=2).bytes == b"tw"
    with pytest.raises(matchrunner.NotFound):
        runner.read_log(match.id, "logs/nobody.stdout")


def test_old_matches_are_pruned(runner):
    match = runner.wait_match(runner.submit_match(scripted()).id)
    now = datetime.now(timezone.utc)
    assert runner.prune(now - timedelta(days=1)) == 0
    assert runner.prune(now + timedelta(days=1)) == 1
    assert runner.find_match(match.id) is None
    with pytest.raises(ValueError, match="naive"):
        runner.prune(datetime(2026, 1, 1))


def test_pools_are_shown_and_resized(runner):
    (pool,) = runner.list_pools()
    assert (pool.name, pool.slots, pool.busy) == ("default", 2, ())
    assert runner.resize_pool("default", 5).slots == 5


@pytest.mark.parametrize(
    "wrong, what",
    [
        ({"store": "sqlit:///x.db"}, "sqlit"),
        ({"slots": -1}, "slots"),
        ({"workers": -2}, "workers"),
        ({"executor": 7}, "executor"),
        ({"store": 7}, "StateStore"),
        ({"sinks": {"list": object()}}, "EventSink"),
        ({"lease": 0}, "lease"),
    ],
)
def test_wrong_options_are_refused(open_runner, wrong, what):
    with pytest.raises((matchrunner.InvalidArgument, TypeError), match=what):
        open_runner(**wrong)


def test_a_closed_runner_says_so(open_runner):
    runner = open_runner()
    assert not runner.closed and repr(runner) == "<matchrunner.Runner, open>"
    runner.close()
    runner.close()
    assert runner.closed and repr(runner) == "<matchrunner.Runner, closed>"
    with pytest.raises(matchrunner.Cancelled):
        runner.list_matches()


def test_a_with_block_closes(open_runner):
    with open_runner() as runner:
        assert not runner.closed
    assert runner.closed


def test_close_ends_a_wait(open_runner):
    runner = open_runner()
    match = runner.submit_match(scripted("hang"))
    waiting = runner.events(match.id)
    while waiting.next().type != "started":
        pass
    raised = []

    def wait():
        try:
            runner.wait_match(match.id)
        except matchrunner.Error as error:
            raised.append(error.code)

    thread = threading.Thread(target=wait)
    thread.start()
    runner.close()
    thread.join()
    assert raised == ["cancelled"]


def test_defaults_follow_the_environment(monkeypatch, tmp_path):
    for name in ("STORE", "ARTIFACTS", "EXECUTOR", "ISOLATION", "SPOOL", "HOME"):
        monkeypatch.delenv(f"MATCHRUNNER_{name}", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "a b"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert matchrunner.defaults() == {
        "store": f"sqlite:///{tmp_path}/a%20b/matchrunner/matchrunner.db",
        "artifacts": f"file://{tmp_path}/a%20b/matchrunner/artifacts",
        "executor": "sandbox://?isolation=prefer",
        "spool_folder": f"{tmp_path}/a b/matchrunner/spool",
    }
    monkeypatch.setenv("MATCHRUNNER_STORE", "memory://")
    monkeypatch.setenv("MATCHRUNNER_ISOLATION", "allow-none")
    monkeypatch.setenv("MATCHRUNNER_SPOOL", "/var/spool/matches")
    assert matchrunner.defaults()["store"] == "memory://"
    assert matchrunner.defaults()["spool_folder"] == "/var/spool/matches"
    assert matchrunner.defaults()["executor"] == "sandbox://?isolation=allow-none"
    monkeypatch.setenv("MATCHRUNNER_EXECUTOR", "docker://?images=teams/*")
    assert matchrunner.defaults()["executor"] == "docker://?images=teams/*"


@pytest.mark.parametrize(
    ("user", "home", "spool"),
    [
        (1000, None, "/shared/matchrunner/spool"),
        (1000, "/home/games", "/home/games/spool"),
        (0, None, "/var/lib/matchrunner/spool"),  # seats have users of their own, who may not enter /root
        (0, "/home/games", "/home/games/spool"),
    ],
)
def test_the_default_spool_folder_can_be_passed_through(monkeypatch, user, home, spool):
    monkeypatch.delenv("MATCHRUNNER_SPOOL", raising=False)
    monkeypatch.delenv("MATCHRUNNER_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/shared")
    if home:
        monkeypatch.setenv("MATCHRUNNER_HOME", home)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert matchrunner.defaults()["spool_folder"] == spool


def test_open_runner_fills_in_the_defaults(monkeypatch, tmp_path):
    monkeypatch.setenv("MATCHRUNNER_HOME", str(tmp_path / "home"))
    with matchrunner.open_runner(executor="memory://", slots=1) as runner:
        match = runner.wait_match(runner.submit_match(scripted()).id)
    assert (tmp_path / "home" / "matchrunner.db").exists()
    assert all(artifact.uri.startswith(f"file://{tmp_path}/home/artifacts/") for artifact in match.artifacts)
