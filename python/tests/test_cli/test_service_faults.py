# SPDX-License-Identifier: Apache-2.0
"""Services over RabbitMQ, Docker and S3 whose parts die: the short version of what `make soak` plays."""

import contextlib
import os
import time

import pytest
from service_fleet import Servers
from service_rounds import Round

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]


@pytest.mark.timeout(900)
def test_no_command_reply_or_artifact_is_lost(tmp_path):
    seed = int(os.environ.get("MATCHRUNNER_SEED", time.time()))
    with contextlib.ExitStack() as stack:
        played = Round(Servers(stack), tmp_path, seed, matches=20)
        played.play()
    assert not played.violations, (f"MATCHRUNNER_SEED={seed}", played.violations, played.counts)
