# SPDX-License-Identifier: Apache-2.0
"""A match of soccer as older clients ask for it: RabbitMQ in, containers on a network of their own, S3 keeps."""

import base64
import hashlib
import json
import os
import subprocess
from urllib.parse import urlsplit

import matchrunner
import pytest
from real_servers import Client

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own")

# Welcomes 22 players, whose lines are the recording, and ends.
GAME_SERVER = """
echo booting
sleep 1
echo "Using simulator's random seed as Hetero Player Seed: 7"
touch $MATCHRUNNER_OUTPUT/match.rcg
until [ $(wc -l < $MATCHRUNNER_OUTPUT/match.rcg) = 22 ]; do
  echo welcome | nc -l -p 6000 >> $MATCHRUNNER_OUTPUT/match.rcg
done
echo full time
"""
PLAYER = """
until echo "$0 $num" | nc -w 5 $ip 6000 | grep -q welcome; do sleep 0.1; done
echo plays
exec sleep 3600
"""


def make_image(engine, name, script, *arguments):
    entry = json.dumps(["/bin/sh", "-c", script, *arguments])
    subprocess.run(
        ["/usr/bin/docker", f"--host=unix://{engine}", "build", "--quiet", "--tag", f"matchrunner-test/{name}:1", "-"],
        input=f"FROM matchrunner-test/busybox:1\nENTRYPOINT {entry}\n",
        text=True,
        check=True,
        capture_output=True,
    )


def team(name):
    return {
        "_type": "docker",
        "image_name": f"matchrunner-test/{name}",
        "tag": "1",
        "team_name": name.capitalize(),
        "config": {"core_start": 0, "core_end": 0},
    }


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
    make_image(engine, "rcssserver", GAME_SERVER)
    make_image(engine, "eagles", PLAYER, "eagles")
    make_image(engine, "owls", PLAYER, "owls")
    client = Client(broker, "runner_queue")
    asked = {
        "match_id": "final",
        "team_right": team("eagles"),
        "team_left": team("owls"),
        "rcssserver": {"_type": "docker", "image_name": "matchrunner-test/rcssserver", "tag": "1"},
    }
    client.ask("run_match", asked, "c-final")
    client.ask("run_match", {**asked, "team_right": team("owls")}, "c-again")
    heard = client.hear(lambda reply: reply["type"] == "stored", patience=120)
    assert [reply["message"] for name, reply in heard if name == "c-again"] == ["already running"]
    told = [reply for name, reply in heard if name == "c-final"]
    assert [reply["sequence"] for reply in told] == sorted({reply["sequence"] for reply in told})
    messages = [reply.get("message") for reply in told]
    created = [f"team_{side}_{i} container created" for side in ("right", "left") for i in range(11)]
    wanted = ["fetching_images", "Starting rcssserver...", "rcssserver is ready", *created, "started", "ended", "finished"]
    assert [message for message in messages if message in wanted] == wanted
    client.connection.close()

    shown = cli.json("show", "final")
    seats = {seat["name"]: seat["verdict"] for seat in shown["outcome"]["seats"]}
    assert seats == {"server": "ok"} | {f"{side}_{i}": "ok" for side in ("right", "left") for i in range(11)}
    kept = {artifact["name"]: artifact for artifact in shown["artifacts"]}
    sink = matchrunner.open_artifact_sink(bucket_url("cup"))

    def read(name):
        artifact = kept[name]
        stored = sink.read(artifact["uri"], 0, 1 << 20, matchrunner.Context())
        assert (len(stored), hashlib.sha256(stored).hexdigest()) == (artifact["bytes"], artifact["sha256"])
        return stored.decode()

    assert read("logs/server.stdout").splitlines()[-1] == "full time"
    players = sorted(f"{name} {i}" for name in ("eagles", "owls") for i in range(11))
    assert sorted(read("output/match.rcg").splitlines()) == players
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


# Tells a score, and lives until it is stopped.
SCORER = """
echo "Using simulator's random seed as Hetero Player Seed: 7"
echo goals > $MATCHRUNNER_OUTPUT/match.rcg
exec sleep 3600
"""


def with_targets(broker, bucket_url, queue):
    """A message whose logs and recordings go to a bucket and two queues of the sender's."""
    endpoint = bucket_url("").partition("endpoint=http://")[2]
    address = urlsplit(broker)
    return {
        "match_id": "own",
        "team_right": team("scorer"),
        "team_left": team("scorer"),
        "rcssserver": {"_type": "docker", "image_name": "matchrunner-test/scorer", "tag": "1"},
        "log": {
            "level": "info",
            "s3": {
                "config": {
                    "type": "minio",
                    "endpoint": endpoint,
                    "access_key": "test",
                    "secret_key": "testing-secret",
                    "bucket": "matches",
                },
                "server_log": True,
                "rcg": "true",
            },
            "stream": {
                "config": {
                    "type": "rabbitmq",
                    "host": address.hostname,
                    "port": address.port,
                    "username": "test",
                    "password": "testing",
                    "exchange": "",
                    "queue": queue,
                },
                "server_log": True,
                "score": {"queue": f"{queue}-score"},
            },
        },
    }


def received(client, queue, until_last=True):
    """Names and bytes of what a queue got, as a consumer puts them together that drops what it has had."""
    texts = {}
    channel = client.connection.channel()
    for method, properties, body in channel.consume(queue, inactivity_timeout=60):
        assert method is not None, texts
        channel.basic_ack(method.delivery_tag)
        headers = properties.headers
        name = headers["name"]
        texts.setdefault(name, b"")
        assert headers["offset"] <= len(texts[name])
        texts[name] = texts[name][: headers["offset"]] + body
        if not until_last or headers["last"]:
            channel.close()
            return texts
    raise AssertionError(texts)


def permitted(broker, bucket_url):
    endpoint = bucket_url("").partition("endpoint=")[2]
    host = urlsplit(broker).netloc.partition("@")[2]
    return json.dumps([f"s3://matches?endpoint={endpoint}", f"amqp://{host}/?queue=own-*"])


def test_targets_of_the_message_get_what_they_ask_for_and_secrets_stay_secret(
    cli, engine, broker, bucket_url, start_service
):
    make_image(engine, "scorer", SCORER)
    key = base64.b64encode(os.urandom(32)).decode()
    service = start_service(MATCHRUNNER_TARGETS=permitted(broker, bucket_url), MATCHRUNNER_SECRET_KEY=key)
    client = Client(broker, "runner_queue")
    client.ask("run_match", with_targets(broker, bucket_url, "own-live"), "c-own")
    heard = client.hear(lambda reply: reply.get("message") == "started", patience=120)
    assert b"Hetero Player Seed" in received(client, "own-live", until_last=False)["logs/server.stdout"]
    client.ask("kill_match", {"match_id": "own"}, "c-kill")
    ends = set()
    heard += client.hear(lambda reply: ends.add(reply["type"]) or {"stored", "streamed"} <= ends, patience=120)
    assert b'"type":"ended"' in received(client, "own-live-score", until_last=False)["events/ended"]
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
