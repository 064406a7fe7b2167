# SPDX-License-Identifier: Apache-2.0
"""A match of soccer as older clients ask for it: RabbitMQ in, containers on a network of their own, S3 keeps."""

import hashlib
import json
import os
import subprocess

import matchrunner
import pytest
from real_servers import Client

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own")

# Welcomes 22 players, whose lines are the recording, and ends.
GAME_SERVER = """
echo booting
sleep 1
echo "Using simulator's random seed as Hetero Player Seed: 7"
touch $MATCHRUNNER_OUTPUT/match.rcg
until [ $(wc -l < $MATCHRUNNER_OUTPUT/match.rcg) = 22 ]; do
  echo welcome | nc -l -p 6000 >> $MATCHRUNNER_OUTPUT/match.rcg
done
echo full time
"""
PLAYER = """
until echo "$0 $num" | nc -w 5 $ip 6000 | grep -q welcome; do sleep 0.1; done
echo plays
exec sleep 3600
"""


def make_image(engine, name, script, *arguments):
    entry = json.dumps(["/bin/sh", "-c", script, *arguments])
    subprocess.run(
        ["/usr/bin/docker", f"--host=unix://{engine}", "build", "--quiet", "--tag", f"matchrunner-test/{name}:1", "-"],
        input=f"FROM matchrunner-test/busybox:1\nENTRYPOINT {entry}\n",
        text=True,
        check=True,
        capture_output=True,
    )


def team(name):
    return {
        "_type": "docker",
        "image_name": f"matchrunner-test/{name}",
        "tag": "1",
        "team_name": name.capitalize(),
        "config": {"core_start": 0, "core_end": 0},
    }


@pytest.fixture
def service(cli, engine, broker, bucket_url):
    """The address of a service's pages, and the name of its queue."""
    (cli.folder / "service.json").write_text(
        json.dumps({"executor": f"docker://{engine}?images=matchrunner-test/*", "http": "127.0.0.1:0", "slots": 2})
    )
    secret = {
        "MATCHRUNNER_ARTIFACTS": bucket_url("cup"),
        "MATCHRUNNER_SOURCES": json.dumps([f"{broker}/?queue=runner_queue"]),
        "MATCHRUNNER_SINKS": json.dumps({"replies": f"{broker}/"}),
    }
    process = cli.start("serve", "--config", cli.folder / "service.json", environment=secret)
    while "ready; pages at" not in (line := process.stderr.readline()):
        assert line, "the service has ended"
    yield "runner_queue"
    process.terminate()
    process.stderr.read()
    assert process.wait(60) == 0


def test_a_match_as_older_clients_ask_for_it(cli, engine, broker, bucket_url, service):
    make_image(engine, "rcssserver", GAME_SERVER)
    make_image(engine, "eagles", PLAYER, "eagles")
    make_image(engine, "owls", PLAYER, "owls")
    client = Client(broker, service)
    asked = {
        "match_id": "final",
        "team_right": team("eagles"),
        "team_left": team("owls"),
        "rcssserver": {"_type": "docker", "image_name": "matchrunner-test/rcssserver", "tag": "1"},
    }
    client.ask("run_match", asked, "c-final")
    client.ask("run_match", {**asked, "team_right": team("owls")}, "c-again")
    heard = client.hear(lambda reply: reply["type"] == "stored", patience=120)
    assert [reply["message"] for name, reply in heard if name == "c-again"] == ["already running"]
    told = [reply for name, reply in heard if name == "c-final"]
    assert [reply["sequence"] for reply in told] == sorted({reply["sequence"] for reply in told})
    messages = [reply.get("message") for reply in told]
    wanted = ["fetching_images", "started", "ended", "finished"]
    assert [message for message in messages if message in wanted] == wanted
    client.connection.close()

    shown = cli.json("show", "final")
    seats = {seat["name"]: seat["verdict"] for seat in shown["outcome"]["seats"]}
    assert seats == {"server": "ok"} | {f"{side}_{i}": "ok" for side in ("right", "left") for i in range(11)}
    kept = {artifact["name"]: artifact for artifact in shown["artifacts"]}
    sink = matchrunner.open_artifact_sink(bucket_url("cup"))

    def read(name):
        artifact = kept[name]
        stored = sink.read(artifact["uri"], 0, 1 << 20, matchrunner.Context())
        assert (len(stored), hashlib.sha256(stored).hexdigest()) == (artifact["bytes"], artifact["sha256"])
        return stored.decode()

    assert read("logs/server.stdout").splitlines()[-1] == "full time"
    players = sorted(f"{name} {i}" for name in ("eagles", "owls") for i in range(11))
    assert sorted(read("output/match.rcg").splitlines()) == players
    assert {read(f"logs/{seat}.stdout") for seat in seats if seat != "server"} == {"plays\n"}
