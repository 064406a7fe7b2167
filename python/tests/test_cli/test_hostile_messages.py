# SPDX-License-Identifier: Apache-2.0
"""Messages that are malformed or mean ill, through a real broker, to a service that has to go on."""

import datetime
import decimal
import json
import os

import pika
import pytest
from whole_service import IMAGE, WIN, match, most_memory, seat, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]

PING = b'{"command": "ping"}'
GAME = match("x", seat("true"))["game"]


def run(**data):
    return json.dumps({"command": "run", "data": {"id": "x", "game": GAME, **data}}).encode()


def run_game(**game):
    return run(game={**GAME, **game})


def run_seat(**fields):
    return run_game(seats=[seat("true", **fields)])


def stop(match_id, **more):
    return json.dumps({"command": "stop", "data": {"match_id": match_id, **more}}).encode()


def nested(begin, end, depth):
    return begin * depth + b"1" + end * depth


NUL = "expected JSON text, found a NUL byte"
NO_ID = "expected an id"
COMMANDS = "command: expected one of"
NO_MATCH_ID = f"data.match_id: {NO_ID}"
WHOLE_PRIORITY = "data.priority: expected a whole number"

# By what they have in common: bodies, and what the error says of each.
FAULTY = {
    "no JSON": [
        (b"", "expected JSON text"),
        (b"not JSON", "expected JSON text"),
        (b'{"command": "ping"', "expected JSON text"),
        (PING + PING, "expected JSON text"),
        (b'{"command": "ping\xff\xfe"}', "ill-formed UTF-8"),
        (b"\xff\xfe", "expected JSON text"),
        (b"\0" * 10, NUL),
        (b'{"command": "pi\0ng"}', NUL),
        (b'{"command": "run", "data": {"id": "\\ud800"}}', "surrogate"),
        (b'{"command": "run", "data": {"priority": NaN}}', "expected JSON text"),
    ],
    "no object": [
        (b"[]", "expected an object, found an empty list"),
        (b"1", "expected an object, found 1"),
        (b"null", "expected an object, found null"),
        (b'"ping"', 'expected an object, found "ping"'),
    ],
    "too much": [
        (nested(b"[", b"]", 100_000), "expected at most 64 levels"),
        (nested(b'{"a":', b"}", 100_000), "expected at most 64 levels"),
        (run(settings={"a": json.loads(nested(b"[", b"]", 60))}), "expected at most"),
        (run(settings={"a": "x" * 20_000_000}), "expected at most 16777216 bytes"),
        (b"x" * 20_000_000, "expected at most 16777216 bytes"),
    ],
    "ambiguous": [
        (b'{"command": "ping", "command": "shutdown"}', "command: expected one value"),
        (b'{"command": "stop", "data": {"match_id": "a", "match_id": "b"}}', "data.match_id: expected one value"),
        (b'{"command": "ping", "data": {}, "body": {}}', "expected at most one of data, body"),
    ],
    "unknown": [
        (b'{"command": "format_disk", "data": {}}', COMMANDS),
        (b'{"command": "", "data": {}}', COMMANDS),
        (b'{"command": 1, "data": {}}', COMMANDS),
        (b'{"command": ["ping"]}', COMMANDS),
        (b'{"data": {}}', COMMANDS),
        (b'{"command": "ping", "sudo": true}', "sudo: expected a known field"),
        (run(sudo=True), "data.sudo: expected a known field"),
        (run_game(sudo=True), "data.game.sudo: expected a known field"),
        (run_seat(sudo=True), "data.game.seats[0].sudo: expected a known field"),
    ],
    "of wrong types": [
        (b'{"command": "run"}', "data.game: expected"),
        (b'{"command": "run", "data": []}', "data: expected an object"),
        (b'{"command": "run", "data": "x"}', "data: expected an object"),
        (run(game=[]), "data.game: expected"),
        (run(seats={}), "data.seats: expected a list"),
        (run(settings=1), "data.settings: expected an object"),
        (run(labels=["a"]), "data.labels: expected an object"),
        (run(priority="high"), WHOLE_PRIORITY),
        (run(storage="s3://"), "data.storage: expected an object"),
        (run_game(name=None), "data.game.name: expected an id"),
        (run_game(wiring=[]), "data.game.wiring: expected one of"),
        (run_game(seats="red"), "data.game.seats: expected a list"),
        (run_game(seats=["red"]), "data.game.seats[0]: expected an object"),
        (run_game(seats=[]), "data.game.seats: expected a list of 1 to 64"),
        (run_game(limits=[]), "data.game.limits: expected an object"),
        (run_game(limits={"memory_bytes": "all"}), "data.game.limits.memory_bytes: expected a whole number"),
        (run_seat(image=[IMAGE]), "data.game.seats[0].image: expected one line"),
        (run_seat(arguments="true"), "data.game.seats[0].arguments: expected a list"),
        (run_seat(environment={"A": 1}), "data.game.seats[0].environment.A: expected text"),
        (run_seat(arguments=["a\0b"]), "data.game.seats[0].arguments[0]: expected text without NUL"),
        (run_seat(network="yes"), "data.game.seats[0].network: expected true or false"),
    ],
    "out of range": [
        (run(priority=-(10**30)), WHOLE_PRIORITY),
        (run(priority=1.5), WHOLE_PRIORITY),
        (run(priority=0).replace(b'"priority": 0', b'"priority": 1e999'), "data.priority: expected a number"),
        (run_game(deadline_seconds=-1), "data.game.deadline_seconds: expected a number above 0"),
        (run_game(deadline_seconds=1e300), "data.game.deadline_seconds: expected a number above 0"),
        (run_game(grace_seconds=-0.1), "data.game.grace_seconds: expected a number from 0"),
        (run_game(attempts=-1), "data.game.attempts: expected a whole number from 1 to 100"),
        (run_game(attempts=2**70), "data.game.attempts: expected a whole number from 1 to 100"),
        (run_game(limits={"memory_bytes": 0}), "data.game.limits.memory_bytes: expected a whole number"),
        (run_seat(cores=[-1, 0]), "data.game.seats[0].cores[0]: expected a whole number from 0"),
    ],
    "with wrong names": [
        (run(id=5), f"data.id: {NO_ID}"),
        (run(id="../../etc/passwd"), f"data.id: {NO_ID}"),
        (run(id=".."), f"data.id: {NO_ID}"),
        (run(id="a\nb"), f"data.id: {NO_ID}"),
        (run(id="a\0b"), f"data.id: {NO_ID}"),
        (run(id="<script>alert(1)</script>"), f"data.id: {NO_ID}"),
        (run(id="a" * 1_000_000), f"data.id: {NO_ID}"),
        (stop("../x"), NO_MATCH_ID),
        (stop("a\nb"), NO_MATCH_ID),
        (stop("<b>"), NO_MATCH_ID),
        (stop("a" * 1_000_000), NO_MATCH_ID),
        (stop([]), NO_MATCH_ID),
        (stop("x", reason="a\nb"), "data.reason: expected one line"),
        (stop("x").replace(b"stop", b"kill_match").replace(b'"x"', b'"../x"'), NO_MATCH_ID),
        (run_seat(files=[{"path": "../../etc/cron.d/x", "content": "x"}]), "files[0].path: expected a relative path"),
        (run_seat(files=[{"path": "x", "source": "etc/shadow"}]), "files[0].source: expected an absolute path"),
        (run_seat(name="../red"), "data.game.seats[0].name: expected an id"),
    ],
}


