# SPDX-License-Identifier: Apache-2.0
"""Matches of soccer whose images are only in a registry with a login, from the message to what is kept in S3."""

import base64
import json
import os
import re
import subprocess

import pytest
from soccer_match import (
    FULL_TIME,
    GAME_SERVER,
    ON_THE_WAY,
    PLAYER,
    PLAYERS,
    READY,
    SIDES,
    Stream,
    broker_for_older_clients,
    bucket_for_older_clients,
    image,
    make_image,
    permitted,
    recorded,
    team,
    tell,
)
from whole_service import IMAGE, WIN, await_gate, login, match, seat, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]

FIRST_HALF = {"right": 1, "left": 0}
SECOND_HALF = {"right": 1, "left": 2}
RESULT = json.dumps({"scores": {"right_0": 1, "left_0": 2}})
SCRIPT = (
    GAME_SERVER
    + tell(type="score", scores=FIRST_HALF)
    + await_gate("second_half")
    + tell(type="score", scores=SECOND_HALF)
    + await_gate("end")
    + f"echo '{RESULT}' > $MATCHRUNNER_RESULT\n"
    + FULL_TIME
)
SETTINGS = {"half_time": 10}
FIRST_LINES = f'booting\n{{"half_time":10}}\n{READY}\n'
TEAMS = ["eagles", "owls"]
KINDS = [*(f"{side}_team_log" for side in SIDES), "server_log", "rcg"]
KEPT = {"logs/server.stdout": FIRST_LINES + "full time\n", "result.json": f"{RESULT}\n"}
KEPT.update({f"logs/{player}.stdout": "plays\n" for player in PLAYERS})
LEASE = 15


def push(engine_server, name, megabytes, script, *arguments):
    """An image that is only in the registry, with a layer of its own."""
    full = f"{engine_server.words[0]}/cup/{name}:1"
    docker = ["/usr/bin/docker", f"--host=unix://{engine_server.folder}/engine.sock"]
    logged_in = {**os.environ, "DOCKER_CONFIG": f"{engine_server.folder}/config"}
    cargo = engine_server.folder / "root" / "cargo"
    cargo.write_bytes(os.urandom(megabytes * 1_000_000))
    files = subprocess.run(["tar", "-C", cargo.parent, "-c", "."], capture_output=True, check=True).stdout
    cargo.unlink()
    entry = f"ENTRYPOINT {json.dumps(['/bin/sh', '-c', script, *arguments])}"
    subprocess.run([*docker, "import", "--change", entry, "-", full], input=files, capture_output=True, check=True)
    subprocess.run([*docker, "push", "--quiet", full], env=logged_in, capture_output=True, check=True)
    subprocess.run([*docker, "image", "rm", full], capture_output=True, check=True)


def message(match_id, server, right, left, **more):
    return {"match_id": match_id, "team_right": right, "team_left": left, "rcssserver": server, **more}


def targets(broker, bucket_url, queue):
    """`log` of a message: all that there is, kept in a bucket, and live in a queue of each kind."""
    live = {kind: {"queue": f"{queue}-{kind}"} for kind in [*KINDS, "score"]}
    return {
        "s3": {"config": bucket_for_older_clients(bucket_url), **dict.fromkeys(KINDS, True)},
        "stream": {"config": broker_for_older_clients(broker, queue), **live},
    }


def pulled_by_and_by(service, engine_server, match_id):
    """The registry gives a little at a time, until something has been told of a part."""

    def look():
        engine_server.order("registry-resume")
        engine_server.order("registry-pause")
        return [event["body"] for event in service.events(match_id) if event["type"] == "preparing"]

    until(look, lambda told: told and 0 < told[-1]["bytes"] < told[-1]["total_bytes"], 120)
    engine_server.order("registry-resume")


def scores(text):
    return [json.loads(line)["body"]["scores"] for line in text.splitlines()]


