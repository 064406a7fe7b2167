# SPDX-License-Identifier: Apache-2.0
"""A match of soccer as older clients ask for it: RabbitMQ in, containers on a network of their own, S3 keeps."""

import base64
import hashlib
import json
import os

import matchrunner
import pytest
from real_servers import Client
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

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own")

# As the program of the server is to find them, and no other way.
SETTINGS = {"half_time": 10, "auto_mode": True, "text": "a 'b' \"c\" $d", "nested": {"list": [1, None, 2.5]}}


class Started:
    """A service, and what it says."""

    def __init__(self, process):
        self.process = process
        self.said = ""
        while "ready; pages at" not in self.said:
            line = process.stderr.readline()
            assert line, f"the service has ended: {self.said}"
            self.said += line

    def end(self):
        self.process.terminate()
        self.said += self.process.stderr.read()
        assert self.process.wait(60) == 0


@pytest.fixture
def start_service(cli, engine, broker, bucket_url):
    """Starts a service on `runner_queue`, with more of its variables."""
    (cli.folder / "service.json").write_text(
        json.dumps({"executor": f"docker://{engine}?images=matchrunner-test/*", "http": "127.0.0.1:0", "slots": 2})
    )
    secret = {
        "MATCHRUNNER_ARTIFACTS": bucket_url("cup"),
        "MATCHRUNNER_SOURCES": json.dumps([f"{broker}/?queue=runner_queue"]),
        "MATCHRUNNER_SINKS": json.dumps({"replies": f"{broker}/"}),
    }
    started = []

    def start(**more):
        command = ("serve", "--config", cli.folder / "service.json")
        started.append(Started(cli.start(*command, environment=secret | more)))
        return started[-1]

    yield start
    for service in started:
        if service.process.poll() is None:
            service.end()


def test_a_match_as_older_clients_ask_for_it(cli, engine, broker, bucket_url, start_service):
    start_service()
    make_image(engine, "rcssserver", GAME_SERVER + FULL_TIME)
    make_image(engine, "eagles", PLAYER, "eagles")
    make_image(engine, "owls", PLAYER, "owls")
    client = Client(broker, "runner_queue")
    asked = {
        "match_id": "final",
        "team_right": team("eagles"),
        "team_left": team("owls"),
        "rcssserver": image("rcssserver", rcssserver_config=SETTINGS),
    }
    client.ask("run_match", asked, "c-final")
    client.ask("run_match", {**asked, "team_right": team("owls")}, "c-again")
    heard = client.hear(lambda reply: reply["type"] == "stored", patience=120)
    assert [reply["message"] for name, reply in heard if name == "c-again"] == ["already running"]
    told = [reply for name, reply in heard if name == "c-final"]
    assert [reply["sequence"] for reply in told] == sorted({reply["sequence"] for reply in told})
    messages = [reply.get("message") for reply in told]
    wanted = ["fetching_images", *ON_THE_WAY, "started", "ended", "finished"]
    assert [message for message in messages if message in wanted] == wanted
    client.connection.close()

    shown = cli.json("show", "final")
    seats = {seat["name"]: seat["verdict"] for seat in shown["outcome"]["seats"]}
    assert seats == dict.fromkeys(["server", *PLAYERS], "ok")
    kept = {artifact["name"]: artifact for artifact in shown["artifacts"]}
    sink = matchrunner.open_artifact_sink(bucket_url("cup"))

    def read(name):
        artifact = kept[name]
        stored = sink.read(artifact["uri"], 0, 1 << 20, matchrunner.Context())
        assert (len(stored), hashlib.sha256(stored).hexdigest()) == (artifact["bytes"], artifact["sha256"])
        return stored.decode()

    booting, settings, *_, last = read("logs/server.stdout").splitlines()
    assert (booting, last) == ("booting", "full time")
    assert json.loads(settings) == SETTINGS
    assert sorted(read("output/match.rcg").splitlines()) == recorded("eagles", "owls")
    assert {read(f"logs/{seat}.stdout") for seat in seats if seat != "server"} == {"plays\n"}


