# SPDX-License-Identifier: Apache-2.0
"""Matches that do not go by the book, through a service over RabbitMQ, Docker and S3."""

import json
import os
import subprocess
import time
import uuid

import pika
import pytest
from real_servers import Desk
from three_images import cup

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("cup_images"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]

IMAGE = "matchrunner-test/busybox:1"
ENDLESS = "echo here; exec sleep 3600"
WIN = """; echo '{"scores": {"red": 1}}' > $MATCHRUNNER_RESULT"""


def seat(script, name="red", **more):
    return {"name": name, "image": IMAGE, "arguments": [script], **more}


def match(match_id, *seats, **game):
    wiring = "network" if len(seats) > 1 else "none"
    return {"id": match_id, "game": {"name": "test", "wiring": wiring, "seats": list(seats), **game}}


def answer(desk, command, data):
    """What the service itself says to a command."""
    name = uuid.uuid4().hex
    desk.ask(command, data, name)
    return desk.until(lambda reply: reply.get("correlation_id") == name and reply["type"] == "reply")


@pytest.fixture
def serve(cli, engine, broker, bucket_url):
    """Starts a service; the desk where its matches are asked for."""
    desks = []

    def started(**fields):
        queue = f"runner-{uuid.uuid4().hex[:8]}"
        secret = {
            "MATCHRUNNER_ARTIFACTS": bucket_url(queue),
            "MATCHRUNNER_SOURCES": json.dumps([f"{broker}/?queue={queue}"]),
            "MATCHRUNNER_SINKS": json.dumps({"replies": f"{broker}/"}),
        }
        fields = {"executor": f"docker://{engine}?images=*", "http": "off", "slots": 1, "grace_seconds": 0, **fields}
        file = cli.folder / "service.json"
        file.write_text(json.dumps(fields))
        cli.serve("--config", file, environment=secret)
        desks.append(Desk(broker, queue))
        return desks[-1]

    yield started
    for desk in desks:
        desk.connection.close()


def test_twenty_matches_at_once_on_four_slots(serve, engine):
    desk = serve(slots=4)
    docker = ["/usr/bin/docker", f"--host=unix://{engine}"]
    watching = [*docker, "events", "--format", "{{.Action}}", "--filter", "label=matchrunner.seat=host"]
    watching += [f"--filter=event={event}" for event in ("start", "die", "destroy")]
    watcher = subprocess.Popen(watching, stdout=subprocess.PIPE, text=True)
    for i in range(20):
        desk.ask("run", cup(f"m{i}", "echo played; sleep 1.5" + WIN), f"c{i}")
    ended = [desk.about(f"m{i}", "stored", "fail", "stop") for i in range(20)]
    assert [reply["type"] for reply in ended] == ["stored"] * 20
    running = most = gone = 0
    while gone < 20:  # nobody waits for that, so a container may outlast its match a little
        action = watcher.stdout.readline().strip()
        running += {"start": 1, "die": -1, "destroy": 0}[action]
        gone += action == "destroy"
        most = max(most, running)
    watcher.terminate()
    watcher.wait()
    assert 2 <= most <= 4  # on a busy host fewer meet
    for i in range(20):
        clean(engine, f"m{i}")


def left_by(engine, match_id):
    """How many containers, networks and volumes there are with the match's label."""
    label = f"--filter=label=matchrunner.match={match_id}"
    counts = []
    for look in (["ps", "-aq"], ["network", "ls", "-q"], ["volume", "ls", "-q"]):
        command = ["/usr/bin/docker", f"--host=unix://{engine}", *look, label]
        counts.append(len(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()))
    return counts


def clean(engine, match_id):
    until = time.monotonic() + 30  # nobody waits for that, so it may outlast the match a little
    while any(left := left_by(engine, match_id)) and time.monotonic() < until:
        time.sleep(0.1)
    assert left == [0, 0, 0], match_id


def printed_by(engine, match_id):
    """What the match's only container has printed; nothing while it has none."""
    docker = ["/usr/bin/docker", f"--host=unix://{engine}"]
    look = [*docker, "ps", "-q", f"--filter=label=matchrunner.match={match_id}"]
    found = subprocess.run(look, capture_output=True, text=True, check=True).stdout.split()
    return subprocess.run([*docker, "logs", *found], capture_output=True, text=True).stdout if found else ""


