# SPDX-License-Identifier: Apache-2.0
"""What users get wrong, and hosts that cannot do their part: one clear line each, and the right exit code."""

import copy
import json
import os
from pathlib import Path

import click
import jsonschema
import pytest
from full_disk import fill

import matchrunner
from matchrunner.cli.command_line import commands, execute
from matchrunner.cli.values import Number

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = sorted(ROOT.glob("examples/**/match*.json")) + sorted(ROOT.glob("python/matchrunner/cli/templates/*.json"))

GOOD = {
    "id": "m-1",
    "game": {
        "name": "duel",
        "wiring": "stdio",
        "seats": [
            {"name": "referee", "role": "referee", "command": "python3", "arguments": ["referee.py"]},
            {"name": "white", "limits": {"cpu_seconds": 5, "wall_seconds": None}},
            {"name": "black", "files": [{"path": "a/b.txt", "content": "text"}], "environment": {"A": "1"}},
        ],
        "settings": {"any": ["thing"]},
        "limits": {"memory_bytes": 100000000},
        "deadline_seconds": 60,
    },
    "seats": [{"name": "white", "command": "stockfish"}, {"name": "black", "command": "gnuchess"}],
    "priority": -3,
    "labels": {"round": "1"},
}

# Where, what is put there (None: taken away), and what the fault must name.
REMOVED = object()
BAD = [
    (["id"], "no spaces allowed", "id"),
    (["id"], "", "id"),
    (["id"], 7, "id"),
    (["game"], REMOVED, "game"),
    (["game"], 3, "game"),
    (["game", "name"], REMOVED, "game.name"),
    (["game", "wiring"], "telepathy", "game.wiring"),
    (["game", "seats"], {}, "game.seats"),
    (["game", "seats"], [], "game.seats"),
    (["game", "seats", 0, "role"], "umpire", "game.seats[0].role"),
    (["game", "seats", 0, "command"], ["python3"], "game.seats[0].command"),
    (["game", "seats", 0, "arguments"], "referee.py", "game.seats[0].arguments"),
    (["game", "seats", 0, "arguments"], [1], "game.seats[0].arguments[0]"),
    (["game", "seats", 0, "image"], "debian", "game.seats[0]"),
    (["game", "seats", 0, "network"], "yes", "game.seats[0].network"),
    (["game", "seats", 1, "limits", "cpu_seconds"], "ten", "game.seats[1].limits.cpu_seconds"),
    (["game", "seats", 1, "limits", "cpu_seconds"], 0, "game.seats[1].limits.cpu_seconds"),
    (["game", "seats", 1, "limits", "cpu_second"], 1, "cpu_seconds"),
    (["game", "seats", 1, "limits", "processes"], 1.5, "game.seats[1].limits.processes"),
    (["game", "seats", 1, "name"], REMOVED, "game.seats[1]"),
    (["game", "seats", 2, "files", 0, "path"], "../escape", "game.seats[2].files[0].path"),
    (["game", "seats", 2, "files", 0, "path"], "/etc/passwd", "game.seats[2].files[0].path"),
    (["game", "seats", 2, "files", 0, "source"], "x", "game.seats[2].files[0]"),
    (["game", "seats", 2, "files", 0, "content"], REMOVED, "game.seats[2].files[0]"),
    (["game", "seats", 2, "environment"], {"A": 1}, "game.seats[2].environment.A"),
    (["game", "settings"], [], "game.settings"),
    (["game", "deadline_seconds"], -1, "game.deadline_seconds"),
    (["seats", 0, "commmand"], "x", '"command"'),
    (["priority"], "high", "priority"),
    (["priority"], 1.5, "priority"),
    (["labels"], {"a": 1}, "labels.a"),
    (["lables"], {}, '"labels"'),
]


def changed(where, value):
    match = copy.deepcopy(GOOD)
    place = match
    for step in where[:-1]:
        place = place[step]
    if value is REMOVED:
        del place[where[-1]]
    else:
        place[where[-1]] = value
    return match


@pytest.fixture
def file(tmp_path):
    def write(value):
        path = tmp_path / "match.json"
        path.write_text(value if isinstance(value, str) else json.dumps(value))
        return path

    return write