def test_older_clients_read_what_failed_in_the_words_that_they_know(engine, broker, start_service):
    start_service()
    make_image(engine, "ends", "echo booting")
    client = Client(broker, "runner_queue")
    good = team("ends")
    refused = good | {"image_name": "elsewhere/ends"}  # than where images may come from
    cases = [
        ("right", refused, good, good, "Failed to pull right team image"),
        ("left", good, refused, good, "Failed to pull left team image"),
        ("server", good, good, refused, "Failed to pull rcssserver image"),
        ("dead", good, good, good, "Failed to run rcssserver "),
    ]
    for name, right, left, server, text in cases:
        message = {"match_id": name, "team_right": right, "team_left": left, "rcssserver": server}
        client.ask("run_match", message, name)
        correlation_id, reply = client.hear(lambda reply: reply["type"] == "fail", patience=120)[-1]
        assert (correlation_id, reply["match_id"], reply["state"]) == (name, name, "failed")
        assert reply["message"] == text, reply
        assert reply["body"]["reason"]
    client.connection.close()


# Tells a score where it may, and lives until it is stopped.
SCORE = {"type": "score", "scores": {"right": 2, "left": 1}}
SCORER = f"""
echo "{READY}"
echo "$MATCHRUNNER_SEAT is here"
if [ -n "$MATCHRUNNER_OUTPUT" ]; then
  echo goals > $MATCHRUNNER_OUTPUT/match.rcg
  {tell(**SCORE)}
fi
exec sleep 3600
"""
SAID_BY_SCORER = READY + "\n{} is here\n"


def with_targets(broker, bucket_url, queue):
    """A message whose logs and recordings go to a bucket and queues of the sender's."""
    return {
        "match_id": "own",
        "team_right": team("scorer"),
        "team_left": team("scorer"),
        "rcssserver": image("scorer"),
        "log": {
            "level": "info",
            "s3": {"config": bucket_for_older_clients(bucket_url), "server_log": True, "rcg": "true"},
            "stream": {
                "config": broker_for_older_clients(broker, queue),
                "server_log": True,
                "score": {"queue": f"{queue}-score"},
                **{f"{side}_team_log": {"queue": f"{queue}-{side}"} for side in SIDES},
            },
        },
    }


def logs_of(side):
    """Names of what is streamed of this team, by their texts in the end."""
    seats = [player for player in PLAYERS if player.startswith(side)]
    said = {f"logs/{seat}.stdout": SAID_BY_SCORER.format(seat) for seat in seats}
    return said | {f"logs/{seat}.stderr": "" for seat in seats}


def bodies(text, type):
    """Of each line of a stream of events, which all are of this type."""
    events = [json.loads(line) for line in text.splitlines()]
    assert {event["type"] for event in events} == {type}
    return [event["body"] for event in events]


def test_targets_of_the_message_get_what_they_ask_for_and_secrets_stay_secret(
    cli, engine, broker, bucket_url, start_service
):
    make_image(engine, "scorer", SCORER)
    key = base64.b64encode(os.urandom(32)).decode()
    service = start_service(MATCHRUNNER_TARGETS=permitted(broker, bucket_url), MATCHRUNNER_SECRET_KEY=key)
    client = Client(broker, "runner_queue")
    client.ask("run_match", with_targets(broker, bucket_url, "own-live"), "c-own")
    heard = client.hear(lambda reply: reply.get("message") == "started", patience=120)
    live = {name: Stream(client, f"own-live{name}") for name in ("", "-score", "-right", "-left")}
    live[""].until_has({"logs/server.stdout": SAID_BY_SCORER.format("server")})
    for side in SIDES:
        live[f"-{side}"].until_has(logs_of(side))
    [score] = bodies(live["-score"].until_line("events/score"), "score")
    assert score["scores"] == SCORE["scores"]
    client.ask("kill_match", {"match_id": "own"}, "c-kill")
    ends = set()
    heard += client.hear(lambda reply: ends.add(reply["type"]) or {"stored", "streamed"} <= ends, patience=120)
    assert [reply["body"]["scores"] for _, reply in heard if reply["type"] == "score"] == [SCORE["scores"]]
    told = live["-score"].until_ended("events/score", "events/ended")
    assert [body["scores"] for body in bodies(told["events/score"], "score")] == [SCORE["scores"]]
    assert [body["result"] for body in bodies(told["events/ended"], "ended")] == ["stopped"]
    for side in SIDES:
        assert live[f"-{side}"].until_ended(*logs_of(side)) == logs_of(side)
    assert live[""].until_ended("logs/server.stdout") == {"logs/server.stdout": SAID_BY_SCORER.format("server")}
    client.connection.close()

    environment = {"MATCHRUNNER_ARTIFACTS": bucket_url("cup"), "MATCHRUNNER_SECRET_KEY": key}
    shown = cli("show", "own", "--json", environment=environment).stdout
    uris = {artifact["name"]: artifact["uri"] for artifact in json.loads(shown)["artifacts"]}
    assert uris["logs/server.stdout"] == "s3://matches/own/1/logs/server.stdout"
    assert uris["output/match.rcg"] == "s3://matches/own/1/output/match.rcg"
    others = [uri for name, uri in uris.items() if "/right_" in name]
    assert others and all(uri.startswith("s3://matches/cup/") for uri in others)
    logged = cli("logs", "own", "server.stdout", environment=environment).stdout
    assert "Hetero Player Seed" in logged
    service.end()
    events = cli("events", "--json", environment=environment).stdout
    told = json.dumps(heard) + service.said + shown + events
    kept = [file for file in cli.home.rglob("*") if file.is_file()]
    assert any(file.name.startswith("matchrunner.db") for file in kept)
    for secret in ("testing-secret", "testing@", ":testing"):
        assert secret not in told
        assert not [file for file in kept if secret.encode() in file.read_bytes()]


