# SPDX-License-Identifier: Apache-2.0
"""A match of soccer with an image in a registry that refuses the runner's login."""

import json
import os
import subprocess

import pytest
from soccer_match import PLAYER, image, make_image, team
from whole_service import WIN, match, seat, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]


def login(engine_server):
    """Options of an executor's URL, with a password that is said elsewhere."""
    return f"&registry={engine_server.words[0]}&registry_user=test&registry_password=${{PASSWORD}}"


def push(engine_server, name, megabytes, script, *arguments):
    """An image that is only in the registry, with a layer of its own."""
    full = f"{engine_server.words[0]}/cup/{name}:1"
    docker = ["/usr/bin/docker", f"--host=unix://{engine_server.folder}/engine.sock"]
    logged_in = {**os.environ, "DOCKER_CONFIG": f"{engine_server.folder}/config"}
    cargo = engine_server.folder / "root" / "cargo"
    cargo.write_bytes(os.urandom(megabytes * 1_000_000))
    files = subprocess.run(["tar", "-C", cargo.parent, "-c", "."], capture_output=True, check=True).stdout
    cargo.unlink()
    entry = f"ENTRYPOINT {json.dumps(['/bin/sh', '-c', script, *arguments])}"
    subprocess.run([*docker, "import", "--change", entry, "-", full], input=files, capture_output=True, check=True)
    subprocess.run([*docker, "push", "--quiet", full], env=logged_in, capture_output=True, check=True)
    subprocess.run([*docker, "image", "rm", full], capture_output=True, check=True)


def test_a_registry_that_refuses_the_login(whole_service, engine_server, engine):
    push(engine_server, "kites", 1, PLAYER, "kites")
    make_image(engine, "first", "echo booting")
    service = whole_service(more=login(engine_server), secrets={"PASSWORD": "not-the-one"})
    name = f"{engine_server.words[0]}/cup/kites"
    asked = {"match_id": "refused", "team_right": team("first"), "rcssserver": image("first")}
    asked["team_left"] = team("kites") | {"image_name": name}
    service.desk.ask("run_match", asked, "c-refused")
    failed = service.desk.about("refused", "fail", "started")
    assert (failed["message"], failed["state"]) == ("Failed to pull left team image", "failed")
    reason = failed["body"]["reason"]
    assert f"seat left_0: image {name}:1: " in reason and "unauthorized" in reason, reason
    assert service.cli.json("show", "refused")["outcome"]["fault"] == "infrastructure"
    ended = lambda: service.metric("matchrunner_matches_ended_total", state="failed", fault="infrastructure")
    until(ended, lambda count: count == 1)
    until(service.slots_used, lambda used: used == 0)
    service.desk.ask("run", match("next", seat(WIN)))
    service.check_ended_once("next")
    service.all_is_gone()
    assert name not in service.docker("image", "ls")
    assert "not-the-one" not in json.dumps(service.desk.all) + service.log.read_text()
    service.end()