@pytest.fixture(scope="session")
def schema():
    schema = json.loads(matchrunner.match_file_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_good_file_passes_both(cli, file, schema):
    assert cli("check", file(GOOD)).stdout == f"{file(GOOD)}: ok\n"
    schema.validate(GOOD)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_example_passes_both(schema, path):
    text = path.read_text()
    assert matchrunner.check_match_request(text) == []
    schema.validate(json.loads(text))


@pytest.mark.parametrize(("where", "value", "named"), BAD, ids=lambda value: "removed" if value is REMOVED else str(value)[:40])
def test_bad_file_fails_both(schema, where, value, named):
    match = changed(where, value)
    faults = [fault.describe() for fault in matchrunner.check_match_request(json.dumps(match))]
    assert any(named in fault for fault in faults), faults
    assert list(schema.iter_errors(match)) != []


def test_all_faults_are_told_at_once_each_on_its_line(cli, file):
    match = changed(["priority"], "high")
    match["id"] = "a b"
    match["game"]["seats"][1]["limits"]["cpu_seconds"] = "ten"
    path = file(match)
    for command in ("check", "run", "submit"):
        done = cli(command, path, code=2)
        lines = done.stderr.splitlines()
        assert len(lines) == 3
        assert all(line.startswith(f"matchrunner: error: {path}: ") for line in lines)
        found = [line.removeprefix(f"matchrunner: error: {path}: ").split(":")[0] for line in lines]
        assert sorted(found) == ["game.seats[1].limits.cpu_seconds", "id", "priority"]
        assert done.stdout == ""
    assert cli.json("list") == []


def test_faults_as_json(cli, file):
    faults = cli.json("check", file(changed(["priority"], "high")), code=2)
    assert [fault["path"] for fault in faults] == ["priority"]
    assert {"path", "expected", "found"} == set(faults[0])
    assert cli.json("check", file(GOOD)) == []


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "7", '{"game": "x"} trailing', '{"id": "a", "id": "b", "game": "x"}', "\x00"]
)
def test_what_is_not_even_an_object(cli, file, text):
    stderr = cli("check", file(text), code=2).stderr
    assert stderr.startswith("matchrunner: error: ")
    assert len(stderr.splitlines()) == 1


def test_files_that_cannot_be_read(cli, tmp_path):
    (tmp_path / "latin.json").write_bytes(b'{"game": "\xe9"}')
    assert "UTF-8" in cli("check", "latin.json", code=2).stderr
    assert "No such file" in cli("run", "nowhere.json", code=2).stderr
    assert "Is a directory" in cli("submit", tmp_path, code=2).stderr


def test_files_of_seats_that_are_not_there(cli, file):
    match = copy.deepcopy(GOOD)
    match["seats"][0]["files"] = [{"path": "bot.py", "source": "bots/none.py"}]
    match["game"]["seats"][0]["read_only"] = ["venv"]
    lines = cli("check", file(match), code=2).stderr.splitlines()
    assert ["game.seats[0].read_only[0]" in lines[0], "seats[0].files[0].source" in lines[1]] == [True, True]


def test_faults_of_form_and_missing_files_are_told_together(cli, file):
    match = copy.deepcopy(GOOD)
    match["colour"] = "red"
    match["seats"][0]["files"] = [7, {"path": "bot.py", "source": "none.py"}, {"path": "b", "source": ""}]
    faults = [(fault["path"], fault["found"]) for fault in cli.json("check", file(match), code=2)]
    assert ("seats[0].files[1].source", f"none at {file(match).parent}/none.py") in faults
    assert sorted(path for path, _ in faults) == [
        "colour",
        "seats[0].files[0]",
        "seats[0].files[1].source",
        "seats[0].files[2].source",
    ]
    game = {"name": "g", "colour": "red", "seats": [{"name": "a", "read_only": ["none"]}]}
    assert [fault["path"] for fault in cli.json("check", "--game", file(game), code=2)][-1] == "seats[0].read_only[0]"


def test_a_folder_can_be_brought_in(cli, solo, tmp_path):
    (tmp_path / "bots").mkdir()
    (tmp_path / "bots" / "name").write_text("Ada")
    path = solo("end(open('mine/name').read())")
    match = json.loads(path.read_text())
    match["game"]["seats"][0]["files"].append({"path": "mine", "source": "bots"})
    path.write_text(json.dumps(match))
    assert cli("check", path).stdout == f"{path}: ok\n"
    assert cli.json("run", path)["outcome"]["reason"] == "Ada"


