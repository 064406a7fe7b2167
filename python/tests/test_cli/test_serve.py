# SPDX-License-Identifier: Apache-2.0
"""`serve`: real services as processes, asked over HTTP, ended by signals."""

import json
import os
import signal
import socket
import time

import matchrunner
import pytest
from prometheus_client.parser import text_string_to_metric_families
from served import Served

from matchrunner.cli.command_line import commands
from matchrunner.cli.variables import unknown_variables


@pytest.fixture
def serve(cli):
    return lambda *arguments, **more: Served(cli, *arguments, **more)


@pytest.fixture
def gated(solo, tmp_path):
    """A match that runs until `open_gate()`."""
    gate = tmp_path / "gate"
    gate.mkdir()
    body = "tell(type='progress')\nwhile not os.path.exists(settings['gate']): time.sleep(0.01)\nend('in time')"
    path = solo(body, id="gated", seat={"read_only": [str(gate)]}, settings={"gate": str(gate / "open")})
    return path, (gate / "open").touch


def test_matches_of_other_processes_are_run_and_shown(cli, serve, solo):
    service = serve()
    assert service.get("/healthz") == (200, "alive\n")
    assert service.get("/readyz") == (200, "ready\n")
    cli("submit", solo("end('well played')", id="m1"))
    assert "m1 is finished" in service.line_with("is finished")
    assert cli.json("show", "m1")["outcome"]["reason"] == "well played"
    status = service.status()
    assert [match["id"] for match in status["ended"]] == ["m1"]
    assert status["ready"] and status["slots"] == 1
    assert service.metric("matchrunner_matches_ended_total", state="finished", fault="none") == 1
    assert service.metric("matchrunner_seats_ended_total", verdict="ok") == 1
    assert service.metric("matchrunner_queue_seconds_count") == 1
    assert service.metric("matchrunner_run_seconds_bucket", le="+Inf") == 1
    service.line_with("has its artifacts stored")
    assert service.metric("matchrunner_artifact_bytes_total") > 0
    page = service.get("/")[1]
    assert "m1" in page and "well played" in page
    service.end()


def test_every_metric_has_a_type_and_a_help_and_stands_once(serve, tmp_path):
    service = serve(sinks={"audit": f"file://{tmp_path}/events.jsonl"})
    families = list(text_string_to_metric_families(service.get("/metrics")[1]))
    names = [family.name for family in families]
    assert len(set(names)) == len(names) >= 25
    assert all(family.documentation and family.type in ("gauge", "counter", "histogram") for family in families)
    assert all(family.name.startswith("matchrunner_") for family in families)
    assert service.metric("matchrunner_matches", state="queued") == 0
    service.end()


def test_metrics_say_what_was_started_and_when(cli, serve):
    before = time.time()
    service = serve()
    began = service.metric("matchrunner_start_time_seconds")
    assert before <= began <= time.time()
    assert service.metric("matchrunner_build_info", version=matchrunner.__version__) == 1
    assert matchrunner.__version__ in cli("--version").stdout
    assert service.metric("matchrunner_start_time_seconds") == began
    service.end()


def test_what_programs_say_cannot_become_markup(cli, serve, solo):
    service = serve()
    cli("submit", solo("end('<script>alert(1)</script>')", id="m1"))
    service.line_with("is finished")
    page = service.get("/")[1]
    assert "<script" not in page and "&lt;script&gt;" in page
    service.end()


def test_drains_on_sigterm(cli, serve, solo, gated):
    path, open_gate = gated
    service = serve()
    cli("submit", path)
    cli.wait_for_event("gated", "progress")
    cli("submit", solo("end('')", id="later", name="later.json"))
    service.process.send_signal(signal.SIGTERM)
    service.line_with("ending; matches under way get 60 s")
    assert service.get("/readyz") == (503, "not ready\ndraining\n")
    assert service.get("/healthz")[0] == 200
    assert service.metric("matchrunner_draining") == 1
    open_gate()
    service.process.wait()
    assert service.process.returncode == 0
    assert cli.json("show", "gated")["outcome"]["reason"] == "in time"
    assert cli.json("show", "later")["state"] == "queued"


def test_after_its_grace_a_match_is_queued_again(cli, serve, endless):
    service = serve(grace_seconds=0)
    cli("submit", endless)
    cli.wait_for_event("endless", "progress")
    service.end()
    assert cli.json("show", "endless")["state"] == "queued"
    assert any("endless goes back: its runner closed" in line for line in service.lines)


def test_ctrl_c_is_as_sigterm(serve):
    service = serve()
    service.end(signal.SIGINT, code=130)
    assert service.lines[-1].endswith("info ended")


def test_a_second_sigterm_ends_it_at_once(cli, serve, endless):
    service = serve(lease_seconds=2)
    cli("submit", endless)
    cli.wait_for_event("endless", "progress")
    service.process.send_signal(signal.SIGTERM)
    service.line_with("ending")
    service.end(code=128 + signal.SIGTERM)
    # Another service takes up what the first left, and is told to stop it.
    other = serve(lease_seconds=2)
    other.line_with("endless begins")
    cli("stop", "endless")
    other.line_with("endless is stopped")
    other.end()


