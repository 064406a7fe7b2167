# SPDX-License-Identifier: Apache-2.0
"""A service that is killed while a match is in one state after the other; the next one brings it to its end."""

import os

import pytest
from three_images import TEAM, cup, logs
from whole_service import WIN, await_gate, login, match, seat, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("cup_images"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]

COUNT = "i=$((i + 1)); echo line $i"
LINES = f"while [ $i -lt %d ]; do {COUNT}; done\n"
SCRIPT = (
    "i=0\n"
    + LINES % 1000
    + await_gate("unwatched")
    + LINES % 2000
    + await_gate("end")
    + LINES % 3000
    + "echo moves > $MATCHRUNNER_OUTPUT/game.pgn\n"
    + WIN
)
LOG = "".join(f"line {i}\n" for i in range(1, 3001))
KEPT = {**logs(LOG), "output/game.pgn": "moves\n"}


def states(service, match_id):
    """The states that events have told, without those that tell of no change."""
    kinds = ("submit", "claim", "prepared", "started", "adopted", "lapse", "ended", "collected", "stored")
    return [event["type"] for event in service.events(match_id) if event["type"] in kinds]


def state(service, match_id):
    return service.cli.json("show", match_id)["state"]


def run_gates(service, match_id):
    for gate in ("unwatched", "end"):
        service.open(gate, match_id)


def check(service, match_id, attempt, wanted=KEPT):
    service.check_ended_once(match_id)
    record = service.check_kept(match_id, wanted)
    assert (record["state"], record["attempt"]) == ("finished", attempt)
    assert record["outcome"]["result"] == "completed"


def test_queued(whole_service):
    service = whole_service(decides="host", backlog=1)
    service.desk.ask("run", cup("first", SCRIPT))
    service.desk.about("first", "started")
    service.desk.ask("run", cup("second", SCRIPT))
    service.desk.about("second", "submit")
    assert state(service, "second") == "queued"
    service.kill()
    service.start()
    service.desk.about("first", "adopted")
    assert state(service, "second") == "queued"
    run_gates(service, "first")
    service.desk.about("second", "started")
    run_gates(service, "second")
    check(service, "first", attempt=1)
    check(service, "second", attempt=1)
    assert states(service, "second") == ["submit", "claim", "prepared", "started", "ended", "collected", "stored"]
    service.all_is_gone()


def test_preparing(whole_service, engine_server):
    registry = engine_server.words[0]
    service = whole_service(decides="host", more=login(engine_server), secrets={"PASSWORD": "testing"})
    engine_server.order("registry-pause")
    image = f"{registry}/test/busybox:1"
    service.desk.ask("run", cup("pulled", SCRIPT, red={"image": image, "arguments": [TEAM, "red"]}))
    service.desk.about("pulled", "claim")
    assert state(service, "pulled") == "preparing"
    service.kill()
    engine_server.order("registry-resume")
    service.start()
    service.desk.about("pulled", "started")
    run_gates(service, "pulled")
    check(service, "pulled", attempt=2)
    service.all_is_gone()
    service.docker("image", "rm", "--force", image)


def test_starting(whole_service):
    service = whole_service(decides="host")
    arguments = ["echo booting\n" + await_gate("ready") + "echo open\n" + TEAM, "red"]
    ready = {"log": "open", "within_seconds": 600}
    red = {"image": "matchrunner-test/busybox:1", "arguments": arguments, "ready": ready}
    service.desk.ask("run", cup("network", await_gate("end") + WIN, red=red))
    service.desk.about("network", "prepared")
    service.printed("booting", "network", "red")
    assert state(service, "network") == "starting"
    service.kill()
    first = service.container("network", "red")
    service.start()
    service.desk.until(lambda reply: reply["type"] == "prepared" and reply not in service.desk.all)
    until(lambda: service.containers("network", "red"), lambda found: found and found != [first])
    service.printed("booting", "network", "red")
    service.open("ready", "network", "red")
    service.desk.about("network", "started")
    service.open("end", "network")
    check(service, "network", attempt=2, wanted={**logs(""), "logs/red.stdout": "booting\nopen\nred comes\n"})
    service.all_is_gone()


BOOTS = "echo booting\n" + await_gate("more") + "echo and booting; exec sleep 3600"


