# SPDX-License-Identifier: Apache-2.0
"""What the metrics of a service over RabbitMQ, Docker and S3 say while something goes on; and its level of log."""

import os
import signal
import uuid

import pytest
from whole_service import WIN, await_gate, match, seat, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]

SCRIPT = "echo here\n" + await_gate("end") + WIN


def comes_to(service, wanted, name, **labels):
    until(lambda: service.metric(name, **labels), lambda seen: seen == wanted)


def begun(service, match_id, script=SCRIPT):
    service.desk.ask("run", match(match_id, seat(script)))
    service.desk.about(match_id, "started")


def over(service, match_id):
    service.open("end", match_id)
    service.desk.about(match_id, "stored")


def test_slots_and_states_while_matches_run(whole_service):
    service = whole_service(slots=2, backlog=1)
    comes_to(service, 2, "matchrunner_slots", pool="default")
    comes_to(service, 0, "matchrunner_slots_used", pool="default")
    begun(service, "m1")
    comes_to(service, 1, "matchrunner_slots_used", pool="default")
    begun(service, "m2")
    service.desk.ask("run", match("m3", seat(SCRIPT)))
    service.desk.about("m3", "submit")
    comes_to(service, 2, "matchrunner_slots_used", pool="default")
    comes_to(service, 2, "matchrunner_workers_busy")
    comes_to(service, 2, "matchrunner_matches", state="running")
    comes_to(service, 1, "matchrunner_matches", state="queued")
    until(lambda: service.metric("matchrunner_oldest_queued_seconds"), lambda seconds: seconds > 0)
    over(service, "m1")
    service.desk.about("m3", "started")
    comes_to(service, 0, "matchrunner_matches", state="queued")
    comes_to(service, 0, "matchrunner_oldest_queued_seconds")
    over(service, "m2")
    comes_to(service, 1, "matchrunner_slots_used", pool="default")
    over(service, "m3")
    comes_to(service, 0, "matchrunner_slots_used", pool="default")
    comes_to(service, 0, "matchrunner_matches", state="running")
    comes_to(service, 3, "matchrunner_matches_ended_total", state="finished", fault="none")
    comes_to(service, 3, "matchrunner_run_seconds_count")
    comes_to(service, 3, "matchrunner_commands_total", source="0")
    comes_to(service, 9, "matchrunner_artifacts_stored_total")  # two logs and a result of each
    service.end()


def test_artifacts_that_wait_while_the_bucket_is_away(whole_service, bucket_server):
    service = whole_service(collect_seconds=1)
    waiting = "matchrunner_matches_waiting_for_artifacts"
    comes_to(service, 0, waiting)
    begun(service, "m1")
    bucket_server.order("stop")
    service.open("end", "m1")
    service.desk.about("m1", "collected")
    comes_to(service, 1, waiting)
    comes_to(service, 0, "matchrunner_artifacts_stored_total")
    begun(service, "m2")
    service.open("end", "m2")
    service.desk.about("m2", "collected")
    comes_to(service, 2, waiting)
    comes_to(service, 2, "matchrunner_matches_ended_total", state="finished", fault="none")
    bucket_server.order("start")
    for match_id in ("m1", "m2"):
        service.desk.about(match_id, "stored")
    comes_to(service, 0, waiting)
    comes_to(service, 6, "matchrunner_artifacts_stored_total")
    service.end()


def test_what_lapsed_counts_at_the_runner_that_took_it_up(whole_service):
    service = whole_service(grace_seconds=0)
    begun(service, "m1")
    container = service.container("m1")
    service.kill()
    service.docker("rm", "--force", container)  # nothing is left to go on with
    service.start()
    service.desk.until(lambda reply: reply["type"] == "started" and reply not in service.desk.all)
    lapses = [event for event in service.events("m1") if event["type"] == "lapse"]
    assert len(lapses) == 1
    comes_to(service, 1, "matchrunner_match_lapses_total")  # the killed one's metrics went with it
    comes_to(service, 1, "matchrunner_slots_used", pool="default")
    over(service, "m1")
    assert service.cli.json("show", "m1")["attempt"] == 2
    comes_to(service, 0, "matchrunner_slots_used", pool="default")
    service.end()


def test_sighup_with_another_log_level(whole_service):
    service = whole_service(log_level="info")

    def debug_lines():
        """Of a match that is played now: whether the log has any below info."""
        begin, match_id = service.log.stat().st_size, uuid.uuid4().hex
        begun(service, match_id)
        over(service, match_id)
        service.line_with(f"{match_id} is finished", begin)
        return [line for line in service.log.read_text()[begin:].splitlines() if line.split()[1] == "debug"]

    def reload(level):
        begin = service.log.stat().st_size
        service.write(log_level=level)
        service.process.send_signal(signal.SIGHUP)
        service.line_with("reloaded", begin)

    assert debug_lines() == []
    reload("debug")
    assert debug_lines()
    reload("info")
    assert debug_lines() == []
    service.end()
