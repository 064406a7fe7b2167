# SPDX-License-Identifier: Apache-2.0
"""`game`, `pool` and `outbox`: what they say to people and to machines, and alone."""

import json

import pytest

GAME = {"name": "chess", "wiring": "none", "seats": [{"name": "solo", "command": "true"}]}


@pytest.fixture
def chess(tmp_path):
    path = tmp_path / "chess.json"
    path.write_text(json.dumps(GAME))
    return path


def test_games_for_machines(cli, chess):
    assert cli.json("game", "add", chess)["version"] == 1
    assert cli.json("game", "update", chess)["version"] == 2
    assert [game["name"] for game in cli.json("game", "list")] == ["chess"]
    assert json.loads(cli("game", "show", "chess").stdout)["version"] == 2
    assert cli.json("game", "remove", "chess") == {"removed": "chess"}
    assert cli.json("game", "list") == []


def test_games_for_people(cli, chess):
    assert cli("game", "add", chess).stdout == "chess version 1\n"
    assert cli("game", "update", chess).stdout == "chess version 2\n"
    assert cli("game", "remove", "chess").stdout == "removed chess\n"
    assert cli("game", "remove", "chess", code=2).stdout == ""


def test_pools_and_sinks_for_machines(cli, solo, tmp_path):
    cli("run", solo("end('')"), "--sink", f"audit=file://{tmp_path}/events.jsonl")
    assert cli.json("pool", "resize", "default", "3") == {"name": "default", "slots": 3, "busy": []}
    assert [sink["sink"] for sink in cli.json("outbox", "list")["sinks"]] == ["audit"]
    assert cli.json("outbox", "remove", "audit") == {"removed": "audit"}
    assert cli.json("outbox", "list") == {"sinks": [], "artifacts": []}


@pytest.mark.parametrize("group", ["game", "pool", "outbox"])
def test_a_group_alone_lists(cli, chess, group):
    cli("game", "add", chess)
    alone = cli(group)
    assert alone.stdout == cli(group, "list").stdout != ""
    assert alone.stderr == ""
    elsewhere = cli(group, environment={"MATCHRUNNER_STORE": "memory://"})
    assert "chess" not in elsewhere.stdout


def test_the_command_alone_is_its_help(cli):
    assert cli().stdout == cli("--help").stdout
