# SPDX-License-Identifier: Apache-2.0
"""`work`: takes what is queued, takes up what died, ends gracefully, keeps the limit."""

import json
import os
import signal

import pytest


def test_drain_runs_all_that_is_queued(cli, solo):
    for number in range(3):
        cli("submit", solo(f"end('{number}')", id=f"m-{number}"))
    done = cli("work", "--drain")
    assert sorted(line for line in done.stdout.splitlines() if "completed" in line) == [
        f"m-{number} completed: {number}" for number in range(3)
    ]
    assert {match["state"] for match in cli.json("list")} == {"finished"}


def test_json_is_one_object_a_line(cli, solo):
    cli("submit", solo("end('')", id="m"))
    lines = cli("work", "--drain", "--json").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["m"]
    assert json.loads(lines[0]) == cli.json("show", "m")


@pytest.mark.parametrize("victim", ["run", "work"])
def test_what_a_killed_process_ran_is_run_again_once(cli, solo, victim):
    path = solo("tell(type='progress')\nif settings.get('wait'): time.sleep(3600)\nend('')", id="orphan")
    match = json.loads(path.read_text())
    # The first run hangs; the second finds what the first left, in the attempt number of its folder's name.
    body = match["game"]["seats"][0]["files"][0]
    body["content"] = body["content"].replace("settings.get('wait')", "not os.path.exists(settings['gate'])")
    gate = path.parent / "gate"
    gate.mkdir()
    match["game"]["seats"][0]["read_only"] = [str(gate)]
    match["settings"] = {"gate": str(gate / "open")}
    path.write_text(json.dumps(match))
    if victim == "work":
        cli("submit", path)
        process = cli.start("work", "--lease", "2")
    else:
        process = cli.start("run", path, "--lease", "2")
    cli.wait_for_event("orphan", "progress")
    process.kill()
    process.wait()
    (gate / "open").touch()
    cli("work", "--drain", "--lease", "2")
    done = cli.json("show", "orphan")
    assert done["state"] == "finished"
    assert done["attempt"] == 2
    types = [json.loads(line)["type"] for line in cli("events", "orphan", "--json").stdout.splitlines()]
    assert types.count("collected") == 1
    assert types.count("claim") == 2


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_ends_gracefully(cli, solo, tmp_path, number, code):
    gate = tmp_path / "gate"
    gate.mkdir()
    body = "tell(type='progress')\nwhile not os.path.exists(settings['gate']): time.sleep(0.01)\nend('in time')"
    path = solo(body, id="m", seat={"read_only": [str(gate)]}, settings={"gate": str(gate / "open")})
    cli("submit", path)
    cli("submit", solo("end('')", id="later", name="later.json"))
    working = cli.start("work", "--slots", "1")
    cli.wait_for_event("m", "progress")
    working.send_signal(number)
    for line in working.stderr:
        if "ending" in line:
            break
    (gate / "open").touch()
    working.communicate()
    assert working.returncode == code
    assert cli.json("show", "m")["outcome"]["reason"] == "in time"
    assert cli.json("show", "later")["state"] == "queued"


def test_matches_of_one_id_in_two_stores_do_not_meet(cli, endless, solo):
    cli.start("run", endless)
    cli.wait_for_event("endless", "progress")
    other = ("--store", f"sqlite://{cli.folder}/other.db")
    assert cli.json("run", solo("end('mine')", id="endless", name="other.json"), *other)["outcome"]["reason"] == "mine"
    assert cli.json("show", "endless")["state"] == "running"


def test_after_its_grace_a_match_is_queued_again(cli, endless):
    cli("submit", endless)
    working = cli.start("work", "--grace", "0")
    cli.wait_for_event("endless", "progress")
    working.send_signal(signal.SIGTERM)
    working.communicate()
    assert working.returncode == 0
    assert cli.json("show", "endless")["state"] == "queued"


