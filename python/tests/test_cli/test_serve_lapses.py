# SPDX-License-Identifier: Apache-2.0
"""Matches that are lost and run again, and of which service that is counted; and a log level that leaves out most."""

import os
import signal
import subprocess
import uuid

import pytest
from served import Served

pytestmark = pytest.mark.slow


@pytest.fixture
def serve(cli):
    return lambda **more: Served(cli, **more)


def launcher_of(word):
    """The launcher of the one program that was given this word."""
    listed = subprocess.check_output(["ps", "-eo", "pid=,ppid=,args="], text=True)
    processes = {pid: (parent, words) for pid, parent, words in (line.split(None, 2) for line in listed.splitlines())}
    (init,) = (parent for parent, words in processes.values() if words.endswith(f" {word}"))
    launcher = processes[init][0]
    assert processes[launcher][1] == "matchrunner-launcher"
    return int(launcher)


def lapses(service):
    return service.metric("matchrunner_match_lapses_total")


def test_a_match_whose_launcher_dies_has_lapsed_once(cli, serve, solo):
    service = serve()
    word = f"of-{uuid.uuid4().hex}"
    body = "tell(type='progress')\ntime.sleep(3600)"
    cli("submit", solo(body, id="m1", seat={"arguments": ["program.py", word]}, deadline_seconds=3600))
    cli.wait_for_event("m1", "progress")
    assert lapses(service) == 0
    os.kill(launcher_of(word), signal.SIGKILL)
    service.line_with("m1 goes back")
    assert lapses(service) == 1
    service.line_with("m1 has started")
    assert cli.json("show", "m1")["attempt"] == 2
    cli("stop", "m1")
    service.line_with("m1 is stopped")
    assert lapses(service) == 1
    service.end()


def test_a_lapse_counts_where_the_match_was_taken_up(cli, serve, endless):
    services = {name: serve(name=name, lease_seconds=1) for name in ("one", "other")}
    cli("submit", endless)
    cli.wait_for_event("endless", "progress")
    busy = services[cli.json("show", "endless")["holder"]]
    (idle,) = set(services.values()) - {busy}
    busy.process.send_signal(signal.SIGSTOP)
    for line in ("endless has started", "endless goes back", "endless has started"):
        idle.line_with(line)
    busy.process.send_signal(signal.SIGCONT)
    for line in ("endless has started", "endless goes back", "endless has started"):
        busy.line_with(line)
    assert (lapses(busy), lapses(idle)) == (0, 1)
    assert [service.metric("matchrunner_workers_busy") for service in (busy, idle)] == [0, 1]
    cli("stop", "endless")
    for service in services.values():
        service.line_with("endless is stopped")
        service.end()


def test_a_variable_goes_before_the_log_level_that_is_reloaded(cli, serve, solo):
    def levels(service, name):
        """Of what is said of a match; each reload is told as a warning, since it has another name, too."""
        cli("submit", solo("end('')", id=name))
        cli("wait", name)
        begin = len(service.lines)
        service.process.send_signal(signal.SIGHUP)
        service.line_with("needs a restart: name")
        return {line.split()[1] for line in service.lines[begin:] if f" {name} " in line}

    service = serve(environment={"MATCHRUNNER_LOG_LEVEL": ""})
    service.write(log_level="warning", name="other")
    service.process.send_signal(signal.SIGHUP)
    service.line_with("needs a restart: name")
    assert levels(service, "silent") == set()
    service.end()
    service = serve(environment={"MATCHRUNNER_LOG_LEVEL": "info"})
    service.write(log_level="warning", name="other")
    service.process.send_signal(signal.SIGHUP)
    service.line_with("needs a restart: name")
    assert levels(service, "told") == {"info"}
    service.end()