def send(service, body, **properties):
    service.desk.channel.basic_publish("", service.queue, body, pika.BasicProperties(**properties))


def answer(service, body=PING, name="c", **properties):
    """What the service says to it."""
    send(service, body, reply_to=service.desk.replies, correlation_id=name, **properties)
    wanted = lambda reply: reply["type"] == "reply" and reply.get("correlation_id") == name
    service.desk.all += [reply for _, reply in service.desk.hear(wanted, 30)]
    assert service.process.poll() is None
    return service.desk.all[-1]


def dead(service):
    return service.messages(f"{service.queue}.dead")


def refused(service):
    return service.metric("matchrunner_commands_refused_total", source="0")


def still_serves(service):
    assert answer(service, name="settled")["message"] == "Pong"
    service.desk.ask("run", match("normal", seat("echo played\n" + WIN)), "c-normal")
    service.desk.about("normal", "stored", "fail")
    service.check_ended_once("normal")
    service.check_kept("normal", {"logs/red.stdout": "played\n"})
    assert service.process.poll() is None
    assert most_memory(service.process) < 300_000_000
    assert service.messages(service.queue) == service.messages(f"{service.queue}.waiting") == 0
    service.all_is_gone()
    service.end()


@pytest.mark.parametrize("kind", FAULTY)
def test_what_is_faulty_is_answered_and_dead(whole_service, kind):
    service = whole_service()
    for body, words in FAULTY[kind]:
        said = answer(service, body)
        assert said["message"] == "format incorrect" and words in said["error"], (body[:200], said)
        assert "\n" not in said["error"] and len(said["error"]) < 2000
        send(service, body)  # without anybody to answer
    sent = sorted(body for body, _ in FAULTY[kind] for _ in range(2))
    until(lambda: dead(service), lambda count: count == len(sent))
    assert refused(service) == len(sent)
    kept = [service.desk.channel.basic_get(f"{service.queue}.dead", auto_ack=True)[2] for _ in sent]
    assert [body[:1000] for body in sorted(kept)] == [body[:1000] for body in sent]
    assert service.cli.json("list") == []
    still_serves(service)
    assert dead(service) == 0


