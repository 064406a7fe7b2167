# SPDX-License-Identifier: Apache-2.0
"""`work --commands`: a client of a real broker asks for matches and hears of them."""

import json
import subprocess
import sys
import uuid
from pathlib import Path

import pika
import pytest
from real_servers import Client

CLIENT = Path(__file__).resolve().parents[3] / "examples" / "service" / "client.py"


@pytest.fixture
def queue():
    return f"runner-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def start(cli, broker, queue):
    """Starts `work` on the queue, with replies going out by the same broker."""

    def started(*more):
        worker = cli.start(
            "work", "--slots", "1", "--commands", f"{broker}/?queue={queue}", "--sink", f"replies={broker}/", *more
        )
        assert "working" in worker.stderr.readline()
        return worker

    return started


@pytest.fixture
def client(broker, queue, start):
    start()
    client = Client(broker, queue)
    yield client
    client.connection.close()


def test_every_reply_comes_in_order(client, solo):
    match = json.loads(solo("tell(type='progress', text='half way')\nend('done')", id="m1").read_text())
    client.ask("run", match, "c-run")
    heard = client.hear(lambda reply: reply["type"] == "stored")
    assert {correlation for correlation, _ in heard} == {"c-run"}
    about = [reply for _, reply in heard]
    assert {reply["match_id"] for reply in about} == {"m1"}
    sequences = [reply["sequence"] for reply in about]
    assert sequences == sorted(set(sequences))
    (answer,) = [reply for reply in about if reply["type"] == "reply"]
    assert answer["message"] == "match m1 is queued"
    told = [(reply["type"], reply["state"], reply.get("message")) for reply in about if reply["type"] != "reply"]
    assert told[:4] == [
        ("submit", "queued", "queued"),
        ("claim", "preparing", "fetching_images"),
        ("prepared", "starting", "starting"),
        ("started", "running", "started"),
    ]
    assert ("progress", "running", "half way") in told
    assert ("ended", "collecting", "ended") in told
    assert ("collected", "finished", "finished") in told
    (ended,) = [reply for reply in about if reply["type"] == "ended"]
    assert ended["body"]["result"] == "completed"
    assert "reply" not in ended["body"]


def test_what_waits_at_the_broker_and_a_kill_that_gets_through(client, endless, solo, cli):
    client.ask("run", json.loads(endless.read_text()), "c-endless")
    client.hear(lambda reply: reply["type"] == "started")
    client.ask("run", json.loads(solo("end('')", id="second", name="second.json").read_text()), "c-second")
    client.ask("ping", {}, "c-ping")
    heard = client.hear(lambda reply: reply.get("message") == "Pong")
    assert "c-second" not in {correlation for correlation, _ in heard}
    assert [match["id"] for match in cli.json("list")] == ["endless"]
    client.ask("kill_match", {"match_id": "endless"}, "c-kill", key="body")
    heard = client.hear(lambda reply: reply["type"] == "collected" and reply["match_id"] == "second")
    assert ("c-kill", "match endless is being stopped") in {(name, reply.get("message")) for name, reply in heard}
    killed = [reply for _, reply in heard if reply["type"] == "stop"]
    assert [(reply["state"], reply["match_id"]) for reply in killed] == [("stopped", "endless")]
    assert "killed" in killed[0]["message"]


def test_a_kill_gets_through_when_more_wait_than_are_fetched_at_once(client, endless, solo, queue):
    client.ask("run", json.loads(endless.read_text()), "c-endless")
    client.hear(lambda reply: reply["type"] == "started")
    match = json.loads(solo("end('')", id="waits").read_text())
    for number in range(300):  # of which 128 are fetched
        client.ask("run", {**match, "id": f"waits-{number}"}, "c-waits")
    client.ask("kill_match", {"match_id": "endless"}, "c-kill")
    client.hear(lambda reply: reply["type"] == "stop")  # the first of the others may have begun by then
    waiting = client.channel.queue_declare(f"{queue}.waiting", passive=True).method.message_count
    assert waiting > 200  # the others have their turn now


