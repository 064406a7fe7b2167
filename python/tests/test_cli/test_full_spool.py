# SPDX-License-Identifier: Apache-2.0
"""A service whose spool has no room any more: matches wait for it, and are not lost to it."""

import json

from full_disk import fill
from served import Served
from whole_service import until

def test_matches_wait_for_room_in_the_spool(cli, solo, small_disk):
    served = Served(cli, spool=str(small_disk / "spool"))
    cli("submit", solo("end('')", id="before"))
    cli("wait", "before")
    fill(small_disk)
    for number in range(3):
        cli("submit", solo("end('')", id=f"late-{number}"))
        cli.wait_for_event(f"late-{number}", "lapse")
    assert served.get("/readyz")[0] == 503
    assert "the spool's disk is full" in json.dumps(served.status()) or "No space left" in json.dumps(served.status())
    (small_disk / "ballast").unlink()
    for number in range(3):
        cli("wait", f"late-{number}")
        record = cli.json("show", f"late-{number}")
        assert (record["state"], record["attempt"]) == ("finished", 1)
    until(lambda: served.get("/readyz")[0], lambda code: code == 200)
    served.end()
