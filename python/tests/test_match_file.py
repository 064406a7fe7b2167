# SPDX-License-Identifier: Apache-2.0
import json

import pytest

import matchrunner
from scripted_match import scripted


def test_all_faults_are_told_at_once():
    match = scripted(priority="high", labels={"round": 1})
    match["gmae"] = "chess"
    faults = matchrunner.check_match_request(match)
    assert {"priority", "labels.round", "gmae"} <= {fault.path for fault in faults}
    assert all(fault.path in fault.describe() and fault.expected and fault.found for fault in faults)
    with pytest.raises(matchrunner.InvalidArgument) as caught:
        matchrunner.parse_match_request(match)
    assert all(fault.describe() in caught.value.message for fault in faults)


def test_text_and_dict_mean_the_same():
    match = scripted()
    assert matchrunner.check_match_request(match) == matchrunner.check_match_request(json.dumps(match)) == []
    parsed = matchrunner.parse_match_request(match)
    assert parsed == matchrunner.parse_match_request(json.dumps(match)) == matchrunner.parse_match_request(parsed.to_json())
    assert parsed.inline_game.seats[0].custom == {} and parsed.inline_game.wiring == "none"


def test_relative_paths_are_taken_from_the_folder(tmp_path):
    game = {"name": "g", "wiring": "none", "seats": [{"name": "solo", "command": "./bot"}]}
    for folder in (tmp_path, str(tmp_path)):
        assert matchrunner.parse_game(game, folder).seats[0].command == str(tmp_path / "bot")
    with pytest.raises(matchrunner.InvalidArgument):
        matchrunner.parse_game(game)


def test_the_schema_is_json():
    assert json.loads(matchrunner.match_file_schema())["$schema"].startswith("https://json-schema.org/")


def test_machines_are_tables():
    machines = {machine.name: machine for machine in matchrunner.machines()}
    assert set(machines) == {"match", "ticket", "lobby", "host"}
    match = machines["match"]
    assert match.start == "queued" and ("queued", "claim", "preparing") in match.transitions
    assert set(match.states) == {state.value for state in matchrunner.MatchState}
    assert {event for _, event, _ in match.transitions} == set(match.events)


def test_adapters_are_listed():
    rows = {(row.port, row.scheme) for row in matchrunner.adapters()}
    assert {("state_store", "memory"), ("state_store", "sqlite"), ("executor", "sandbox")} <= rows


def test_secrets_of_a_url_are_masked():
    assert "geheim" not in matchrunner.masked_url("amqp://user:geheim@broker/vhost")