def test_a_kill_in_each_state(serve, engine, engine_server, bucket_server, cli):
    desk = serve(backlog=1)

    def kill(match_id):
        return answer(desk, "kill_match", {"match_id": match_id})

    def stopped(match_id):
        end = desk.about(match_id, "stop", "stored", "fail")
        assert (end["type"], end["state"]) == ("stop", "stopped"), end
        assert "killed" in end["message"]
        clean(engine, match_id)

    desk.ask("run", cup("running", ENDLESS))
    desk.about("running", "started")
    desk.ask("run", cup("queued", ENDLESS))
    desk.about("queued", "submit")
    desk.ask("run", cup("waiting", ENDLESS))  # at the broker: beyond slot and backlog
    assert "no match named" in kill("waiting")["error"]
    assert kill("queued")["state"] == "stopped"
    stopped("queued")
    desk.about("waiting", "submit")
    assert kill("waiting")["state"] == "stopped"  # sent again, as it has come through now
    stopped("waiting")
    containers, networks, volumes = left_by(engine, "running")
    assert (containers, networks) == (3, 1) and volumes > 0
    assert kill("running")["message"] == "match running is being stopped"
    stopped("running")

    engine_server.order("registry-pause")
    desk.ask("run", match("preparing", {**seat(ENDLESS), "image": f"{engine_server.words[0]}/test/large:1"}))
    desk.about("preparing", "claim")
    kill("preparing")
    stopped("preparing")
    engine_server.order("registry-resume")

    never = {"log": "never said", "within_seconds": 3600}
    host = seat(ENDLESS, "host", role="server", ready=never)
    desk.ask("run", match("starting", host, seat(ENDLESS, after=["host"])))
    desk.about("starting", "prepared")
    until = time.monotonic() + 30
    while "here" not in printed_by(engine, "starting"):
        assert time.monotonic() < until
    kill("starting")
    stopped("starting")
    desk.about("starting", "stored")
    kept = {artifact["name"]: artifact["bytes"] for artifact in cli.json("show", "starting")["artifacts"]}
    assert kept["logs/host.stdout"] == len("here\n")

    over = []
    while len(over) < 10:  # one that was faster than the kill is followed by another
        over.append(f"over{len(over)}")
        desk.ask("run", cup(over[-1], f"truncate -s {240 << 20} $MATCHRUNNER_OUTPUT/large" + WIN))
        desk.about(over[-1], "ended")
        late = kill(over[-1])
        assert desk.about(over[-1], "stored", "fail", "stop")["type"] == "stored"
        if late["state"] == "collecting":
            break
    assert late["error"] == f"match {over[-1]} has ended: its artifacts are being collected"

    bucket_server.order("stop")
    desk.ask("run", cup("ended", "true" + WIN))
    desk.about("ended", "collected")
    late = kill("ended")
    assert (late["error"], late["state"]) == ("match ended has ended: it is finished", "finished")
    clean(engine, "ended")
    bucket_server.order("start")
    assert desk.about("ended", "stored")["message"] == "uploaded to S3"
    states = {one["id"]: one["state"] for one in cli.json("list")}
    wanted = dict.fromkeys(("running", "queued", "waiting", "preparing", "starting"), "stopped")
    wanted |= dict.fromkeys((*over, "ended"), "finished")
    assert states == wanted


def test_who_never_connects_and_who_never_gets_ready(serve, cli, bucket_url):
    desk = serve(slots=2)
    host = seat("nc -l -p 6000 > /dev/null & echo open; sleep 2" + WIN, "host", role="server", ready={"log": "open"})
    desk.ask("run", match("alone", host, seat("exec sleep 3600", after=["host"]), grace_seconds=1))
    never = seat("echo booting; exec sleep 3600", "host", role="server", ready={"log": "open", "within_seconds": 1})
    desk.ask("run", match("dark", never, seat(ENDLESS, after=["host"])))
    assert desk.about("alone", "stored", "fail")["type"] == "stored"
    scores = {one["name"]: one["score"] for one in cli.json("show", "alone")["outcome"]["seats"]}
    assert scores == {"host": None, "red": 1}
    failed = desk.about("dark", "fail", "stored")
    assert failed["type"] == "fail"
    outcome = cli.json("show", "dark")["outcome"]
    verdicts = {one["name"]: one["verdict"] for one in outcome["seats"]}
    assert verdicts["host"] == "not_ready"
    desk.about("dark", "stored")
    shown = cli.json("show", "dark")
    bucket = next(artifact["uri"] for artifact in shown["artifacts"]).split("/dark/")[0].removeprefix("s3://matches/")
    assert cli("logs", "--artifacts", bucket_url(bucket), "dark", "host.stdout").stdout == "booting\n"
    elsewhere = cli("logs", "dark", "host.stdout", code=2).stderr
    assert "logs/host.stdout of match dark was kept at s3://matches/" in elsewhere


def test_a_match_longer_than_the_brokers_patience_with_acknowledgements(serve, broker, broker_server):
    broker_server.order("control eval application:set_env(rabbit,consumer_timeout,1000).")
    desk = serve()
    # Somebody who acknowledges nothing, over the same time: the broker is as impatient as it was told.
    other = pika.BlockingConnection(pika.URLParameters(f"{broker}/%2F?heartbeat=0")).channel()
    held = other.queue_declare("", exclusive=True).method.queue
    other.basic_publish("", held, "never acknowledged")
    assert next(other.consume(held, inactivity_timeout=60))[0]
    desk.ask("run", cup("long", "sleep 75" + WIN))
    assert desk.about("long", "stored", "fail", "lapse", patience=240)["type"] == "stored"
    assert answer(desk, "ping", {})["message"] == "Pong"
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="PRECONDITION_FAILED - delivery acknowledgement"):
        next(other.consume(held, inactivity_timeout=1))  # it has been for long
    other.connection.close()
    broker_server.order("control eval application:set_env(rabbit,consumer_timeout,1800000).")


def test_a_service_of_two_executors_runs_images_and_commands(serve, cli, engine, solo):
    desk = serve(executor=f"docker://{engine}?images=* sandbox://", slots=2)
    desk.ask("run", match("m1", seat("echo played" + WIN)), "c1")
    desk.ask("run", json.loads(solo("end('by a command')", id="m2").read_text()), "c2")
    for name in ("m1", "m2"):
        desk.about(name, "stored", "fail")
    tiers = {name: cli.json("show", name)["isolation"]["tier"] for name in ("m1", "m2")}
    assert tiers["m1"] == "container" and tiers["m2"] != "container"
    custom = {"id": "m3", "game": {"name": "odd", "wiring": "none", "seats": [{"name": "red", "custom": {}}]}}
    desk.ask("run", custom, "c3")
    assert "none of the executors" in desk.about("m3", "fail")["message"]
