# SPDX-License-Identifier: Apache-2.0
"""examples/chess through the command line: stockfish against gnuchess in the sandbox, as `make run` plays it."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import chess.pgn
import pytest

CHESS = Path(__file__).resolve().parents[2] / "examples" / "chess"
COMMAND = str(Path(sys.executable).with_name("matchrunner"))


@pytest.fixture
def short_match(tmp_path):
    """The example's own file, with a short time control and the virtual environment of this test."""
    match = json.loads((CHESS / "match.json").read_text())
    match["game"]["settings"] = {"seconds": 2, "increment": 0.02}
    text = json.dumps(match).replace("../../.venv", sys.prefix)
    for name in ("referee.py", "uci.py"):
        text = text.replace(f'"source": "{name}"', f'"source": "{CHESS / name}"')
    path = tmp_path / "match.json"
    path.write_text(text)
    return path


def artifact(match, name):
    [uri] = [artifact["uri"] for artifact in match["artifacts"] if artifact["name"] == name]
    return Path(unquote(urlsplit(uri).path)).read_text()


def test_a_whole_game_is_played_shown_and_kept(short_match, tmp_path):
    environment = {**os.environ, "MATCHRUNNER_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [COMMAND, "run", "--progress", "--json", short_match], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    match = json.loads(done.stdout)
    outcome = match["outcome"]
    assert (outcome["result"], outcome["fault"]) == ("completed", "none"), outcome
    assert [(seat["name"], seat["verdict"]) for seat in outcome["seats"]] == [
        ("referee", "ok"),
        ("white", "ok"),
        ("black", "ok"),
    ]
    assert sum(seat["score"] or 0 for seat in outcome["seats"]) == 1
    game = chess.pgn.read_game(io.StringIO(artifact(match, "output/game.pgn")))
    assert game.errors == []
    assert game.headers["White"].startswith("Stockfish")
    assert game.headers["Black"].startswith("GNU Chess")
    assert game.headers["Termination"] == outcome["reason"]
    moves = [node.san() for node in game.mainline()]
    assert len(moves) == outcome["details"]["plies"]
    shown = [line.split()[1] for line in done.stderr.splitlines() if " white " in line and " black " in line]
    assert [san for san in shown if san in set(moves)] == moves
    assert json.loads(artifact(match, "result.json"))["result"] == game.headers["Result"]
