# SPDX-License-Identifier: Apache-2.0
"""A service in a Python process: opened by configuration, asked, reloaded, closed."""

import os
import subprocess
import sys

import pytest

import matchrunner
from scripted_match import scripted

CONFIG = {"store": "memory://", "artifacts": "memory://", "executor": "memory://", "slots": 1, "log_level": "debug"}
NO_PAGES = {"MATCHRUNNER_HTTP": "off"}


@pytest.fixture
def service(tmp_path):
    config = matchrunner.parse_service_config({**CONFIG, "spool": str(tmp_path)}, NO_PAGES)
    with matchrunner.Service(config) as service:
        yield service


def line_with(service, words):
    while (line := service.next_log(timeout=60)) is not None:
        if words in line.message:
            return line
    raise AssertionError(f"no line with {words!r}")


def test_a_match_goes_through_it(service):
    match = service.runner.submit_match(scripted("exit 3"))
    end = line_with(service, "is failed")
    assert (end.match, end.level) == (match.id, matchrunner.LogLevel.INFO)
    assert str(end).endswith(f"info {match.id} {end.message}")
    status = service.status()
    assert status["ready"] and status["ended"][0]["id"] == match.id
    assert 'matchrunner_seats_ended_total{verdict="exited"} 1\n' in service.metrics()
    assert service.http_address == ""


def test_limits_change_while_it_runs(service):
    more = matchrunner.parse_service_config({**CONFIG, "slots": 4, "pool": "other"}, NO_PAGES)
    assert service.reload(more) == ("spool", "pool")
    line_with(service, "has 4 slots now")
    assert service.runner.list_pools()[0].slots == 4


def test_it_ends_with_its_log(service):
    service.close(grace=0)
    service.close()
    assert line_with(service, "ended")
    with pytest.raises(matchrunner.Cancelled):
        service.next_log()
    with pytest.raises(matchrunner.Conflict):
        service.reload(matchrunner.parse_service_config(CONFIG, NO_PAGES))


def test_an_interpreter_that_ends_closes_it(tmp_path):
    program = f"""
import matchrunner
service = matchrunner.Service(matchrunner.parse_service_config({CONFIG | {"spool": str(tmp_path)}!r}, {NO_PAGES!r}))
runner = service.runner
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_field_has_a_variable_and_an_attribute():
    config = matchrunner.ServiceConfig()
    for name, variable, what in matchrunner.service_fields():
        assert hasattr(config, name) and what
        assert variable == "MATCHRUNNER_" + name.upper()
    assert "PATH" in os.environ  # others are not looked at
    assert matchrunner.check_service_config(None, dict(os.environ) | NO_PAGES) == []
