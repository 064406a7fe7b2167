# SPDX-License-Identifier: Apache-2.0
"""Commands that are refused and have a secret in them: it is told to nobody, logged nowhere, and not kept."""

import json
import os

import pika
import pytest
from whole_service import WIN, match, seat, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]

SECRET = "hush-4711"
GAME = match("x", seat("true"))["game"]
BUCKET = f"s3://key:{SECRET}@cup"
BROKER = f"amqp://user:{SECRET}@127.0.0.1:1/?queue=live"
OLD_S3 = {"type": "minio", "endpoint": "127.0.0.1:1", "access_key": "key", "secret_key": SECRET, "bucket": "cup"}
OLD_BROKER = {"type": "rabbitmq", "host": "127.0.0.1", "port": 1, "username": "user", "password": SECRET, "queue": "live"}


def run(**data):
    return json.dumps({"command": "run", "data": {"id": "x", "game": GAME, **data}})


def run_seat(**fields):
    return run(seats=[{"name": "red", **fields}])


def older(log=None, **config):
    team = {"_type": "docker", "image_name": "a", "tag": "1", "team_name": "a", "config": {"core_start": 0, "core_end": 1}}
    teams = {"team_right": team, "team_left": team, "rcssserver": {**team, **config}}
    data = {"match_id": "x", **teams, "rcssserver_config": {}}
    return json.dumps({"command": "run_match", "data": data | ({"log": log} if log else {})})


# What the answer says of each, so that it is known to have been looked at.
REFUSED = {
    "no key to seal them": (run_seat(secrets={"TOKEN": SECRET}), "MATCHRUNNER_SECRET_KEY"),
    "broken off": (run_seat(secrets={"TOKEN": SECRET})[:-3], "expected JSON text"),
    "broken in the secret": (run_seat(secrets={"TOKEN": SECRET}).replace(SECRET, SECRET + "\n"), "expected JSON text"),
    "said twice": (run_seat(secrets={"TOKEN": SECRET}).replace('"TOKEN"', '"TOKEN": "x", "TOKEN"'), "expected one value"),
    "a list": (run_seat(secrets={"TOKEN": [SECRET]}), "secrets.TOKEN: expected"),
    "a number": (run_seat(secrets={"TOKEN": 4711}), "secrets.TOKEN: expected"),
    "no object": (run_seat(secrets=SECRET), "secrets: expected"),
    "with NUL": (run_seat(secrets={"TOKEN": f"{SECRET}\0"}), "secrets.TOKEN: expected"),
    "with a wrong name": (run_seat(secrets={"MATCHRUNNER_A": SECRET}), "secrets"),
    "in the environment, too": (run_seat(secrets={"A": SECRET}, environment={"A": ""}), "A"),
    "beside a fault": (run(seats=[{"name": "red", "secrets": {"TOKEN": SECRET}}], priority="x"), "data.priority: expected"),
    "of a game": (run(game={**GAME, "seats": [seat("true", secrets={"TOKEN": SECRET})]}), "secrets"),
    "of no seat": (run(secrets={"TOKEN": SECRET}), "data.secrets: expected a known field"),
    "beside data": (json.dumps({"command": "ping", "password": SECRET}), "password: expected a known field"),
    "in a URL of storage": (run(storage={"*": f"{BUCKET}?endpoint=http://127.0.0.1:1"}), "data.storage"),
    "in a URL that is none": (run(storage={"*": f"s3:/key:{SECRET}@"}), "data.storage"),
    "in a URL without a scheme": (run(streams={"logs/*": f"user:{SECRET}@127.0.0.1/?queue=live"}), "data.streams"),
    "in an option": (run(storage={"*": f"s3://cup?session_token={SECRET}"}), "data.storage"),
    "in a URL of streams": (run(streams={"logs/*": BROKER}), "data.streams"),
    "in a URL for an object": (run(storage=BUCKET), "data.storage: expected an object"),
    "in a URL in a list": (run(storage={"*": [BUCKET]}), "data.storage"),
    "in a URL with a line break": (run(streams={"logs/*": BROKER + "\n"}), "data.streams"),
    "older, for a bucket": (older({"s3": {"config": OLD_S3}}), ""),
    "older, of a wrong type": (older({"s3": {"config": OLD_S3 | {"bucket": 1}}}), ""),
    "older, for a broker": (older({"stream": {"config": OLD_BROKER, "server_log": True}}), ""),
    "older, of an engine": (older(_config={"registry": {"username": "user", "password": SECRET}}), ""),
}


def test_no_secret_of_a_refused_command_is_shown_or_kept(whole_service):
    service = whole_service(log_level="debug")
    said = {}
    for name, (body, _) in REFUSED.items():
        properties = pika.BasicProperties(reply_to=service.desk.replies, correlation_id=name)
        service.desk.channel.basic_publish("", service.queue, body, properties)
        said[name] = service.desk.until(lambda reply, name=name: reply.get("correlation_id") == name)
    assert {name: reply["error"] for name, reply in said.items() if REFUSED[name][1] not in reply["error"]} == {}
    assert [name for name, reply in said.items() if "4711" in json.dumps(reply)] == []
    until(lambda: service.messages(f"{service.queue}.dead"), lambda count: count > 0)
    service.desk.ask("run", match("normal", seat(f"echo {SECRET[:4]}\n" + WIN)))
    service.desk.about("normal", "stored")
    assert [one["id"] for one in service.cli.json("list")] == ["normal"]
    shown = [service.get(path)[1] for path in ("/", "/status", "/metrics")]
    shown += [service.cli("events", "--json").stdout, service.log.read_text()]
    assert not [text for text in shown if SECRET in text]
    service.end()
    kept = [file for file in service.cli.folder.rglob("*") if file.is_file() and SECRET.encode() in file.read_bytes()]
    assert kept == []
