# SPDX-License-Identifier: Apache-2.0
"""S3 is away for more than a minute while matches of three images run and end: nobody waits for it, and nothing is lost."""

import os
import time

import pytest
from three_images import cup, logs
from whole_service import WIN, await_gate, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("cup_images"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]

AWAY = 65
WAITING = "matchrunner_matches_waiting_for_artifacts"
SCRIPT = (
    "i=0; while [ $i -lt 2000 ]; do i=$((i + 1)); echo line $i; done\n"
    + await_gate("end")
    + "echo over\ndd if=/dev/zero bs=1000000 count=9 of=$MATCHRUNNER_OUTPUT/long 2>/dev/null\n"
    + WIN
)
KEPT = {
    **logs("".join(f"line {i}\n" for i in range(1, 2001)) + "over\n"),
    "output/long": "\0" * 9_000_000,  # in two parts
    "result.json": '{"scores": {"red": 1}}\n',
}


def ended(service, match_id):
    """It comes to its end, and its asker hears of the outcome."""
    service.desk.about(match_id, "started")
    service.open("end", match_id)
    end = service.desk.about(match_id, "collected", "fail", "stop")
    assert (end["type"], end["state"]) == ("collected", "finished")
    outcome = service.desk.about(match_id, "ended")["body"]
    scores = {seat["name"]: seat["score"] for seat in outcome["seats"]}
    assert (outcome["result"], scores["red"]) == ("completed", 1)


@pytest.mark.timeout(600)
def test_matches_end_while_storage_is_away(whole_service, bucket_server):
    service = whole_service(decides="host", slots=2, lease_seconds=15)  # a busy machine is no reason to run a match again
    rounds = [["m0", "m1"], ["m2", "m3"], ["m4", "m5"]]
    for match_id in rounds[0]:
        service.desk.ask("run", cup(match_id, SCRIPT))
        service.desk.about(match_id, "started")
    bucket_server.order("stop")
    back = time.monotonic() + AWAY
    for match_id in rounds[0]:
        ended(service, match_id)
    for names in rounds[1:]:  # others have the slots
        for match_id in names:
            service.desk.ask("run", cup(match_id, SCRIPT))
        for match_id in names:
            ended(service, match_id)
        until(service.slots_used, lambda used: used == 0)
        time.sleep(max(0, back - time.monotonic()))  # the last round comes when it has been away for so long
    assert not [reply for reply in service.desk.all if reply["type"] in ("stored", "store_failed")]
    until(lambda: service.metric(WAITING), lambda count: count == 6)
    assert service.get("/readyz") == (200, "ready\n")
    bucket_server.order("start")
    for match_id in sum(rounds, []):
        service.check_ended_once(match_id)
        record = service.check_kept(match_id, KEPT)
        lapses = [event["body"] for event in service.events(match_id) if event["type"] == "lapse"]
        assert (record["state"], record["attempt"], lapses) == ("finished", 1, [])
    until(lambda: service.metric(WAITING), lambda count: count == 0)
    service.all_is_gone()
    service.end()
