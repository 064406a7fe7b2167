# SPDX-License-Identifier: Apache-2.0
"""A match in a container of a real engine."""

import json
import os
import subprocess

import pytest

SCRIPT = """
echo thinking
echo '{"type": "progress", "move": "e4"}' >&$MATCHRUNNER_EVENTS
echo '1. e4' > $MATCHRUNNER_OUTPUT/game.pgn
echo '{"scores": {"red": 3}}' > $MATCHRUNNER_RESULT
"""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own")


def match_file(folder, image, script=SCRIPT, **more):
    seat = {"name": "red", "image": image, "arguments": [script]}
    file = folder / "match.json"
    file.write_text(json.dumps({"game": {"name": "solo", "wiring": "none", "seats": [seat]}, **more}))
    return file


def test_a_match_in_a_container_is_kept_like_any_other(cli, engine, tmp_path):
    url = f"docker://{engine}?images=matchrunner-test/*"
    cli("run", "--executor", url, match_file(tmp_path, "matchrunner-test/busybox:1", id="first"))
    shown = cli.json("show", "first")
    assert shown["isolation"]["tier"] == "container"
    assert any(part.endswith(":memory") for part in shown["isolation"]["in_force"])
    (seat,) = shown["outcome"]["seats"]
    assert (seat["verdict"], seat["score"]) == ("ok", 3)
    assert cli("logs", "first", "red.stdout").stdout == "thinking\n"
    assert {"output/game.pgn", "result.json"} <= {artifact["name"] for artifact in shown["artifacts"]}
    events = [json.loads(line) for line in cli("events", "--json", "first").stdout.splitlines()]
    assert [event["body"]["move"] for event in events if event["type"] == "progress"] == ["e4"]


def test_what_cannot_run_is_said_in_one_line(cli, engine, tmp_path):
    def said(url, image="matchrunner-test/busybox:1", code=3):
        refused = cli("run", "--executor", url, match_file(tmp_path, image), code=code)
        return refused.stderr + refused.stdout

    assert "images: expected patterns of the images that may run" in said(f"docker://{engine}", code=2)
    assert f"no engine at unix://{engine}.away" in said(f"docker://{engine}.away?images=*")
    assert "none of the patterns in `images`" in said(f"docker://{engine}?images=others/*")
    assert "image docker.io/matchrunner-test/other:latest" in said(
        f"docker://{engine}?images=*&pull=never", "matchrunner-test/other"
    )


COUNT = """
i=0
while ! test -e /tmp/go; do
  i=$((i+1)); echo "line $i"; echo '{"type": "progress", "move": '$i'}' >&2; sleep 0.05
done
echo '{"scores": {"red": '$i'}}' > $MATCHRUNNER_RESULT
"""


def containers(engine):
    """Their ids."""
    return docker(engine, "ps", "--quiet", "--filter", "label=matchrunner.match=outlives").split()


def docker(engine, *arguments):
    command = ["docker", "--host", f"unix://{engine}", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_match_outlives_a_killed_worker(cli, engine, tmp_path):
    work = ("work", "--executor", f"docker://{engine}?images=matchrunner-test/*", "--lease", "3")
    file = match_file(tmp_path, "matchrunner-test/busybox:1", script=COUNT, id="outlives")
    first = cli.start(*work)
    cli("submit", file)
    cli.wait_for_event("outlives", "progress")
    first.kill()
    first.wait()
    (container,) = containers(engine)
    cli.start(*work)
    cli.wait_for_event("outlives", "adopted")
    assert containers(engine) == [container]
    docker(engine, "exec", container, "touch", "/tmp/go")
    cli("wait", "outlives")
    shown = cli.json("show", "outlives")
    (seat,) = shown["outcome"]["seats"]
    count = int(seat["score"])
    assert (shown["state"], shown["attempt"]) == ("finished", 1)
    assert cli("logs", "outlives", "red.stdout").stdout == "".join(f"line {i}\n" for i in range(1, count + 1))
    events = [json.loads(line) for line in cli("events", "--json", "outlives").stdout.splitlines()]
    moves = [event["body"]["move"] for event in events if event["type"] == "progress"]
    assert moves == list(range(1, count + 1))
    assert [event["type"] for event in events].count("started") == 1