def test_sighup_reloads_limits(cli, serve, gated, solo):
    path, open_gate = gated
    service = serve()
    cli("submit", path)
    cli.wait_for_event("gated", "progress")
    cli("submit", solo("end('beside it')", id="beside", name="beside.json"))
    service.write(slots=2, grace_seconds=7, pool="other")
    service.process.send_signal(signal.SIGHUP)
    service.line_with("warning reloaded; needs a restart: pool")
    service.line_with("beside is finished")
    [pool] = cli.json("pool", "list")
    assert (pool["name"], pool["slots"]) == ("default", 2)
    service.file.write_text('{"slots": "many"}')
    service.process.send_signal(signal.SIGHUP)
    wrong = service.line_with("not reloaded")
    assert 'slots: expected a whole number from 0 to 1000, found "many"' in wrong
    open_gate()
    service.line_with("gated is finished")
    service.process.send_signal(signal.SIGTERM)
    service.line_with("matches under way get 7 s")
    service.process.wait()


def test_forgets_matches_that_ended_long_ago(cli, serve, solo, gated):
    path, open_gate = gated
    service = serve(slots=2)
    cli("submit", solo("end('')", id="old", name="old.json"))
    service.line_with("old has its artifacts stored")
    files = [artifact["uri"].removeprefix("file://") for artifact in cli.json("show", "old")["artifacts"]]
    assert files and all(os.path.exists(name) for name in files)
    cli("submit", path)
    cli.wait_for_event("gated", "progress")
    service.write(slots=2, keep_days=1e-5)  # 0.9 seconds
    service.process.send_signal(signal.SIGHUP)
    assert " info 1 match that ended before " in service.line_with("ended before")
    assert [match["id"] for match in cli.json("list")] == ["gated"]
    assert not any(os.path.exists(name) for name in files)

    def told_of_old():
        events = map(json.loads, cli("events", "--json").stdout.splitlines())
        return {event["type"] for event in events if event["subject"] == "old"}

    assert any(told_of_old() == {"prune"} for _ in range(100))
    open_gate()
    service.line_with("gated is finished")
    service.end()


def test_a_sink_that_does_not_take_its_events_is_shown(cli, serve, solo, tmp_path):
    folder = tmp_path / "sink"
    folder.mkdir()
    service = serve(sinks={"audit": f"file://{folder}/events.jsonl"})
    folder.rename(tmp_path / "away")
    cli("submit", solo("end('')", id="m1"))
    service.line_with("sink audit fails")
    assert service.get("/readyz")[0] == 200  # events are kept; matches can be taken
    assert service.metric("matchrunner_part_up", part="sink audit") == 0
    folder.mkdir()
    service.line_with("sink audit answers again")
    assert service.metric("matchrunner_reconnects_total", part="sink audit") == 1
    service.end()
    types = [json.loads(line)["type"] for line in (folder / "events.jsonl").read_text().splitlines()]
    assert "submit" in types and "collected" in types


def test_log_lines_as_json(cli, serve, solo):
    service = serve(log_format="json")
    cli("submit", solo("end('')", id="m1"))
    service.line_with("is finished")
    service.end()
    lines = [json.loads(line) for line in service.lines]
    assert {line["level"] for line in lines} <= {"debug", "info", "warning", "error"}
    assert {line["match"] for line in lines if "match" in line} == {"m1"}
    assert [line["message"] for line in lines][-1] == "ended"


def test_everything_by_environment(cli, tmp_path):
    process = cli.start(
        "serve",
        environment={
            "MATCHRUNNER_HTTP": "off",
            "MATCHRUNNER_SINKS": json.dumps({"audit": f"file://{tmp_path}/events.jsonl"}),
            "MATCHRUNNER_SLOTS": "3",
        },
    )
    for line in process.stderr:
        if "ready" in line:
            break
    assert "http://" not in line
    assert [pool["slots"] for pool in cli.json("pool", "list")] == [3]
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 0


