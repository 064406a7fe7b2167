# SPDX-License-Identifier: Apache-2.0
"""How the command behaves in a shell: help, usage errors, pipes, colors, completion."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COMMANDS = [
    "init",
    "check",
    "doctor",
    "run",
    "submit",
    "work",
    "serve",
    "wait",
    "list",
    "show",
    "logs",
    "link",
    "stop",
    "events",
    "game",
    "images",
    "pool",
    "outbox",
    "prune",
    "states",
    "escape-test",
    "schema",
    "completion",
    "version",
]


def test_help_lists_the_commands_in_order(cli):
    text = cli("--help").stdout
    section = text.split("Commands:\n")[1].splitlines()
    assert [line.split()[0] for line in section if line.startswith("  ") and line[2] != " "] == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(cli, command):
    assert f"Usage: matchrunner {command}" in cli(command, "-h").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["run"],
        ["run", "a", "b"],
        ["run", "--nonsense", "a"],
        ["list", "--state", "asleep"],
        ["list", "--limit", "none"],
        ["work", "--slots", "0"],
        ["show"],
        ["pool", "resize", "default", "many"],
        ["run", "x.json", "--isolation", "maybe"],
        ["prune"],
        ["images", "build", "folder"],
        ["images", "push"],
        ["completion", "csh"],
    ],
)
def test_usage_error_is_one_line(cli, arguments):
    done = cli(*arguments, code=2)
    assert done.stdout == ""
    assert done.stderr.startswith("matchrunner: error: ")
    assert len(done.stderr.splitlines()) == 1


def test_no_color_in_a_pipe(cli, solo):
    cli("run", solo("end('')", id="m"))
    for command in (["list"], ["show", "m"], ["logs", "m"], ["events"], ["version"], ["states"], ["pool", "list"]):
        assert "\x1b" not in cli(*command).stdout


@pytest.mark.parametrize("command", ["version", "states", "schema", "list", "events"])
def test_reader_that_has_seen_enough(cli, solo, command):
    cli("submit", solo(""))
    reading, writing = os.pipe()
    os.close(reading)
    child = cli.start(command, stdout=writing)
    os.close(writing)
    _, stderr = child.communicate()
    assert stderr == ""
    assert child.returncode == 0


def test_follow_ends_when_its_reader_does(cli, solo):
    path = solo("")
    match = json.loads(path.read_text())
    follower = cli.start("events", "-f")
    for number in range(200):
        path.write_text(json.dumps(match | {"id": f"m-{number}"}))
        if number == 2:
            follower.stdout.close()
        if follower.poll() is not None:
            break
        cli("submit", path)
    assert follower.wait() == 0
    assert follower.stderr.read() == ""


def test_output_that_cannot_be_written(cli):
    with open("/dev/full", "w") as full:
        child = cli.start("version", stdout=full)
        _, stderr = child.communicate()
    assert child.returncode == 3
    assert stderr == "matchrunner: error: output: No space left on device\n"


def test_version_lists_the_adapters(cli):
    version = cli.json("version")
    assert {(row["port"], row["scheme"]) for row in version["adapters"]} >= {
        ("state_store", "sqlite"),
        ("state_store", "memory"),
        ("artifact_sink", "file"),
        ("event_sink", "file"),
        ("executor", "sandbox"),
    }
    text = cli("version").stdout
    assert text.startswith(f"matchrunner {version['version']}\n")
    assert cli("--version").stdout == f"matchrunner {version['version']}\n"


def test_states_from_the_tables(cli):
    machines = {machine["name"]: machine for machine in cli.json("states")}
    assert set(machines) == {"match", "ticket", "lobby", "host"}
    assert {"from": "queued", "event": "claim", "to": "preparing"} in machines["match"]["transitions"]
    diagrams = cli("states", "--mermaid").stdout.rstrip("\n").split("\n\n")
    page = (ROOT / "docs" / "states.md").read_text()
    assert [diagram.splitlines()[0] for diagram in diagrams] == [f"%% {name}" for name in machines]
    for diagram in diagrams:
        assert f"```mermaid\n{diagram.split(chr(10), 1)[1]}\n```" in page
    assert ["queued", "claim", "preparing"] in [line.split() for line in cli("states").stdout.splitlines()]


def test_schema_is_json(cli):
    assert json.loads(cli("schema").stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(cli, shell):
    assert "_MATCHRUNNER_COMPLETE" in cli("completion", shell).stdout


def completed_by_bash(cli, line):
    """What bash offers at the end of `line`, asked of bash itself."""
    words = line.split(" ")
    script = f"""
source <({cli.start("version").args[0]} completion bash)
COMP_WORDS=({" ".join(word or "''" for word in words)}); COMP_CWORD={len(words) - 1}
_matchrunner_completion matchrunner
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    folder = os.path.dirname(cli.start("version").args[0])
    environment = cli.environment | {"PATH": f"{folder}:{cli.environment['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], env=environment, cwd=cli.folder, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_bash_completes_commands_and_ids(cli, solo):
    cli("submit", solo("", id="first-match"))
    cli("submit", solo("", id="second-match"))
    for name in ("chess", "go"):
        game = cli.folder / "game.json"
        game.write_text(json.dumps({"name": name, "wiring": "none", "seats": [{"name": "a"}]}))
        cli("game", "add", game)
    assert completed_by_bash(cli, "matchrunner sh") == ["show"]
    assert completed_by_bash(cli, "matchrunner show fir") == ["first-match"]
    assert completed_by_bash(cli, "matchrunner list --state que") == ["queued"]
    assert completed_by_bash(cli, "matchrunner list --game ") == ["chess", "go"]
    for command in ("show", "remove"):
        assert completed_by_bash(cli, f"matchrunner game {command} ch") == ["chess"]


def test_events_for_people_and_machines(cli, solo):
    cli("run", solo("tell(type='progress', text='half way'); end('')", id="m"))
    events = [json.loads(line) for line in cli("events", "m", "--json").stdout.splitlines()]
    assert [event["type"] for event in events if event["type"] in ("submit", "claim", "progress", "collected")] == [
        "submit",
        "claim",
        "progress",
        "collected",
    ]
    text = cli("events", "m").stdout.splitlines()
    assert len(text) == len(events)
    assert any(line.endswith(" m half way") for line in text)
    last = events[-1]["sequence"]
    assert cli("events", "m", "--after", last).stdout == ""
    assert "never" in cli("events", "never", code=2).stderr