def replies(service, match_id):
    """All that the client has heard, which is all there is, once and in order."""
    about = [reply for reply in service.desk.all if reply.get("match_id") == match_id]
    told = [event["sequence"] for event in service.events(match_id) if "reply" in event["body"]]
    assert [reply["sequence"] for reply in about if reply["type"] != "reply"] == told
    assert [reply["sequence"] for reply in about] == sorted({reply["sequence"] for reply in about})
    return about


def texts(about, *without):
    return [reply["message"] for reply in about if reply.get("message") and reply["type"] not in without]


def check_pulls(about, *images):
    types = [reply["type"] for reply in about]
    assert types.index("claim") < types.index("preparing") < types.index("prepared")
    pulls = [reply["message"] for reply in about if reply["type"] == "preparing"]
    names = "|".join(map(re.escape, images))
    assert not [pull for pull in pulls if not re.fullmatch(rf"({names}): [A-Z].* \d+/\d+", pull)]
    parts = re.compile(rf"{re.escape(images[0])}: Downloading ([1-9]\d*)/(\d+)")
    counts = [tuple(map(int, found.groups())) for found in map(parts.fullmatch, pulls) if found]
    assert counts and counts[0][0] < counts[0][1] > 24_000_000


def test_from_the_message_to_all_that_is_kept(whole_service, engine_server, broker, bucket_url):
    push(engine_server, "server", 24, SCRIPT)
    for name in TEAMS:
        push(engine_server, name, 1, PLAYER, name)
    secrets = {
        "PASSWORD": "testing",
        "MATCHRUNNER_TARGETS": permitted(broker, bucket_url),
        "MATCHRUNNER_SECRET_KEY": base64.b64encode(os.urandom(32)).decode(),
    }
    more = f"{login(engine_server)}&default_registry={engine_server.words[0]}"
    service = whole_service(more=more, secrets=secrets, lease_seconds=LEASE)
    assert "/cup/" not in service.docker("image", "ls")
    server = {**image("", rcssserver_config=SETTINGS), "image_name": "cup/server"}
    right, left = ({**team(name), "image_name": f"cup/{name}"} for name in TEAMS)
    engine_server.order("registry-pause")
    log = targets(broker, bucket_url, "own-whole")
    service.desk.ask("run_match", message("whole", server, right, left, log=log), "c-whole")
    pulled_by_and_by(service, engine_server, "whole")
    service.desk.about("whole", "started", "fail")

    live = {kind: Stream(service.desk, f"own-whole-{kind}") for kind in [*KINDS, "score"]}
    assert scores(live["score"].until_line("events/score")) == [FIRST_HALF]
    live["server_log"].until_has({"logs/server.stdout": FIRST_LINES})
    for side in SIDES:
        live[f"{side}_team_log"].until_has({f"logs/{side}_{i}.stdout": "plays\n" for i in range(11)})
    live["rcg"].until_lines("output/match.rcg", recorded(*TEAMS))  # while the server goes on
    for gate in ("second_half", "end"):
        service.open(gate, "whole", "server")
    for end in ("stored", "streamed"):
        service.desk.about("whole", end, "fail")
    told = live["score"].until_ended("events/score", "events/ended")
    assert scores(told["events/score"]) == [FIRST_HALF, SECOND_HALF]
    assert json.loads(told["events/ended"])["body"]["result"] == "completed"
    [recording] = live["rcg"].until_ended("output/match.rcg").values()
    assert sorted(recording.splitlines()) == recorded(*TEAMS)
    for kind, names in zip(KINDS, [*([p for p in PLAYERS if p.startswith(side)] for side in SIDES), ["server"]]):
        names = [f"logs/{name}.stdout" for name in names]
        assert live[kind].until_ended(*names) == {name: KEPT[name] for name in names}

    about = replies(service, "whole")
    assert {reply["correlation_id"] for reply in about} == {"c-whole"}
    begin = ["queued", "match whole is queued", "fetching_images"]
    wanted = [*begin, *ON_THE_WAY, "started", "ended", "finished", "uploaded to S3"]
    assert texts(about, "preparing", "streamed") == wanted
    check_pulls(about, *(f"{engine_server.words[0]}/cup/{name}:1" for name in ("server", *TEAMS)))
    assert [reply["body"]["scores"] for reply in about if reply["type"] == "score"] == [FIRST_HALF, SECOND_HALF]
    record = service.check_kept("whole", KEPT | {"output/match.rcg": recording})
    uris = {artifact["name"]: artifact["uri"] for artifact in record["artifacts"]}
    assert {uri for name, uri in uris.items() if not uri.startswith("s3://matches/whole/1/")} == {uris["result.json"]}
    assert uris["result.json"].startswith(f"s3://matches/{service.queue}/")
    assert {one["name"]: one["score"] for one in record["outcome"]["seats"] if one["score"]} == {"right_0": 1, "left_0": 2}
    service.all_is_gone()
    service.end()


