# SPDX-License-Identifier: Apache-2.0
"""The service of examples/service as it is, but for where its parts are: each is a program of this host here."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pika
import pytest

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "service"
IMAGE = "localhost:5000/test/busybox:1"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root starts an engine of its own"),
]


def test_its_clients_have_a_match_played_each(cli, engine, broker_server, bucket_server):
    with socket.create_server(("127.0.0.1", 0)) as free:
        pages = f"127.0.0.1:{free.getsockname()[1]}"
    broker = f"127.0.0.1:{broker_server.words[0]}"
    login = "registry=localhost:5000&registry_user=test&registry_password=${REGISTRY_PASSWORD}"
    moved = {
        "/var/lib/matchrunner": f"{cli.folder}/state",
        "matchrunner:${MINIO_PASSWORD}@matches?endpoint=http://minio:9000": "test:${MINIO_PASSWORD}@matches/example"
        f"?endpoint=http://127.0.0.1:{bucket_server.words[0]}",
        "docker://?images=localhost:5000/*": f"docker://{engine}?images=localhost:5000/*&{login}",
        "matchrunner:${RABBITMQ_PASSWORD}@rabbitmq/": f"test:${{RABBITMQ_PASSWORD}}@{broker}/",
        "0.0.0.0:9377": pages,
    }
    config = (EXAMPLE / "service.json").read_text()
    for before, after in moved.items():
        assert before in config
        config = config.replace(before, after)
    (cli.folder / "state").mkdir()
    (cli.folder / "service.json").write_text(config)
    passwords = {"RABBITMQ_PASSWORD": "testing", "MINIO_PASSWORD": "testing-secret", "REGISTRY_PASSWORD": "testing"}
    service = cli.serve("--config", "service.json", environment=passwords)
    with urllib.request.urlopen(f"http://{pages}/readyz", timeout=10) as answer:
        assert answer.status == 200

    script = """echo hello; echo '{"scores": {"red": 1}}' > $MATCHRUNNER_RESULT"""
    seat = {"name": "red", "image": IMAGE, "arguments": [script]}
    match = {"id": "m1", "game": {"name": "solo", "wiring": "none", "seats": [seat]}}
    (cli.folder / "match.json").write_text(json.dumps(match))
    url = f"amqp://test:testing@{broker}/%2F"
    listener = pika.BlockingConnection(pika.URLParameters(url))
    channel = listener.channel()
    heard = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(heard, "match-events", "match.#")
    client = [sys.executable, EXAMPLE / "client.py", url, "matches", "match.json"]
    played = subprocess.run(client, cwd=cli.folder, capture_output=True, text=True, timeout=120, check=False)
    assert played.returncode == 0, played.stdout + played.stderr
    types = []
    for _, _, body in channel.consume(heard, inactivity_timeout=60):
        assert body is not None, f"not stored; so far {types}"
        types.append(json.loads(body)["type"])
        if types[-1] == "stored":
            break
    assert types[0] == "submit" and "ended" in types
    listener.close()

    again = subprocess.run(client, cwd=cli.folder, capture_output=True, text=True, timeout=120, check=False)
    assert (again.returncode, len(again.stdout.splitlines())) == (0, 1), again.stdout + again.stderr

    match["id"] = "m2"
    (cli.folder / "match.json").write_text(json.dumps(match))
    client = ["sh", EXAMPLE / "run-match.sh", url, "matches", "match.json"]
    played = subprocess.run(client, cwd=cli.folder, capture_output=True, text=True, timeout=120, check=False)
    assert played.returncode == 0, played.stdout + played.stderr
    replies = [json.loads(line) for line in played.stdout.splitlines()]
    assert {reply["match_id"] for reply in replies} == {"m2"}
    assert (replies[-1]["type"], replies[-1]["state"]) == ("collected", "finished")
    for changed, error in (({"priority": 7}, "match m2 exists"), ({"id": "m/3"}, "command: data.id: ")):
        (cli.folder / "match.json").write_text(json.dumps(match | changed))
        refused = subprocess.run(client, cwd=cli.folder, capture_output=True, text=True, timeout=120, check=False)
        assert refused.returncode == 1, refused.stdout + refused.stderr
        assert error in json.loads(refused.stdout)["error"]

    service.terminate()
    assert service.wait(90) == 0
    store = {"MATCHRUNNER_STORE": f"sqlite:///{cli.folder}/state/matches.db"}
    shown = json.loads(cli("show", "m1", "--json", environment=store).stdout)
    kept = {artifact["name"]: artifact["uri"] for artifact in shown["artifacts"]}
    assert kept["logs/red.stdout"].startswith("s3://matches/example/")
