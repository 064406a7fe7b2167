# SPDX-License-Identifier: Apache-2.0
"""The chess referee on its own, wired to real programs by real pipes: good engines, and every kind of bad one."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import chess.pgn
import pytest

CHESS = Path(__file__).resolve().parents[2] / "examples" / "chess"
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/games"

# An engine in a few lines: it shakes hands, then does with each `go` what the test says.
ENGINE = """
import sys
for line in sys.stdin:
    word = line.split()[0]
    if word == "uci": print("id name scripted\\nuciok", flush=True)
    if word == "isready": print("readyok", flush=True)
    if word == "go":
        {on_go}
"""

PLAY_MOVES = ENGINE.format(on_go="print('bestmove', sys.argv.pop(1), flush=True)")


def scripted(on_go):
    return [sys.executable, "-c", ENGINE.format(on_go=on_go)]


def replay(*moves):
    return [sys.executable, "-c", PLAY_MOVES, *moves]


class Played:
    def __init__(self, folder, events):
        self.result = json.loads((folder / "result.json").read_text())
        self.events = [json.loads(line) for line in events.splitlines()]
        self.pgn = (folder / "output" / "game.pgn").read_text()
        self.game = chess.pgn.read_game(io.StringIO(self.pgn))


@pytest.fixture
def play(tmp_path):
    """Runs the referee with two programs as its players."""
    children = []

    def run(white, black, **settings):
        seats, kept = [], []
        for name, command in (("white", white), ("black", black)):
            to_player, write_fd = os.pipe()
            read_fd, from_player = os.pipe()
            children.append(
                subprocess.Popen(command, stdin=to_player, stdout=from_player, env={"PATH": PATH}, cwd=tmp_path)
            )
            os.close(to_player)
            os.close(from_player)
            seats.append({"name": name, "role": "player", "read_fd": read_fd, "write_fd": write_fd})
            kept += [read_fd, write_fd]
        events, events_fd = os.pipe()
        (tmp_path / "output").mkdir()
        referee = subprocess.Popen(
            [sys.executable, str(CHESS / "referee.py")],
            pass_fds=[*kept, events_fd],
            env={
                "PATH": PATH,
                "MATCHRUNNER_MATCH": "match-1",
                "MATCHRUNNER_SEATS": json.dumps(seats),
                "MATCHRUNNER_SETTINGS": json.dumps(settings),
                "MATCHRUNNER_EVENTS": str(events_fd),
                "MATCHRUNNER_OUTPUT": str(tmp_path / "output"),
                "MATCHRUNNER_RESULT": str(tmp_path / "result.json"),
            },
        )
        children.append(referee)
        for fd in [*kept, events_fd]:
            os.close(fd)
        with open(events) as stream:
            text = stream.read()
        assert referee.wait() == 0
        return Played(tmp_path, text)

    yield run
    for child in children:
        child.kill()
        child.wait()


def test_two_debian_engines_play_to_the_end(play):
    played = play(["stockfish"], ["gnuchess", "--uci"], seconds=2, increment=0.02)
    assert sum(played.result["scores"].values()) == 1
    moves = [event for event in played.events if event["type"] == "progress"]
    assert [event["ply"] for event in moves] == list(range(1, played.result["plies"] + 1))
    assert played.events[-1]["type"] == "score"
    assert played.events[-1]["scores"] == played.result["scores"]
    assert played.game.errors == []
    assert played.game.headers["White"].startswith("Stockfish")
    assert played.game.headers["Black"].startswith("GNU Chess")
    assert played.game.headers["TimeControl"] == "2+0.02"
    assert played.game.headers["Result"] == played.result["result"]
    assert played.game.headers["Termination"] == played.result["reason"]
    board = played.game.end().board()
    assert board.fen() == played.result["final_fen"] == moves[-1]["fen"]
    assert played.game.end().ply() == played.result["plies"]


def test_mate_is_found_by_the_referee(play):
    played = play(replay("f2f3", "g2g4"), replay("e7e5", "d8h4"))
    assert played.result["scores"] == {"white": 0, "black": 1}
    assert played.result["reason"] == "checkmate"
    assert played.result["plies"] == 4
    assert [event["san"] for event in played.events if event["type"] == "progress"] == ["f3", "e5", "g4", "Qh4#"]


def test_repetition_is_a_draw(play):
    there_and_back = ["g1f3", "f3g1"] * 4
    played = play(replay(*there_and_back), replay(*["g8f6", "f6g8"] * 4))
    assert played.result["scores"] == {"white": 0.5, "black": 0.5}
    assert played.result["reason"] == "threefold repetition"
    assert played.game.headers["Result"] == "1/2-1/2"


def test_move_limit_is_a_draw(play):
    played = play(replay("e2e4", "d2d4"), replay("e7e5"), max_plies=3)
    assert played.result["scores"] == {"white": 0.5, "black": 0.5}
    assert played.result["reason"] == "move limit"


@pytest.mark.parametrize(
    ("on_go", "reason"),
    [
        ("print('bestmove e2e5', flush=True)", "white played an illegal move: 'e2e5'"),
        ("print('bestmove', flush=True)", "white played an illegal move: ''"),
        ("print('bestmove', 'x' * 5000, flush=True)", "white played an illegal move: 'xxxxxxxxxxxxxxxxxxxx'"),
        ("print('bestmove 0000', flush=True)", "white played an illegal move: '0000'"),
        ("sys.exit(3)", "white engine ended"),
        ("sys.stdout.write('bestmove e2e4'); sys.stdout.flush(); sys.exit()", "white engine ended"),
        ("__import__('time').sleep(60)", "white lost on time"),
        ("while True: print('info string noise')", "white lost on time"),
        ("while True: sys.stdout.write('x' * 4096)", "white lost on time"),
        ("sys.stdout.buffer.write(b'\\xff\\x00\\n')", "white lost on time"),
    ],
)
def test_a_bad_engine_loses(play, on_go, reason):
    played = play(scripted(on_go), replay("e7e5"), seconds=0.3, increment=0)
    assert played.result["scores"] == {"white": 0, "black": 1}
    assert played.result["reason"] == reason
    assert played.game.headers["Result"] == "0-1"


def test_flag_fall_against_a_bare_king_is_a_draw(play):
    played = play(scripted("pass"), replay(), seconds=0.2, fen="8/8/8/4k3/8/8/4P3/4K3 w - - 0 1")
    assert played.result["scores"] == {"white": 0.5, "black": 0.5}
    assert played.result["reason"] == "white lost on time, but cannot be mated"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["true"], "black did not get ready: engine ended"),
        (["sleep", "60"], "black did not get ready: no answer in time"),
        (["yes"], "black did not get ready: no answer in time"),
    ],
)
def test_an_engine_that_never_gets_ready_loses(play, command, reason):
    played = play(replay("e2e4"), command, start_seconds=0.5)
    assert played.result["scores"] == {"white": 1, "black": 0}
    assert played.result["reason"] == reason
    assert played.result["plies"] == 0


def test_nobody_wins_when_neither_gets_ready(play):
    played = play(["true"], ["false"])
    assert played.result["scores"] == {"white": 0, "black": 0}
    assert played.game.headers["Result"] == "*"


def test_an_engine_that_does_not_read_cannot_hold_the_referee(play):
    names = [f"k{number}" for number in range(80)]
    greeting = "".join(f"option name {name} type string\n" for name in names) + "uciok\nreadyok\n"
    deaf = ["sh", "-c", f"printf '{greeting}'; exec sleep 60"]
    more_than_a_pipe = {"black": {name: "v" * 1000 for name in names}}
    played = play(replay("e2e4"), deaf, start_seconds=0.5, options=more_than_a_pipe)
    assert played.result["scores"] == {"white": 1, "black": 0}
    assert played.result["reason"] == "black did not get ready: no answer in time"


def test_options_reach_the_engine_that_has_them(play, tmp_path):
    teller = """
import sys
for line in sys.stdin:
    if line == "uci\\n": print("id name teller\\noption name Depth type spin\\nuciok", flush=True)
    if line.startswith("isready"): print("readyok", flush=True)
    if line.startswith("setoption"): open("options.txt", "a").write(line)
    if line.startswith("go"): print("bestmove resigns", flush=True)
"""
    options = {"white": {"Depth": 3, "Unknown": 1}}
    played = play([sys.executable, "-c", teller], replay(), options=options)
    assert played.result["scores"] == {"white": 0, "black": 1}
    assert (tmp_path / "options.txt").read_text() == "setoption name Depth value 3\n"