def test_a_bad_configuration_is_told_as_a_whole(cli, tmp_path):
    (tmp_path / "bad.json").write_text('{"slots": 1.5, "sink": {}, "store": "sqlite:///x?password=geheim"}')
    done = cli("serve", "--config", "bad.json", environment={"MATCHRUNNER_LOG_LEVEL": "loud"}, code=2)
    assert [line.partition("bad.json: ")[2] or line for line in done.stderr.splitlines()] == [
        "slots: expected a whole number from 0 to 1000, found 1.5",
        'sink: expected a known field, such as "sinks", found an unknown one',
        "store: expected no secret in the file, but ${NAME} of a variable or ${file:PATH} in its place, "
        "found sqlite:///x?password=***",
        'matchrunner: error: MATCHRUNNER_LOG_LEVEL: expected one of "debug", "info", "warning", "error", found "loud"',
    ]
    assert "geheim" not in done.stderr
    assert "bad.json" in cli("serve", "--config", "nothere.json", code=2).stderr.replace("nothere", "bad")
    (tmp_path / "lost.json").write_text('{"artifacts": "${NO_SUCH_VARIABLE}", "store": "${file:nothere}"}')
    assert cli("serve", "--config", "lost.json", "--check", code=2).stderr.splitlines() == [
        "matchrunner: error: lost.json: store: expected a file with text in it, found ${file:nothere}",
        "matchrunner: error: lost.json: artifacts: expected a variable that is set, found ${NO_SUCH_VARIABLE}",
    ]
    (tmp_path / "good.json").write_text('{"slots": 2}')
    assert cli("serve", "--config", "good.json", "--check").stdout == "the configuration can be used\n"


def test_variables_that_are_none_of_ours_are_told(cli, tmp_path):
    (tmp_path / "good.json").write_text('{"store": "${MATCHRUNNER_DATABASE}"}')
    odd = {"MATCHRUNNER_STOER": "x", "MATCHRUNNER_QWXYZ": "x", "MATCHRUNNER_DATABASE": "memory://"}
    known = {"MATCHRUNNER_CONFIG": "good.json", "MATCHRUNNER_ISOLATION": "prefer", "MATCHRUNNER_SLOTS": "2"}
    done = cli("serve", "--check", environment=odd | known)
    assert done.stdout == "the configuration can be used\n"
    told = [line.partition(", found an unknown one")[0] for line in done.stderr.splitlines()]
    assert told == [
        "matchrunner: MATCHRUNNER_QWXYZ: expected a known variable",
        "matchrunner: MATCHRUNNER_STOER: expected a known variable, such as MATCHRUNNER_STORE",
    ]
    process = cli.start("serve", environment={"MATCHRUNNER_HTTP": "off", "MATCHRUNNER_STOER": "x"})
    assert " warning MATCHRUNNER_STOER: expected" in process.stderr.readline()


def test_every_variable_of_the_commands_is_known(monkeypatch):
    parameters = [parameter for command in commands.commands.values() for parameter in command.params]
    names = {parameter.envvar for parameter in parameters if parameter.envvar}
    for name in [name for name in os.environ if name.startswith("MATCHRUNNER_")]:
        monkeypatch.delenv(name)
    for name in names:
        monkeypatch.setenv(name, "x")
    assert len(names) > 3
    assert unknown_variables("") == []


def test_a_configuration_that_was_truncated_is_no_configuration(cli, serve):
    service = serve(slots=2)
    service.file.write_text("")
    assert cli("serve", "--config", service.file, "--check", code=2).stderr == (
        f"matchrunner: error: {service.file}: expected JSON text, found nothing\n"
    )
    service.process.send_signal(signal.SIGHUP)
    assert "not reloaded" in service.line_with("expected JSON text, found nothing")
    assert service.status()["slots"] == 2
    service.end()


@pytest.mark.parametrize(
    ("config", "code", "words"),
    [
        ({"store": "sqlite:////dev/null/m.db"}, 3, "store: "),
        ({"store": "nosuch://"}, 2, "store: "),
        ({"store": "${MATCHRUNNER_NOT_SET}"}, 2, "store: expected a variable that is set, found ${MATCHRUNNER_NOT_SET}"),
        ({"executor": "sandbox://?isolation=strong"}, 2, "executor: "),
        ({"http": "localhost"}, 2, "http: expected HOST:PORT"),
        ({"http": "192.0.2.1:80"}, 3, "cannot listen at 192.0.2.1:80"),
    ],
)
def test_what_cannot_be_opened_is_one_line(cli, tmp_path, config, code, words):
    (tmp_path / "service.json").write_text(json.dumps({"http": "off", **config}))
    stderr = cli("serve", "--config", "service.json", code=code).stderr
    assert words in stderr
    assert len(stderr.splitlines()) == 1


def test_a_port_in_use_is_told(cli, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        stderr = cli("serve", environment={"MATCHRUNNER_HTTP": address}, code=3).stderr
    assert stderr == f"matchrunner: error: http: cannot listen at {address}: Address already in use\n"


def test_a_pool_that_has_another_size_is_resized(cli, serve):
    serve(slots=2).end()
    service = serve(slots=3)
    service.line_with("pool default has 3 slots now")
    assert [pool["slots"] for pool in cli.json("pool", "list")] == [3]
    service.end()


def test_systemd_is_told(cli, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(60)
        process = cli.start("serve", environment={"MATCHRUNNER_HTTP": "off", "NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert systemd.recv(100) == b"READY=1"
        process.send_signal(signal.SIGHUP)
        assert systemd.recv(100).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
        assert systemd.recv(100) == b"READY=1"
        process.send_signal(signal.SIGTERM)
        assert systemd.recv(100) == b"STOPPING=1"
        process.communicate()
    assert process.returncode == 0