@pytest.mark.parametrize(
    ("option", "url", "code"),
    [
        ("--store", "sqlite:////dev/null/matchrunner.db", 3),
        ("--store", "sqlite:////proc/matchrunner.db", 3),
        ("--store", "runs.db", 2),
        ("--store", "oracle://x", 2),
        ("--store", "sqlite:///runs.db?durabel=1", 2),
        ("--artifacts", "file:///dev/null/artifacts", 3),
        ("--artifacts", "file:///proc/artifacts", 3),
        ("--artifacts", "artifacts", 2),
        ("--spool", "/dev/null/spool", 3),
        ("--spool", "/proc/spool", 3),
    ],
)
def test_places_that_cannot_be_used(cli, solo, option, url, code):
    done = cli("run", solo("end('')"), option, url, code=code)
    assert done.stderr.startswith("matchrunner: error: ")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


NUMBERS = [
    ("work --slots", "1000"),
    ("work --workers", "1000"),
    ("work --backlog", "2147483647"),
    ("work --drain --grace", "1000000000"),
    ("work --drain --lease", "3600"),
    ("run match.json --lease", "3600"),
    ("wait m --timeout", "1000000000"),
    ("link m x --valid", "1000000000"),
    ("images pull x --timeout", "1000000000"),
    ("list --limit", "2147483647"),
    ("events --after", "9223372036854775807"),
    ("pool resize default", "1000"),
]


@pytest.mark.parametrize("number", ["9" * 30, "1e300", "nan", "inf", "-1", "many", "\udcff"])
@pytest.mark.parametrize(("words", "most"), NUMBERS)
def test_numbers_that_cannot_be_meant(cli, words, most, number):
    (line,) = cli(*words.split(), *(["--"] if "resize" in words else []), number, code=2).stderr.splitlines()
    assert line.startswith("matchrunner: error: Invalid value for ")
    assert f"to {most}, found {number!r}" in line or "UTF-8" in line


def parameters(group):
    for command in group.commands.values():
        yield from parameters(command) if isinstance(command, click.Group) else command.params


def test_every_number_has_bounds():
    known = (Number, click.Choice, click.Path, type(click.STRING), type(click.BOOL))
    assert [parameter.name for parameter in parameters(commands) if not isinstance(parameter.type, known)] == []


def test_no_password_is_told_with_what_is_refused(cli):
    urls = ["--artifacts", "s3://K:hush@bucket", "--sink", "a=amqp://u:hush@127.0.0.1/"]
    for more in (
        ["--slots", "9" * 30],
        ["--commands", "amqp://u:hush@127.0.0.1/?queue=\udcff"],
        ["--sink", "amqp://u:hush@127.0.0.1/"],
        ["--sink", "amqp://u:hush@127.0.0.1/?queue=q"],
        ["--stream", "amqp://u:hush@127.0.0.1/?queue=q"],
        ["amqp://u:hush@127.0.0.1/"],
    ):
        done = cli("work", "--drain", *urls, *more, code=2)
        assert "hush" not in done.stdout + done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_defect_is_one_line_without_what_was_passed(monkeypatch, capsys):
    def refused_by_a_binding():
        matchrunner.Runner("amqp://u:hush@127.0.0.1/", workers="many")

    monkeypatch.setattr(matchrunner, "adapters", refused_by_a_binding)
    with pytest.raises(TypeError, match="Invoked with: .*hush"):
        refused_by_a_binding()
    assert execute(["version"]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert "hush" not in line
    assert "a defect of matchrunner" in line and "about.py:" in line


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("show \udcff", "'ID'"),
        ("game show \udcff", "'NAME'"),
        ("check \udcff", "'MATCH.json'"),
        ("run match.json --store sqlite:///\udcff", "'--store'"),
        ("work --drain --host-paths \udcff", "'--host-paths'"),
        ("images build \udcff x", "'FOLDER'"),
        ("outbox remove \udcff", "'NAME'"),
    ],
)
def test_arguments_that_are_no_text(cli, words, named):
    (line,) = cli(*words.split(), code=2).stderr.splitlines()
    assert named in line
    assert "expected UTF-8 text, found byte 255 at " in line


