# SPDX-License-Identifier: Apache-2.0
"""What is shipped for running the service: the systemd unit, the compose file, the configurations of the docs."""

import json
import os
import re
import subprocess
from pathlib import Path

import matchrunner

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "service"


def said(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_systemd_takes_the_unit():
    assert said("systemd-analyze", "verify", ROOT / "packaging" / "matchrunner.service") == ""


def test_compose_takes_its_file():
    secrets = {"RABBITMQ_PASSWORD": "r", "MINIO_PASSWORD": "m"}
    config = said("docker-compose", "-f", EXAMPLE / "compose.yaml", "config", env={**os.environ, **secrets})
    assert {"rabbitmq:", "minio:", "registry:", "runner:"} <= {line.strip() for line in config.splitlines()}
    # It does not begin without its secrets.
    refused = subprocess.run(
        ["docker-compose", "-f", EXAMPLE / "compose.yaml", "config"], capture_output=True, text=True, timeout=60
    )
    assert refused.returncode != 0 and "PASSWORD" in refused.stderr
    variables = set(re.findall(r"\$\{(\w+)", (EXAMPLE / "compose.yaml").read_text()))
    assert variables == set(re.findall(r"^(\w+)=$", (EXAMPLE / "example.env").read_text(), re.MULTILINE))


def test_configurations_can_be_used(monkeypatch):
    blocks = re.findall(r"```json\n(.*?)```", (ROOT / "docs" / "service.md").read_text(), re.DOTALL)
    assert blocks
    for text in ((EXAMPLE / "service.json").read_text(), *blocks):
        for name in re.findall(r"\$\{(\w+)\}", text):
            monkeypatch.setenv(name, "secret")
        assert matchrunner.check_service_config(text) == [], text


def test_variables_of_the_runner_are_given_to_it():
    named = set(re.findall(r"\$\{(\w+)\}", (EXAMPLE / "service.json").read_text()))
    given = (EXAMPLE / "compose.yaml").read_text()
    assert named and all(f"{name}: ${{{name}:?" in given for name in named)
    assert json.loads((EXAMPLE / "service.json").read_text())["http"].rpartition(":")[2] == "9377"
