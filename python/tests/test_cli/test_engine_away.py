# SPDX-License-Identifier: Apache-2.0
"""A service whose engine is killed, or whose registry says nothing: what it answers meanwhile, and what comes after."""

import os

import pytest
from whole_service import WIN, login, match, seat, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]


def ready(service):
    """/readyz: its code, and the parts that it is not ready for."""
    code, text = service.get("/readyz")
    _, *reasons = text.splitlines()
    return code, [reason.partition(" fails: ")[0] for reason in reasons]


def part_up(service):
    return service.metric("matchrunner_part_up", part="executor")


def played(service, match_id):
    service.desk.ask("run", match(match_id, seat("echo played\n" + WIN)))
    service.desk.about(match_id, "stored", "fail")


def test_no_readiness_from_an_engine_that_failed_to_the_next_match_that_starts(whole_service, engine_server):
    service = whole_service()
    played(service, "before")
    assert (ready(service), part_up(service)) == ((200, []), 1)
    engine_server.order("stop")
    service.desk.ask("run", match("meanwhile", seat("echo played\n" + WIN)))
    until(lambda: ready(service), lambda seen: seen == (503, ["executor"]))
    assert (service.metric("matchrunner_ready"), part_up(service)) == (0, 0)
    assert service.get("/healthz")[0] == 200
    engine_server.order("start")
    service.desk.about("meanwhile", "started", "fail")
    until(lambda: ready(service), lambda seen: seen == (200, []))
    assert (service.metric("matchrunner_ready"), part_up(service)) == (1, 1)
    service.check_ended_once("meanwhile")
    assert service.cli.json("show", "meanwhile")["attempt"] == 1
    played(service, "after")
    service.check_ended_once("after")
    service.all_is_gone()
    service.end()


def test_a_ping_is_answered_while_an_image_is_pulled(whole_service, engine_server):
    registry = engine_server.words[0]
    service = whole_service(more=login(engine_server), secrets={"PASSWORD": "testing"})
    engine_server.order("registry-pause")
    image = f"{registry}/test/busybox:1"
    service.desk.ask("run", match("pulled", {**seat("echo played\n" + WIN), "image": image}))
    service.desk.about("pulled", "claim")
    for name in ("first", "second"):
        service.desk.ask("ping", {}, name)
        pong = service.desk.until(lambda reply, name=name: reply.get("correlation_id") == name)
        assert (pong["type"], pong["message"]) == ("reply", "Pong")
        service.desk.ask("status", {"match_id": "pulled"}, f"{name} state")
        state = service.desk.until(lambda reply, name=name: reply.get("correlation_id") == f"{name} state")
        assert state["state"] == "preparing"
    assert image not in service.docker("image", "ls", "--format={{.Repository}}:{{.Tag}}").split()
    engine_server.order("registry-resume")
    service.check_ended_once("pulled")
    service.check_kept("pulled", {"logs/red.stdout": "played\n"})
    service.all_is_gone()
    service.docker("image", "rm", "--force", image)
    service.end()