def test_an_older_message_that_lacks_nearly_all(whole_service):
    service = whole_service()
    said = answer(service, b'{"command": "run_match", "data": {"match_id": 5}}')
    assert said["missing"] == ["team_right", "team_left", "rcssserver"]
    until(lambda: dead(service), lambda count: count == 1)
    still_serves(service)


@pytest.mark.parametrize(
    "nowhere",
    ["no-such-queue", "x" * 255, "a\nb\0c", "<b>", "../x", b"\xff\xfe"],
    ids=["unknown", "long", "lines", "markup", "path", "bytes"],
)
def test_replies_to_nowhere_are_dropped(whole_service, nowhere):
    service = whole_service()
    send(service, PING, reply_to=nowhere, correlation_id="c")
    send(service, b"not JSON", reply_to=nowhere, correlation_id="c")
    send(service, run(), reply_to=nowhere, correlation_id="c")
    service.cli.wait_for_event("x", "collected")
    until(lambda: dead(service), lambda count: count == 1)
    still_serves(service)


# What a client that asks by RabbitMQ's direct reply-to is known by, more or less.
@pytest.mark.parametrize("rest", ["", "x", "!!!.x", "aGVsbG8=.x", "g2dkAA.key", "g2F4.x"])
def test_a_reply_to_that_the_broker_does_not_bear(whole_service, rest):
    service = whole_service()
    send(service, PING, reply_to=f"amq.rabbitmq.reply-to.{rest}")
    assert answer(service)["message"] == "Pong"
    still_serves(service)


def test_a_direct_reply_and_one_that_comes_too_late(whole_service, broker):
    service = whole_service()
    connection = pika.BlockingConnection(pika.URLParameters(f"{broker}/%2F"))
    channel, heard = connection.channel(), []
    direct = "amq.rabbitmq.reply-to"
    channel.basic_consume(direct, lambda *message: heard.append(json.loads(message[3])), auto_ack=True)
    for body in (PING, json.dumps({"command": "run", "data": match("m1", seat("exec sleep 3600"))}).encode()):
        channel.basic_publish("", service.queue, body, pika.BasicProperties(reply_to=direct))
    until(lambda: connection.process_data_events() or [reply["type"] for reply in heard], lambda seen: "started" in seen)
    assert heard[0]["message"] == "Pong"
    connection.close()
    assert answer(service, stop("m1"))["message"] == "match m1 is being stopped"
    service.cli.wait_for_event("m1", "stop")
    still_serves(service)


