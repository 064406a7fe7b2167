# SPDX-License-Identifier: Apache-2.0
"""A service that is told to end while its broker is frozen: it ends, and what it had is played by the next one."""

import contextlib
import os

import pika
import pytest
from whole_service import WIN, await_gate, lasting_desk, match, seat

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]

SCRIPT = "echo begun\n" + await_gate("end") + "echo over\n" + WIN


def types(service, match_id):
    return [event["type"] for event in service.events(match_id)]


@pytest.fixture
def frozen(whole_service, broker_server):
    """A service with a match under way and one queued, whose broker is frozen; `thaw()` starts the next service."""
    service = whole_service(backlog=1, grace_seconds=1, return_queued=True)
    service.desk.connection.close()
    service.desk = lasting_desk(service)
    for name, told in (("running", "started"), ("queued", "submit")):
        service.desk.ask("run", match(name, seat(SCRIPT)), f"c-{name}")
        service.desk.about(name, told)
    broker_server.order("pause")

    def thaw():
        broker_server.order("resume")
        with contextlib.suppress(pika.exceptions.AMQPError):  # it may have been given up meanwhile
            service.desk.connection.close()
        service.start()
        service.desk = lasting_desk(service, service.desk.all)

    yield service, thaw
    broker_server.order("resume")


def play(service, *match_ids):
    for match_id in match_ids:
        service.desk.about(match_id, "stored", "started")
        service.open("end", match_id)
        service.check_ended_once(match_id)
        record = service.check_kept(match_id, {"logs/red.stdout": "begun\nover\n"})
        assert (record["state"], record["attempt"]) == ("finished", 1)
    service.all_is_gone()
    assert service.messages(service.queue) == service.messages(f"{service.queue}.waiting") == 0
    assert service.messages(f"{service.queue}.dead") == 0


def test_sigterm_while_the_broker_is_frozen(frozen):
    service, thaw = frozen
    service.end(patience=120)
    states = {one["id"]: one["state"] for one in service.cli.json("list")}
    assert states == {"running": "queued", "queued": "queued"}
    thaw()
    play(service, "running", "queued")
    assert types(service, "running").count("lapse") == 1
    assert [types(service, "queued").count(one) for one in ("submit", "claim", "ended", "return")] == [1, 1, 1, 0]
    service.end()


def test_a_match_that_ends_in_the_grace_while_the_broker_is_frozen(frozen):
    service, thaw = frozen
    service.open("end", "running")
    service.cli.wait_for_event("running", "collected")
    service.end(patience=120)
    thaw()
    service.check_ended_once("running")
    play(service, "queued")
    service.end()