def test_what_cannot_be_meant_is_answered_and_kept(client, queue):
    client.ask("not JSON", {}, "c-bad")
    client.channel.basic_publish(
        "", queue, "not JSON", pika.BasicProperties(reply_to=client.replies, correlation_id="c-text")
    )
    client.ask("run_match", {"match_id": "m7", "team_left": {"_type": "docker"}}, "c-missing")
    heard = dict(client.hear(lambda reply: "missing" in reply))
    assert heard["c-bad"]["message"] == heard["c-text"]["message"] == "format incorrect"
    assert "expected one of" in heard["c-bad"]["error"]
    assert heard["c-missing"]["missing"] == [
        "team_right",
        "team_left.image_name",
        "team_left.team_name",
        "rcssserver",
    ]
    client.ask("status", {"match_id": "nobody"}, "c-nobody")
    ((_, unknown),) = client.hear(lambda reply: True)
    assert "the other runners are asked" in unknown["message"]
    client.ask("ping", {})
    client.hear(lambda reply: reply.get("message") == "Pong")  # what came before is settled
    dead = client.channel.queue_declare(f"{queue}.dead", passive=True).method.message_count
    assert dead == 3


def test_the_client_of_the_examples(start, broker, queue, solo):
    start()

    def said(match, queue=queue):
        command = [sys.executable, CLIENT, f"{broker}/%2F", queue, match]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    played = said(solo("tell(type='progress', text='half way')\nend('done')", id="good"))
    assert played.returncode == 0, played.stderr
    assert "half way" in played.stdout
    assert played.stdout.splitlines()[-1].split()[0] == "finished"
    again = said(solo("tell(type='progress', text='half way')\nend('done')", id="good"))
    assert (again.returncode, again.stdout.split()) == (0, "finished reply match good is finished".split())
    other = said(solo("end('another')", id="good"))
    assert (other.returncode, other.stdout.split()[0]) == (1, "finished")
    for _ in range(2):
        assert said(solo("sys.exit(3)", id="bad")).returncode == 1
    assert 'data.id: expected an id' in said(solo("", id="no id")).stdout
    assert "Unroutable: there is no queue no-such-queue" in said(solo("", id="lost"), "no-such-queue").stderr


def test_shutdown_ends_the_runner(broker, queue, start):
    worker = start()
    client = Client(broker, queue)
    client.ask("shutdown", {})
    ((_, reply),) = client.hear(lambda reply: True)
    assert reply["message"] == "shutting down"
    assert worker.wait(60) == 0
    client.connection.close()


def test_a_broker_that_refuses_is_one_line(cli, broker):
    def said(*options, code):
        return cli("work", "--drain", *options, code=code).stderr

    wrong = broker.replace("testing", "hush")
    line = said("--commands", f"{wrong}/?queue=q", code=3)
    assert line.count("\n") == 1
    assert "403 ACCESS_REFUSED" in line
    assert "hush" not in line
    assert "a socket error occurred" in said("--commands", "amqp://127.0.0.1:1/?queue=q", code=3)
    assert "queue: expected a name" in said("--commands", f"{broker}/", code=2)
    assert "unknown option 'qeue'" in said("--commands", f"{broker}/?qeue=q", code=2)


def test_streams_go_by_an_exchange_under_the_name_of_each_artifact(cli, broker, solo):
    channel = pika.BlockingConnection(pika.URLParameters(f"{broker}/%2F")).channel()
    channel.exchange_declare("live-parts", "topic", durable=True)
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(queue, "live-parts", "live.*.solo.stdout")  # MATCH.NAME
    stream = f"logs/*={broker}/%2F?exchange=live-parts"
    cli("run", "--stream", stream, solo('print("one")\nprint("two")\nend("")', id="live"))
    text, last = b"", False
    while not last:
        method, properties, body = next(channel.consume(queue, inactivity_timeout=60))
        assert method is not None, text
        assert method.routing_key == "live.logs.solo.stdout"
        assert properties.headers["offset"] <= len(text)
        text = text[: properties.headers["offset"]] + body
        last = properties.headers["last"]
    assert text == b"one\ntwo\n"
    channel.connection.close()