def journal(service):
    return [json.loads(line) for line in service.cli("events", "--json").stdout.splitlines()]


def test_replies_to_the_command_queue_come_to_an_end(whole_service):
    service = whole_service()
    send(service, PING, reply_to=service.queue)
    send(service, b"not JSON", reply_to=service.queue)
    send(service, b'{"command": "status", "data": {"match_id": "nobody"}}', reply_to=service.queue)
    send(service, run(), reply_to=service.queue)
    until(lambda: service.cli.json("show", "x").get("stored_at"), bool)

    def replies():
        bodies = (event["body"] for event in journal(service))
        return sum(service.queue in (body.get("reply_to"), body.get("reply", {}).get("reply_to")) for body in bodies)

    assert replies() > 8  # of each command one, and what became of the match
    until(lambda: dead(service), lambda count: count == replies() + 1)
    count = dead(service)
    assert refused(service) == count
    last = journal(service)[-1]["sequence"]
    assert answer(service)["message"] == "Pong"
    assert [event["type"] for event in journal(service) if event["sequence"] > last] == ["reply"]
    still_serves(service)
    assert dead(service) == count


DEATH = {"count": 10**9, "queue": "x", "reason": "rejected", "exchange": "", "routing-keys": ["x"]}
HEADERS = [
    {"x-death": [DEATH], "x-first-death-queue": "x", "x-first-death-reason": "rejected", "x-delivery-count": 10**6},
    {"x-death": "no", "x-delivery-count": "many", "x-first-death-reason": None},
    {"x-death": 5, "x-delivery-count": -5},
    {"x-death": [DEATH] * 100},
    {"": "", "n": decimal.Decimal("1.5"), "t": datetime.datetime(1990, 1, 1), "b": b"\xff\0", "long": "x" * 10_000},
    {"deep": [[[{"x": [None, True, -1]}]]], "match_id": ["m"], "command": "shutdown"},
    {"CC": ["no-such-queue"], "BCC": []},
]


def test_headers_and_properties_of_any_kind_have_no_effect(whole_service):
    service = whole_service()
    for i, headers in enumerate(HEADERS):
        assert answer(service, name=f"c{i}", headers=headers)["message"] == "Pong", headers
        assert "expected JSON text" in answer(service, b"not JSON", name=f"d{i}", headers=headers)["error"]
    odd = {"content_type": "x/\0", "content_encoding": "gzip", "priority": 255, "type": "shutdown", "app_id": "\n"}
    assert answer(service, timestamp=2**62, **odd)["message"] == "Pong"
    for name in ("a\0b\n", "é" * 127, "<b>"):
        assert answer(service, name=name)["message"] == "Pong"
    until(lambda: dead(service), lambda count: count == len(HEADERS))
    still_serves(service)


@pytest.mark.parametrize("size", [30_000, 60_000, 120_000])
def test_headers_of_any_length_the_broker_takes(whole_service, size):
    service = whole_service()
    send(service, PING, headers={"x": "x" * size}, reply_to=service.desk.replies, correlation_id="long")
    settled = answer(service, name="settled")
    assert settled["message"] == "Pong"
    heard = {reply["correlation_id"] for reply in service.desk.all}
    until(lambda: dead(service), lambda count: count == ("long" not in heard))
    still_serves(service)


@pytest.mark.parametrize("given", ["../../x\n<b>", "a" * 255, b"\xff\xfe", "..", "\0"])
def test_a_message_id_that_is_no_id_of_a_match(whole_service, given):
    service = whole_service()
    body = json.dumps({"command": "run", "data": {"game": GAME}}).encode()
    said = answer(service, body, message_id=given)
    assert said["message"].endswith("is queued"), said
    service.desk.about(said["match_id"], "stored")
    assert set(said["match_id"]).isdisjoint("/\n<>\0") and len(said["match_id"]) <= 128
    still_serves(service)
