# SPDX-License-Identifier: Apache-2.0
"""`run` to a good end and to bad ones: what is printed where, and the exit code."""

import base64
import hashlib
import json
import os
import pty
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest

NUMBER_OR_NULL = {"type": ["number", "null"]}
INTEGER_OR_NULL = {"type": ["integer", "null"]}
SEAT = {
    "type": "object",
    "required": [
        "name",
        "verdict",
        "score",
        "exit_code",
        "signal",
        "truncated",
        "cpu_seconds",
        "wall_seconds",
        "peak_memory_bytes",
        "fault",
        "processes",
        "output_bytes",
        "limit",
        "limit_value",
        "detail",
        "stderr_tail",
    ],
    "properties": {
        "name": {"type": "string"},
        "verdict": {
            "enum": [
                "ok",
                "timeout",
                "memory",
                "output_limit",
                "crashed",
                "exited",
                "killed",
                "not_started",
                "not_ready",
            ]
        },
        "score": NUMBER_OR_NULL,
        "exit_code": INTEGER_OR_NULL,
        "signal": INTEGER_OR_NULL,
        "truncated": {"type": "boolean"},
        "cpu_seconds": {"type": "number", "minimum": 0},
        "wall_seconds": {"type": "number", "minimum": 0},
        "peak_memory_bytes": {"type": "integer", "minimum": 0},
        "fault": {"enum": ["none", "seat", "referee", "infrastructure"]},
        "processes": {"type": "integer", "minimum": 0},
        "output_bytes": {"type": "integer", "minimum": 0},
        "limit": {
            "enum": ["", "cpu_seconds", "wall_seconds", "memory_bytes", "processes", "output_bytes", "artifact_bytes",
                     "disk_bytes", "files"]
        },
        "limit_value": NUMBER_OR_NULL,
        "detail": {"type": "string"},
        "stderr_tail": {"type": "string", "maxLength": 1024},
    },
}
MATCH = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id", "state", "outcome", "artifacts"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "state": {
            "enum": ["queued", "preparing", "starting", "running", "collecting", "finished", "failed", "stopped"]
        },
        "outcome": {
            "type": "object",
            "required": ["result", "fault", "reason", "summary", "seats"],
            "properties": {
                "result": {"enum": ["completed", "stopped", "failed"]},
                "fault": {"enum": ["none", "seat", "referee", "infrastructure"]},
                "reason": {"type": "string"},
                "summary": {"type": "string", "minLength": 1},
                "seats": {"type": "array", "items": SEAT},
            },
        },
        "artifacts": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "uri", "bytes", "sha256"],
                "properties": {
                    "name": {"type": "string", "minLength": 1},
                    "uri": {"type": "string"},
                    "bytes": {"type": "integer", "minimum": 0},
                    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                },
            },
        },
    },
}

GOOD = """
print("to stdout"); print("to stderr", file=sys.stderr)
tell(type="progress", text="first")
tell(type="progress", step=2)
with open(os.environ["MATCHRUNNER_OUTPUT"] + "/replay.txt", "w") as file: file.write("a replay")
end("all is well")
"""


def valid(match):
    jsonschema.validate(match, MATCH)
    return match


def content(artifact):
    url = urlsplit(artifact["uri"])
    assert url.scheme == "file"
    return Path(unquote(url.path)).read_bytes()


def test_completed_match_as_json(cli, solo):
    match = valid(cli.json("run", solo(GOOD, id="m-1")))
    assert match["id"] == "m-1"
    assert match["state"] == "finished"
    outcome = match["outcome"]
    assert (outcome["result"], outcome["fault"], outcome["reason"]) == ("completed", "none", "all is well")
    [seat] = outcome["seats"]
    assert (seat["name"], seat["verdict"], seat["score"], seat["exit_code"]) == ("solo", "ok", 1, 0)
    assert seat["cpu_seconds"] > 0
    assert seat["peak_memory_bytes"] > 1_000_000
    assert seat["output_bytes"] == len("to stdout\nto stderr\n")
    assert (seat["processes"], seat["stderr_tail"], seat["limit"]) == (1, "to stderr\n", "")
    assert outcome["summary"] == "Played to the end: solo 1 (all is well)."
    kept = {artifact["name"]: artifact for artifact in match["artifacts"]}
    assert set(kept) == {"logs/solo.stdout", "logs/solo.stderr", "output/replay.txt", "result.json"}
    assert content(kept["output/replay.txt"]) == b"a replay"
    assert content(kept["logs/solo.stdout"]) == b"to stdout\n"
    for artifact in kept.values():
        data = content(artifact)
        assert len(data) == artifact["bytes"]
        assert hashlib.sha256(data).hexdigest() == artifact["sha256"]