def test_variables_and_folders_that_are_no_text(cli, tmp_path):
    def said(*arguments, **variables):
        return cli(*arguments, environment=variables, code=2).stderr

    assert "'MATCHRUNNER_STORE'" in said("list", MATCHRUNNER_STORE="\udcff")
    assert "expected UTF-8 text" in said("list", MATCHRUNNER_HOME="/tmp/\udcff")
    assert "MATCHRUNNER_POOL: expected UTF-8 text" in said("serve", "--check", MATCHRUNNER_POOL="\udcff")
    cli("serve", "--check", environment={"OTHER": "\udcff"})
    (tmp_path / "\udcff").mkdir()
    (tmp_path / "\udcff" / "match.json").write_text("{}")
    cli.folder = tmp_path / "\udcff"
    for command in ("check", "run", "submit"):
        assert "folder of match.json: expected UTF-8 text" in said(command, "match.json")


def test_a_store_that_is_not_one(cli, tmp_path):
    (tmp_path / "runs.db").write_text("this is no database, but it is long enough to be looked at" * 100)
    done = cli("list", "--store", "sqlite:///runs.db", code=3)
    assert done.stderr.startswith("matchrunner: error: ")
    assert len(done.stderr.splitlines()) == 1


def test_what_has_no_end_is_no_file(cli):
    done = cli("check", "/dev/zero", code=2)
    assert done.stderr == "matchrunner: error: /dev/zero: expected at most 16777216 bytes, found more\n"


def test_full_disk_under_the_store(cli, solo, small_disk):
    path = solo("end('')")
    store = f"sqlite:///{small_disk}/runs.db"
    cli("list", "--store", store)
    fill(small_disk)
    done = cli("submit", path, "--store", store, code=3)
    assert done.stderr.startswith("matchrunner: error: ")
    os.remove(small_disk / "ballast")
    assert cli("list", "--store", store, "--json").stdout == "[]\n"


def test_disk_that_fills_under_the_store_while_a_match_runs(cli, endless, small_disk):
    cli.environment["MATCHRUNNER_STORE"] = f"sqlite:///{small_disk}/runs.db"
    running = cli.start("run", endless, "--lease", "2")
    cli.wait_for_event("endless", "progress")
    fill(small_disk)
    stdout, stderr = running.communicate(timeout=300)
    assert (running.returncode, stdout) == (3, "")
    assert stderr.startswith("matchrunner: error: ")
    assert len(stderr.splitlines()) == 1
    os.remove(small_disk / "ballast")
    cli("stop", "endless")
    cli("work", "--drain", "--lease", "2")
    assert cli.json("show", "endless")["state"] == "stopped"


def test_full_disk_under_the_spool(cli, solo, small_disk):
    path = solo("sys.stdout.write('x' * 4000000); sys.stdout.flush(); end('')", id="big")
    done = cli("run", path, "--json", "--spool", small_disk / "spool", code=3)
    outcome = json.loads(done.stdout)["outcome"]
    assert (outcome["result"], outcome["fault"]) == ("failed", "infrastructure")
    assert "No space left" in outcome["reason"] or "full" in outcome["reason"]


def test_full_disk_under_the_spool_is_not_blamed_on_who_finds_no_room(cli, solo, small_disk):
    body = """
file = os.open(os.environ["MATCHRUNNER_OUTPUT"] + "/ballast", os.O_WRONLY | os.O_CREAT)
try:
    while os.write(file, b"x" * 4096): pass
except OSError: pass
try: end("")
except OSError: pass
os._exit(0)
"""
    done = cli("run", solo(body, id="big"), "--json", "--spool", small_disk / "spool", code=3)
    outcome = json.loads(done.stdout)["outcome"]
    assert (outcome["result"], outcome["fault"]) == ("failed", "infrastructure")
    assert outcome["reason"].startswith("the spool's disk is full")


def test_full_disk_under_the_artifacts(cli, solo, small_disk):
    path = solo("sys.stdout.write('x' * 4000000); sys.stdout.flush(); end('')", id="big")
    done = cli("run", path, "--json", "--artifacts", f"file://{small_disk}/kept")
    match = json.loads(done.stdout)
    assert match["outcome"]["result"] == "completed"
    assert "No space left" in match["store_error"] and match.get("stored_at") is None
    assert "artifacts are not stored yet" in done.stderr
    # No half of an artifact is left where readers look for it.
    whole = [artifact["uri"] for artifact in match["artifacts"] if artifact["uri"]]
    assert not any("logs/solo.stdout" in uri for uri in whole)
