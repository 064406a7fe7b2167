# SPDX-License-Identifier: Apache-2.0
"""What waits for a bucket that is away is listed all the while: between two tries to store it, and during each."""

import os

import pytest
from whole_service import WIN, match, seat, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]


def test_a_match_is_listed_until_it_is_stored(whole_service, bucket_server):
    service = whole_service(collect_seconds=1)
    waiting = lambda: [one["match"] for one in service.cli.json("outbox", "list")["artifacts"]]
    record = lambda: service.cli.json("show", "m1")
    assert waiting() == []
    bucket_server.order("stop")
    service.desk.ask("run", match("m1", seat("echo played\n" + WIN)))
    service.desk.about("m1", "collected")
    assert waiting() == ["m1"]  # the first try is under way
    until(record, lambda seen: seen["epoch"] > 1 and seen["holder"], 120)
    assert waiting() == ["m1"]  # another is
    until(record, lambda seen: not seen["holder"], 120)
    assert waiting() == ["m1"]
    bucket_server.order("start")
    service.check_ended_once("m1")
    assert waiting() == []
    service.all_is_gone()
    service.end()