def test_table_for_people(cli, solo):
    done = cli("run", solo(GOOD, id="m-1"))
    assert done.stderr == ""
    facts = dict(line.split(maxsplit=1) for line in done.stdout.split("\n\n")[0].splitlines())
    assert facts["match"] == "m-1"
    assert facts["outcome"] == "completed"
    assert facts["scores"] == "solo 1"
    assert facts["why"] == "all is well"
    assert facts["time"].split()[1] == "s"
    rows = [line.split() for line in done.stdout.split("\n\n")[2].splitlines()]
    artifacts = {row[0]: row for row in rows[1:]}
    _, size, unit, where = artifacts["output/replay.txt"]
    assert (size, unit) == ("8", "B")
    assert os.path.isabs(where)
    assert Path(where).read_text() == "a replay"


def test_score_fields_are_lines_of_the_table(cli, solo):
    body = 'end("done", plies=57, rate=0.5, comment="no number", yes=True, other=1)'
    done = cli("run", solo(body, id="m", score_fields=["rate", "missing", "comment", "yes", "plies"]))
    for table in (done.stdout, cli("show", "m").stdout):
        facts = [line.split(maxsplit=1) for line in table.split("\n\n")[0].splitlines()]
        assert facts[3:6] == [["scores", "solo 1"], ["rate", "0.5"], ["plies", "57"]]
        assert not {"missing", "comment", "yes", "other"} & {fact[0] for fact in facts}


def test_a_secret_reaches_the_program_and_nobody_else(cli, solo):
    path = solo('end("right" if os.environ["TOKEN"] == "hu" + "sh-1" else "wrong")', id="m")
    match = json.loads(path.read_text())
    match["seats"] = [{"name": "solo", "secrets": {"TOKEN": "hush-1"}}]
    path.write_text(json.dumps(match))
    ran = cli("run", path)
    assert "right" in ran.stdout
    told = [ran, *(cli(*words) for words in (["show", "m"], ["show", "m", "--json"], ["list", "--json"], ["events"]))]
    assert not any("hush-1" in done.stdout + done.stderr for done in told)
    path.write_text(path.read_text().replace("hush-1", "hush-2"))
    assert cli("submit", path).stdout.split() == ["m"]
    match["seats"][0]["secrets"]["TOKEN"] = ["hush-1"]
    match["game"]["seats"][0]["secrets"] = {"TOKEN": "hush-1"}
    path.write_text(json.dumps(match))
    refused = cli("check", path, code=2)
    assert "game.seats[0].secrets: expected no secrets in a game" in refused.stdout + refused.stderr
    assert "seats[0].secrets.TOKEN: expected text" in refused.stdout + refused.stderr
    assert "hush-1" not in refused.stdout + refused.stderr


def test_with_a_key_no_secret_is_on_the_disk(cli, solo):
    cli.environment["MATCHRUNNER_SECRET_KEY"] = base64.b64encode(os.urandom(32)).decode()
    path = solo('end("right" if os.environ["TOKEN"] == "hu" + "sh-1" else "wrong")', id="m")
    match = json.loads(path.read_text())
    match["seats"] = [{"name": "solo", "secrets": {"TOKEN": "hush-1"}}]
    path.write_text(json.dumps(match))
    assert "right" in cli("run", path).stdout
    path.unlink()
    files = [file for file in cli.home.rglob("*") if file.is_file()]
    assert files and not [file for file in files if b"hush-1" in file.read_bytes()]


def test_lines_beyond_the_limits_are_told_of_and_cannot_be_forged(cli, solo):
    cli("run", solo('tell(type="dropped", lines=7); tell(type="progress", text="x" * 20000); end("done")', id="m"))
    events = [json.loads(line) for line in cli("events", "--json").stdout.splitlines()]
    assert [event["body"] for event in events if event["type"] == "dropped"] == [{"lines": 1}]
    [bad] = [event["body"]["error"] for event in events if event["type"] == "bad_line"]
    assert '"dropped"' in bad


def test_progress_is_shown_when_asked_for(cli, solo):
    lines = cli("run", "--progress", solo(GOOD)).stderr.splitlines()
    assert lines.index("first") < lines.index("progress step=2")


def test_failed_match_exits_with_1(cli, solo):
    match = valid(cli.json("run", solo("sys.exit(5)"), code=1))
    assert match["state"] == "failed" or match["outcome"]["result"] == "failed"
    assert match["outcome"]["fault"] == "seat"
    assert match["outcome"]["seats"][0]["verdict"] == "exited"
    [row] = [line for line in cli("show", match["id"]).stdout.splitlines() if line.startswith("solo ")]
    assert row.count("exit code 5") == 1
    assert match["outcome"]["seats"][0]["exit_code"] == 5


def test_a_limit_is_told_with_its_value_and_the_last_words(cli, solo):
    body = """
print("allocating", file=sys.stderr, flush=True)
data = bytearray(200 << 20)
"""
    match = valid(cli.json("run", solo(body, id="big", seat={"limits": {"memory_bytes": 100 << 20}}), code=1))
    [seat] = match["outcome"]["seats"]
    assert (seat["limit"], seat["limit_value"], seat["fault"]) == ("memory_bytes", 100 << 20, "seat")
    assert "allocating" in seat["stderr_tail"]
    assert match["outcome"]["summary"].startswith("No result: solo ran out of memory (")
    shown = cli("show", "big").stdout
    assert f"in short {match['outcome']['summary']}" in " ".join(shown.split())
    assert "last of stderr of solo\n  allocating" in shown