@pytest.mark.parametrize("nothing", [{}, None, "default"])
def test_an_engine_of_its_own_that_says_nothing_is_none(broker, start_service, nothing):
    start_service()
    client = Client(broker, "runner_queue")
    seat = team("none", _config=nothing) | {"image_name": "elsewhere/none"}  # it is over at once
    asked = {"match_id": "plain", "team_right": seat, "team_left": seat, "rcssserver": seat}
    client.ask("run_match", {**asked, "team_left": {**seat, "_config": {"privileged": True}}}, "c-refused")
    [(_, refused)] = client.hear(lambda reply: True)
    assert "data.team_left._config: expected nothing" in refused["error"]
    client.ask("run_match", asked, "c-plain")
    heard = [reply for _, reply in client.hear(lambda reply: reply["type"] == "fail")]
    assert [(reply["state"], reply["message"]) for reply in heard if reply["type"] == "reply"] == [
        ("queued", "match plain is queued")
    ]
    assert heard[-1]["message"] == "Failed to pull rcssserver image"
    client.connection.close()


def test_targets_that_cannot_be_had_are_refused(engine, broker, bucket_url, start_service):
    make_image(engine, "scorer", SCORER)
    message = with_targets(broker, bucket_url, "own-live")

    def refused(service, message):
        client = Client(broker, "runner_queue")
        client.ask("run_match", message, "c-refused")
        [(_, reply)] = client.hear(lambda reply: True)
        assert reply["type"] == "reply" and "state" not in reply and "testing" not in json.dumps(reply), reply
        client.connection.close()
        return reply

    service = start_service(MATCHRUNNER_TARGETS=permitted(broker, bucket_url))
    assert "MATCHRUNNER_SECRET_KEY of the runner is not set" in refused(service, message)["error"]
    service.end()

    key = base64.b64encode(os.urandom(32)).decode()
    service = start_service(MATCHRUNNER_SECRET_KEY=key)
    error = refused(service, message)["error"]
    assert error.startswith("data.storage.") and "expected a URL that `targets` of the runner permits" in error
    service.end()

    targets = json.loads(permitted(broker, bucket_url))
    away = [*targets, "amqp://127.0.0.1:9/?queue=own-*"]
    service = start_service(MATCHRUNNER_TARGETS=json.dumps(away), MATCHRUNNER_SECRET_KEY=key)
    message["log"]["stream"]["config"] |= {"port": 9, "host": "127.0.0.1"}
    reply = refused(service, message)
    assert reply["message"] == "unreachable"
    assert reply["error"].startswith("data.streams.")
    service.end()

    nobody = "127.0.0.1:9"
    away = [*targets, f"s3://matches?endpoint=http://{nobody}"]
    service = start_service(MATCHRUNNER_TARGETS=json.dumps(away), MATCHRUNNER_SECRET_KEY=key)
    message = with_targets(broker, bucket_url, "own-live")
    message["log"]["s3"]["config"]["endpoint"] = nobody
    reply = refused(service, message)
    assert reply["message"] == "unreachable"
    assert reply["error"].startswith("data.storage.")
    service.end()
