# SPDX-License-Identifier: Apache-2.0
"""What still waits for sinks that are down, from Python and on the command line."""

import json
import subprocess
import sys
from pathlib import Path

import matchrunner

MATCH = {
    "id": "m",
    "game": {
        "name": "solo",
        "wiring": "none",
        "seats": [{"name": "solo", "role": "program", "custom": {}, "arguments": ["output replay=xyz", "exit 0"]}],
    },
}
COMMAND = str(Path(sys.executable).with_name("matchrunner"))


class DownSink(matchrunner.EventSink):
    def publish(self, events, context):
        raise matchrunner.Unavailable("the wire is cut")


class DownArtifacts(matchrunner.ArtifactSink):
    def open(self, key, resume_token, context):
        raise matchrunner.Unavailable("the bucket is gone")


def test_what_waits_is_shown_and_why(tmp_path):
    store = f"sqlite:///{tmp_path}/store.db"
    with matchrunner.Runner(
        store, DownArtifacts(), "memory://", {"site": DownSink()}, slots=1, spool_folder=tmp_path / "spool"
    ) as runner:
        runner.submit_match(MATCH)
        ended = runner.wait_match("m", timeout=60, until="outcome")
        [sink] = runner.outbox()
        while sink.failures < 2:  # each try is written down
            [sink] = runner.outbox()
        assert sink.waiting > 0 and "the wire is cut" in sink.last_error
        assert sink.failing_since < sink.next_attempt_at
        health = runner.health()
        parts = {part.name: part for part in health.parts}
        assert health.taking and health.workers == 1 and 0 <= health.silent < 60
        assert parts["store"].failures == 0 and parts["store"].failing_since is None
        assert parts["sink site"].failures > 0 and "the wire is cut" in parts["sink site"].last_error
        assert [part["name"] for part in json.loads(health.to_json())["parts"]] == [part.name for part in health.parts]
        [waiting] = runner.waiting_artifacts()
        assert waiting.match == "m" and waiting.waiting == len(ended.artifacts) > 0
        assert "the bucket is gone" in waiting.last_error
        assert json.loads(waiting.to_json())["host"] == waiting.host

    def outbox(*more):
        done = subprocess.run([COMMAND, "outbox", "list", "--store", store, *more], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    shown = json.loads(outbox("--json"))
    assert [sink["sink"] for sink in shown["sinks"]] == ["site"]
    assert shown["sinks"][0]["failing_since"] is not None
    assert shown["artifacts"][0]["match"] == "m"
    for_people = outbox()
    assert "the wire is cut" in for_people and "the bucket is gone" in for_people