def test_another_pool_size_is_refused(cli, solo):
    cli("work", "--drain", "--slots", "2")
    stderr = cli("work", "--drain", "--slots", "3", code=2).stderr
    assert stderr.startswith("matchrunner: error: ")
    assert len(stderr.splitlines()) == 1
    cli("pool", "resize", "default", "3")
    cli("work", "--drain", "--slots", "3")
    assert [(pool["name"], pool["slots"]) for pool in cli.json("pool", "list")] == [("default", 3)]


def test_pool_shows_who_is_busy(cli, endless):
    cli.start("run", endless)
    cli.wait_for_event("endless", "progress")
    [pool] = cli.json("pool", "list")
    assert [holder["match"] for holder in pool["busy"]] == ["endless"]
    assert "endless" in cli("pool", "list").stdout
    assert "endless" not in cli("pool", "resize", "default", "8").stdout


def test_events_go_to_a_sink(cli, solo, tmp_path):
    cli("run", solo("end('')", id="m"), "--sink", f"audit=file://{tmp_path}/events.jsonl")
    types = [json.loads(line)["type"] for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert "submit" in types and "collected" in types
    [sink] = cli.json("outbox", "list")["sinks"]
    assert (sink["sink"], sink["waiting"], sink["last_error"]) == ("audit", 0, "")
    cli("outbox", "remove", "audit")
    assert cli.json("outbox", "list")["sinks"] == []
    assert "NAME=URL" in cli("run", solo("end('')"), "--sink", "audit", code=2).stderr


def test_prune_forgets_what_is_old(cli, solo):
    match = cli.json("run", solo("end('')", id="m"))
    files = [artifact["uri"].removeprefix("file://") for artifact in match["artifacts"]]
    assert cli("prune", "--older-than", "1h").stdout == "removed 0 matches\n"
    assert cli("prune", "--older-than", "0s").stdout == "removed 1 match\n"
    assert cli.json("list") == []
    assert not any(os.path.exists(name) for name in files)
    for age in ("", "30", "d", "1y", "-1d", "999999999w"):
        assert "--older-than" in cli("prune", "--older-than", age, code=2).stderr


def test_prune_says_what_it_had_to_leave(cli, solo):
    match = cli.json("run", solo("end('')", id="m1"))
    cli("run", solo("end('')", id="m2"))
    kept = match["artifacts"][0]["uri"].removeprefix("file://")
    os.unlink(kept)
    os.mkdir(kept)  # which is no file to remove
    assert "1 removed, 1 left: " in cli("prune", "--older-than", "0s", code=2).stderr
    assert [left["id"] for left in cli.json("list")] == ["m1"]
    os.rmdir(kept)
    assert cli("prune", "--older-than", "0s").stdout == "removed 1 match\n"


def test_catalogue(cli, solo, tmp_path):
    game = json.loads(solo("end(settings['word'])").read_text())["game"]
    (tmp_path / "game.json").write_text(json.dumps({**game, "settings": {"word": "first"}}))
    assert cli("game", "add", "game.json").stdout == "test version 1\n"
    assert "test" in cli("game", "add", "game.json", code=2).stderr
    (tmp_path / "match.json").write_text(json.dumps({"game": "test"}))
    assert cli.json("run", "match.json")["outcome"]["reason"] == "first"
    (tmp_path / "game.json").write_text(json.dumps({**game, "settings": {"word": "second"}}))
    assert cli("game", "update", "game.json").stdout == "test version 2\n"
    assert cli.json("run", "match.json")["outcome"]["reason"] == "second"
    assert [each["name"] for each in cli.json("game", "list")] == ["test"]
    assert "test" in cli("game", "list").stdout
    shown = cli("game", "show", "test").stdout
    (tmp_path / "game.json").write_text(shown)
    cli("game", "update", "game.json")
    cli("game", "remove", "test")
    for command in (["remove", "test"], ["show", "test"], ["update", "game.json"]):
        assert "test" in cli("game", *command, code=2).stderr
    assert "test" in cli("run", "match.json", code=2).stderr