def test_a_registry_that_refuses_the_login(whole_service, engine_server, engine):
    push(engine_server, "kites", 1, PLAYER, "kites")
    make_image(engine, "first", "echo booting")
    service = whole_service(more=login(engine_server), secrets={"PASSWORD": "not-the-one"})
    name = f"{engine_server.words[0]}/cup/kites"
    asked = message("refused", image("first"), team("first"), {**team("kites"), "image_name": name})
    service.desk.ask("run_match", asked, "c-refused")
    failed = service.desk.about("refused", "fail", "started")
    assert (failed["message"], failed["state"]) == ("Failed to pull left team image", "failed")
    reason = failed["body"]["reason"]
    assert f"seat left_0: image {name}:1: " in reason and "unauthorized" in reason, reason
    assert service.cli.json("show", "refused")["outcome"]["fault"] == "infrastructure"
    ended = lambda: service.metric("matchrunner_matches_ended_total", state="failed", fault="infrastructure")
    until(ended, lambda count: count == 1)
    until(service.slots_used, lambda used: used == 0)
    service.desk.ask("run", match("next", {**seat(WIN), "image": IMAGE}))
    service.check_ended_once("next")
    service.all_is_gone()
    assert name not in service.docker("image", "ls")
    assert "not-the-one" not in json.dumps(service.desk.all) + service.log.read_text()
    service.end()


def ids(service, match_id):
    return sorted(service.docker("ps", "--quiet", f"--filter=label=matchrunner.match={match_id}").split())


def test_a_match_outlives_its_service(whole_service, engine):
    make_image(engine, "rcssserver", SCRIPT)
    for name in TEAMS:
        make_image(engine, name, PLAYER, name)
    service = whole_service(lease_seconds=5)
    server, (right, left) = image("rcssserver", rcssserver_config=SETTINGS), map(team, TEAMS)
    service.desk.ask("run_match", message("outlives", server, right, left), "c-outlives")
    service.desk.about("outlives", "score", "fail")
    before = ids(service, "outlives")
    assert len(before) == 1 + len(PLAYERS)
    service.kill()
    service.open("second_half", "outlives", "server")
    service.write(lease_seconds=LEASE)
    service.start()
    service.desk.about("outlives", "adopted", "lapse", "fail")
    assert ids(service, "outlives") == before
    service.open("end", "outlives", "server")
    service.check_ended_once("outlives")
    about = replies(service, "outlives")
    begin = ["queued", "match outlives is queued", "fetching_images"]
    again = ["fetching_images", "goes on"]  # by the one that takes it up
    wanted = [*begin, *ON_THE_WAY, "started", *again, "ended", "finished", "uploaded to S3"]
    assert texts(about, "lapse") == wanted
    assert [reply["state"] for reply in about if reply["type"] == "lapse"] == ["queued"]
    assert [reply["body"]["scores"] for reply in about if reply["type"] == "score"] == [FIRST_HALF, SECOND_HALF]
    record = service.check_kept("outlives", KEPT)
    assert (record["state"], record["attempt"], record["outcome"]["result"]) == ("finished", 1, "completed")
    [uri] = [one["uri"] for one in record["artifacts"] if one["name"] == "output/match.rcg"]
    assert sorted(service.read(uri, 1 << 20).decode().splitlines()) == recorded(*TEAMS)
    service.all_is_gone()
    service.end()