def test_crash_is_told_with_its_signal(cli, solo):
    match = valid(cli.json("run", solo("os.kill(os.getpid(), 11)"), code=1))
    [seat] = match["outcome"]["seats"]
    assert (seat["verdict"], seat["exit_code"], seat["signal"]) == ("crashed", None, 11)


def test_cut_output_is_told(cli, solo):
    match = valid(cli.json("run", solo("print('x' * 100000); end('')", limits={"output_bytes": 1000})))
    assert match["outcome"]["seats"][0]["truncated"] is True
    assert "output was cut" in cli("show", match["id"]).stdout


def test_command_that_does_not_exist(cli, solo):
    path = solo("", seat={"command": "no-such-program-here"})
    match = valid(cli.json("run", path, code=3))
    assert match["state"] == "failed"
    assert match["outcome"]["fault"] == "infrastructure"
    assert "no-such-program-here" in match["outcome"]["reason"]
    assert match["outcome"]["seats"][0]["verdict"] == "not_started"


def test_same_match_twice_is_run_once(cli, solo):
    path = solo("end(str(time.time_ns()))", id="once")
    first = cli.json("run", path)
    assert cli.json("run", path) == first
    assert len(cli.json("list")) == 1


def test_other_match_of_the_same_id_is_refused(cli, solo):
    cli("run", solo("end('one')", id="once"))
    done = cli("run", solo("end('other')", id="once"), code=2)
    assert done.stderr.startswith("matchrunner: error: ")
    assert "once" in done.stderr


def test_what_programs_say_cannot_take_over_the_terminal(cli, solo):
    body = r"""
print("\x1b[31mred\x07", file=sys.stderr)
tell(type="progress", text="\x1b[2Jgone\x07\u202e")
end("won \u202e by a trick")
sys.exit(1)
"""
    done = cli("run", "--progress", solo(body, id="m"), code=1)
    shown = done.stdout + done.stderr + cli("events").stdout + cli("list").stdout
    assert "gone" in shown
    assert "red" in done.stdout
    assert not set(shown) & {"\x1b", "\x07", "\u202e"}


def test_what_programs_call_their_files_cannot_either(cli, solo):
    body = r"""
open(os.environ["MATCHRUNNER_OUTPUT"] + "/a\x1b[2J\n\x9b\u202efaked", "w").close()
end("done")
"""
    shown = [cli("run", solo(body, id="m")).stdout, cli("show", "m").stdout]
    for text in shown:
        (line,) = [line for line in text.splitlines() if "faked" in line]
        assert line.count("faked") == 2  # its name and where it is
    (error,) = cli("logs", "m", "no\nsuch\x1bname", code=2).stderr.splitlines()
    assert "faked" in error
    shown += [error, cli("events").stdout, cli("show", "m", "--json").stdout, cli("events", "--json").stdout]
    assert not set("".join(shown)) & {"\x1b", "\x9b", "\u202e"}
    names = [artifact["name"] for artifact in cli.json("show", "m")["artifacts"]]
    assert "output/a\x1b[2J\n\x9b\u202efaked" in names


@pytest.mark.parametrize("setting", [{}, {"NO_COLOR": "1"}])
def test_terminal_gets_progress_and_color(cli, solo, setting):
    ours, theirs = pty.openpty()
    child = cli.start(
        "run", solo(GOOD), environment=setting, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, text=False
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # how Linux tells that the other side of a terminal is closed
            break
        shown += piece
    os.close(ours)
    assert child.wait() == 0
    assert b"first" in shown
    assert (b"\x1b[32mcompleted" in shown) is (not setting)
    assert (b"\x1b" in shown) is (not setting)


def test_match_file_from_a_pipe(cli, solo):
    text = solo("end('piped')").read_text()
    done = cli("run", "-", "--json", input=text)
    assert json.loads(done.stdout)["outcome"]["reason"] == "piped"


def test_list_and_show_give_the_same_objects(cli, solo):
    one = cli.json("run", solo("end('one')", id="one"))
    two = cli.json("run", solo("sys.exit(1)", id="two"), code=1)
    listed = cli.json("list")
    assert [valid(match) for match in listed] == [one, two]
    assert cli.json("show", "one") == one
    assert cli.json("list", "--state", "failed") == [match for match in (one, two) if match["state"] == "failed"]
    assert cli.json("list", "--game", "other") == []
    text = cli("list").stdout.splitlines()
    assert [line.split()[0] for line in text] == ["id", "one", "two"]


def test_list_says_that_there_is_more(cli, solo):
    for number in range(3):
        cli("submit", solo("", id=f"m-{number}"))
    done = cli("list", "--limit", "2")
    assert len(done.stdout.splitlines()) == 3
    assert "--limit" in done.stderr
    assert cli("list", "--limit", "3").stderr == ""
