# SPDX-License-Identifier: Apache-2.0
"""`init`, and the match that it writes."""

import pytest

FILES = {"match.json", "referee.py", "bot.py"}


def test_init_then_run_word_for_word(cli):
    stdout = cli("init", "first").stdout
    assert {path.name for path in (cli.folder / "first").iterdir()} == FILES
    command = stdout.splitlines()[-1].removeprefix("now: matchrunner ").split()
    match = cli.json(*command)
    assert match["outcome"]["result"] == "completed"
    assert match["outcome"]["fault"] == "none"
    scores = {seat["name"]: seat["score"] for seat in match["outcome"]["seats"]}
    assert sorted((scores["alice"], scores["bob"])) == [0, 1]
    assert "output/summary.txt" in {artifact["name"] for artifact in match["artifacts"]}
    assert "left, I take" in cli("logs", match["id"], "alice.stderr").stdout


def test_init_here(cli):
    cli("init")
    cli("check", "match.json")


def test_init_overwrites_nothing(cli):
    (cli.folder / "bot.py").write_text("mine")
    assert "bot.py" in cli("init", code=2).stderr
    assert [path.name for path in cli.folder.iterdir()] == ["bot.py"]
    assert (cli.folder / "bot.py").read_text() == "mine"


def test_init_where_nothing_can_be_written(cli):
    stderr = cli("init", "/proc/first", code=3).stderr
    assert stderr.startswith("matchrunner: error: /proc/first: ")


@pytest.mark.parametrize("answer", ["4", "0", "-1", "many", "", "1 1", "x" * 5000])
def test_a_player_that_answers_nonsense_loses(cli, answer):
    cli("init")
    (cli.folder / "bot.py").write_text(
        f"import sys\nif sys.argv[1] == 'hasty': print({answer!r}, flush=True)\n"
        "for line in sys.stdin: print(1, flush=True)\n"
    )
    match = cli.json("run", "match.json")
    assert {seat["name"]: seat["score"] for seat in match["outcome"]["seats"]}["alice"] == 1


def test_a_player_that_dies_loses_and_is_named(cli):
    cli("init")
    (cli.folder / "bot.py").write_text(
        "import sys\nif sys.argv[1] == 'hasty': sys.exit(4)\nfor _ in sys.stdin: print(1, flush=True)\n"
    )
    outcome = cli.json("run", "match.json")["outcome"]
    verdicts = {seat["name"]: (seat["verdict"], seat["exit_code"]) for seat in outcome["seats"]}
    assert outcome["result"] == "completed"
    assert outcome["fault"] == "seat"
    assert verdicts["bob"] == ("exited", 4)