def boot(service, match_id, **game):
    """A match whose server never gets ready."""
    host = seat(BOOTS, "host", role="server", ready={"log": "never said", "within_seconds": 600})
    service.desk.ask("run", match(match_id, host, seat("exec sleep 3600", after=["host"]), grace_seconds=1, **game))
    service.desk.about(match_id, "prepared")
    service.printed("booting", match_id, "host")


def test_starting_in_the_last_attempt_that_it_has(whole_service):
    service = whole_service()
    boot(service, "booting", attempts=1)
    service.kill()
    service.open("more", "booting", "host")
    service.printed("and booting", "booting", "host")
    service.start()
    service.check_ended_once("booting", "fail")
    record = service.check_kept("booting", {"logs/host.stdout": "booting\nand booting\n"})
    assert (record["state"], record["attempt"]) == ("failed", 1)
    assert "no attempt is left" in record["outcome"]["reason"]
    assert {one["name"]: one["verdict"] for one in record["outcome"]["seats"]} == {"host": "killed", "red": "not_started"}
    service.all_is_gone()


def test_stopped_while_its_runner_is_gone(whole_service):
    service = whole_service(decides="host", slots=2)
    boot(service, "booting")
    service.desk.ask("run", cup("running", SCRIPT))
    service.desk.about("running", "started")
    service.kill()
    service.open("more", "booting", "host")
    service.printed("and booting", "booting", "host")
    service.open("unwatched", "running")
    service.printed("line 2000", "running")
    for match_id in ("booting", "running"):
        service.cli("stop", match_id)
    service.start()
    half = "".join(f"line {i}\n" for i in range(1, 2001))
    for match_id, log in (("booting", {"logs/host.stdout": "booting\nand booting\n"}), ("running", logs(half))):
        service.check_ended_once(match_id, "stop")
        record = service.check_kept(match_id, log)
        assert (record["state"], record["attempt"]) == ("stopped", 1)
    service.all_is_gone()


def test_running(whole_service):
    service = whole_service(decides="host")
    service.desk.ask("run", cup("running", SCRIPT))
    service.desk.about("running", "started")
    assert state(service, "running") == "running"
    container = service.container("running")
    service.kill()
    service.open("unwatched", "running")
    service.printed("line 2000", "running")
    service.start()
    service.desk.about("running", "adopted")
    assert service.container("running") == container
    service.open("end", "running")
    check(service, "running", attempt=1)
    service.all_is_gone()


def test_over_while_nobody_watched(whole_service):
    service = whole_service(decides="host")
    service.desk.ask("run", cup("alone", SCRIPT))
    service.desk.about("alone", "started")
    container = service.container("alone")
    service.kill()
    service.open("unwatched", "alone")
    service.open("end", "alone")
    service.docker("wait", container)
    service.start()
    check(service, "alone", attempt=1)
    assert "adopted" in states(service, "alone")
    service.all_is_gone()


def test_collecting(whole_service):
    """What is large takes a while to be digested; a match that was faster than the kill is followed by another one."""
    service = whole_service()
    large = 240 << 20
    script = f"truncate -s {large} $MATCHRUNNER_OUTPUT/large\n" + WIN
    for match_id in map(str, range(10)):
        service.desk.ask("run", cup(match_id, script))
        service.desk.about(match_id, "ended")
        service.kill()
        seen = state(service, match_id)
        service.start()
        service.desk.about(match_id, "stored", patience=120)
        if seen == "collecting":
            break
    assert states(service, match_id)[-4:] == ["ended", "lapse", "collected", "stored"]
    check(service, match_id, attempt=1, wanted={**logs(""), "output/large": "\0" * large})
    service.all_is_gone()


def test_over_and_not_stored(whole_service, bucket_server):
    service = whole_service(decides="host", collect_seconds=1)
    service.desk.ask("run", cup("over", SCRIPT))
    service.desk.about("over", "started")
    bucket_server.order("stop")
    run_gates(service, "over")
    service.desk.about("over", "collected")
    assert state(service, "over") == "finished"
    service.kill()
    service.start()
    assert "stored" not in states(service, "over")
    bucket_server.order("start")
    check(service, "over", attempt=1)
    service.all_is_gone()
