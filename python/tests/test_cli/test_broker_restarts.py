# SPDX-License-Identifier: Apache-2.0
"""RabbitMQ is restarted while a match of three images runs: the match goes on, and its asker misses nothing."""

import contextlib
import os

import pika
import pytest
from three_images import cup, logs
from whole_service import WIN, await_gate, lasting_desk, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("cup_images"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]

PARTS = ("before", "away", "after")


def told(part):
    """Lines of a seat's script: it says so in its log, and to its asker."""
    return f"""echo {part}\necho '{{"type": "progress", "text": "{part}"}}' >&$MATCHRUNNER_EVENTS\n"""


SCRIPT = told("before") + "".join(await_gate(part) + told(part) for part in PARTS[1:]) + await_gate("end")
SCRIPT += "echo moves > $MATCHRUNNER_OUTPUT/game.pgn\n" + WIN
KEPT = {
    **logs("".join(f"{part}\n" for part in PARTS)),
    "output/game.pgn": "moves\n",
    "result.json": '{"scores": {"red": 1}}\n',
}
RESTARTS = {"told": ("control stop_app", "control start_app"), "killed": ("stop", "start")}


def waiting(service):
    """How many events wait for the broker, by the store itself: metrics are a little behind."""
    [sink] = service.cli.json("outbox", "list")["sinks"]
    return sink["waiting"]


@pytest.fixture
def lasting(whole_service):
    service = whole_service(decides="host", backlog=1)
    service.desk.connection.close()
    service.desk = lasting_desk(service)
    return service


def heard(service, match_id):
    """What its asker has heard of a match, each once: what was not confirmed or acknowledged in time comes again."""
    about = [reply for reply in service.desk.all if reply.get("match_id") == match_id]
    return list({reply["sequence"]: reply for reply in about}.values())


@pytest.mark.parametrize("how", RESTARTS)
def test_a_match_goes_on_while_the_broker_is_restarted(lasting, broker_server, how):
    service, (stop, start) = lasting, RESTARTS[how]
    service.desk.ask("run", cup("m1", SCRIPT), "c-m1")
    service.desk.ask("run", cup("m2", SCRIPT), "c-m2")
    service.desk.about("m2", "submit")
    service.desk.about("m1", "progress")
    until(lambda: waiting(service), lambda count: count == 0)
    service.messages(service.queue)  # whose answer comes when the broker has the acknowledgements before it
    container = service.container("m1")
    broker_server.order(stop)
    with contextlib.suppress(pika.exceptions.AMQPError):
        service.desk.connection.close()
    service.open("away", "m1")
    until(lambda: waiting(service), lambda count: count > 0)
    broker_server.order(start)
    service.desk = lasting_desk(service, service.desk.all)
    service.desk.until(lambda reply: reply.get("message") == "away")
    assert service.container("m1") == container
    for gate in ("after", "end"):
        service.open(gate, "m1")
    service.desk.about("m2", "started")
    for gate in ("away", "after", "end"):
        service.open(gate, "m2")
    for name in ("m1", "m2"):
        service.check_ended_once(name)
        record = service.check_kept(name, KEPT)
        assert (record["state"], record["attempt"]) == ("finished", 1)
        about = heard(service, name)
        assert {reply["correlation_id"] for reply in about} == {f"c-{name}"}
        assert [reply["message"] for reply in about if reply["type"] == "progress"] == list(PARTS)
    service.all_is_gone()
    assert [service.messages(service.queue + queue) for queue in ("", ".waiting", ".dead")] == [0, 0, 0]
    until(lambda: waiting(service), lambda count: count == 0)
    service.end()
