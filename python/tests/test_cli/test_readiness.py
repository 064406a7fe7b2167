# SPDX-License-Identifier: Apache-2.0
"""`serve` while its broker is away and after: what /readyz and the metrics say of it."""

import json
import time
import uuid

import pika
import pytest
from served import Served

pytestmark = pytest.mark.slow

PATIENCE = 120


@pytest.fixture
def serve(cli, broker):
    """Starts a service with the broker as its source, and for all events."""
    queue = f"runner-{uuid.uuid4().hex[:8]}"
    environment = {
        "MATCHRUNNER_SOURCES": json.dumps([f"{broker}/?queue={queue}"]),
        "MATCHRUNNER_SINKS": json.dumps({"audit": f"{broker}/?exchange={queue}.events"}),
    }

    def started():
        service = Served(cli, environment=environment)
        connection = pika.BlockingConnection(pika.URLParameters(f"{broker}/%2F"))
        channel = connection.channel()
        channel.queue_declare("audit", durable=True)
        channel.queue_bind("audit", f"{queue}.events", "#")
        connection.close()
        return service

    return started


def until(look, wanted):
    """Looks again and again until it sees what is wanted."""
    end = time.monotonic() + PATIENCE
    while not wanted(seen := look()):
        assert time.monotonic() < end, seen
        time.sleep(0.1)
    return seen


def test_no_broker_no_readiness(serve, broker_server):
    service = serve()
    assert service.get("/readyz") == (200, "ready\n")
    assert service.metric("matchrunner_part_up", part="source 0") == 1
    before = service.metric("matchrunner_reconnects_total", part="source 0")
    broker_server.order("stop")
    code, why = until(lambda: service.get("/readyz"), lambda seen: seen[0] != 200)
    assert code == 503
    first, *reasons = why.splitlines()
    assert first == "not ready"
    assert [reason.partition(" fails: ")[0] for reason in reasons] == ["source 0"]
    assert service.metric("matchrunner_ready") == 0
    assert service.metric("matchrunner_part_up", part="source 0") == 0
    assert service.get("/healthz")[0] == 200
    broker_server.order("start")
    assert until(lambda: service.get("/readyz"), lambda seen: seen[0] == 200) == (200, "ready\n")
    assert service.metric("matchrunner_reconnects_total", part="source 0") > before
    assert service.metric("matchrunner_part_up", part="source 0") == 1
    service.end()


def test_events_wait_for_the_broker(serve, cli, broker, broker_server, solo):
    service = serve()
    waiting = lambda: service.metric("matchrunner_outbox_events", sink="audit")
    oldest = lambda: service.metric("matchrunner_outbox_oldest_seconds", sink="audit")
    assert until(waiting, lambda seen: seen == 0) == 0
    assert oldest() == 0
    broker_server.order("stop")
    cli("submit", solo("end('')", id="m1"))
    service.line_with("m1 is finished")
    until(waiting, lambda seen: seen > 0)
    first = until(oldest, lambda seen: seen > 0)
    until(oldest, lambda seen: seen > first)
    service.line_with("m1 has its artifacts stored")
    assert service.metric("matchrunner_part_up", part="sink audit") == 0
    broker_server.order("start")
    until(waiting, lambda seen: seen == 0)
    assert oldest() == 0
    assert service.metric("matchrunner_reconnects_total", part="sink audit") >= 1
    service.end()
    connection = pika.BlockingConnection(pika.URLParameters(f"{broker}/%2F"))
    channel = connection.channel()
    came = []
    while (got := channel.basic_get("audit", auto_ack=True)) and got[0]:
        came.append(json.loads(got[2]))
    connection.close()
    types = [event["type"] for event in came if event["subject"] == "m1"]
    assert (types[0], types[-1]) == ("submit", "stored")
