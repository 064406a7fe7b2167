# SPDX-License-Identifier: Apache-2.0
"""Referee of a chess match between two UCI engines: keeps the clocks, checks every move, tells how it ended."""

import datetime
import json
import os
import time
from pathlib import Path

import chess
import chess.pgn
from uci import Engine, EngineFault, FlagFall

DEFAULTS = {
    "seconds": 10.0,  # on each clock at the start
    "increment": 0.1,  # added after each move
    "margin": 0.1,  # a flag may be so much late, for the way through the pipes
    "start_seconds": 10.0,  # for an engine to say that it is ready
    "max_plies": 600,  # then it is a draw
    "fen": chess.STARTING_FEN,
    "options": {},  # UCI options by seat: {"white": {"Hash": 64}}
}
ENGINE_OPTIONS = {"Threads": 1, "Hash": 16, "Ponder": "false"}
COLORS = {"white": chess.WHITE, "black": chess.BLACK}


class Referee:
    def __init__(self, settings, engines, tell, output):
        self.settings = DEFAULTS | settings
        self.engines = engines
        self.tell = tell
        self.board = chess.Board(self.settings["fen"])
        self.clocks = dict.fromkeys(COLORS, float(self.settings["seconds"]))
        self.game = chess.pgn.Game()
        self.game.setup(self.board)
        self.node = self.game
        self.pgn = output / "game.pgn"

    def play(self):
        """The whole match; returns what belongs into the result file."""
        scores, reason = self.start() or self.play_on()
        result = {(1, 0): "1-0", (0, 1): "0-1", (0.5, 0.5): "1/2-1/2"}.get(tuple(scores.values()), "*")
        self.game.headers["Result"] = result
        self.game.headers["Termination"] = reason
        self.save()
        self.tell({"type": "score", "scores": scores, "reason": reason})
        plies = len(self.board.move_stack)
        return {"scores": scores, "reason": reason, "result": result, "plies": plies, "final_fen": self.board.fen()}

    def start(self):
        """Gets both engines ready; an ending if one of them cannot."""
        faults = {}
        for seat, engine in self.engines.items():
            options = ENGINE_OPTIONS | self.settings["options"].get(seat, {})
            try:
                engine.start(options, time.monotonic() + self.settings["start_seconds"])
            except EngineFault as fault:
                faults[seat] = f"{seat} did not get ready: {fault}"
        self.write_headers()
        if not faults:
            return None
        scores = {seat: int(seat not in faults and len(faults) == 1) for seat in COLORS}
        return scores, "; ".join(faults.values())

    def play_on(self):
        """Move by move to the end: the scores and the reason."""
        while True:
            outcome = self.board.outcome(claim_draw=True)
            if outcome is not None:
                return self.scores(outcome.winner), outcome.termination.name.lower().replace("_", " ")
            if len(self.board.move_stack) >= self.settings["max_plies"]:
                return self.scores(None), "move limit"
            seat = "white" if self.board.turn == chess.WHITE else "black"
            try:
                move = self.next_move(seat)
            except FlagFall:
                winner = not COLORS[seat]
                if self.board.has_insufficient_material(winner):
                    return self.scores(None), f"{seat} lost on time, but cannot be mated"
                return self.scores(winner), f"{seat} lost on time"
            except EngineFault as fault:
                return self.scores(not COLORS[seat]), f"{seat} {fault}"
            self.record(seat, move)

    def next_move(self, seat):
        """A legal move of `seat`, its clock run down by the time that it took."""
        clocks = {name: max(1, round(left * 1000)) for name, left in self.clocks.items()}
        step = round(self.settings["increment"] * 1000)
        go = f"go wtime {clocks['white']} btime {clocks['black']} winc {step} binc {step}"
        moves = " ".join(move.uci() for move in self.board.move_stack)
        position = f"position fen {self.settings['fen']}" + (f" moves {moves}" if moves else "")
        deadline = time.monotonic() + self.clocks[seat] + self.settings["margin"]
        text, seconds = self.engines[seat].best_move(position, go, deadline)
        self.clocks[seat] = max(0.0, self.clocks[seat] - seconds) + self.settings["increment"]
        try:
            move = chess.Move.from_uci(text)
        except ValueError:
            move = chess.Move.null()
        if move not in self.board.legal_moves:
            raise EngineFault(f"played an illegal move: {text[:20]!r}")
        return move

    def record(self, seat, move):
        """Plays `move` on the board, in the PGN and in the match's events."""
        san = self.board.san(move)
        number = f"{self.board.fullmove_number}{'.' if seat == 'white' else '...'}"
        self.board.push(move)
        self.node = self.node.add_main_variation(move)
        self.node.set_clock(self.clocks[seat])
        self.save()
        clocks = {name: round(left, 2) for name, left in self.clocks.items()}
        self.tell(
            {
                "type": "progress",
                "text": f"{number:<7} {san:<8} white {clocks['white']:5.1f} s  black {clocks['black']:5.1f} s",
                "ply": len(self.board.move_stack),
                "san": san,
                "fen": self.board.fen(),
                "clocks": clocks,
            }
        )

    def write_headers(self):
        seconds, increment = self.settings["seconds"], self.settings["increment"]
        self.game.headers.update(
            Event=os.environ.get("MATCHRUNNER_MATCH", "matchrunner"),
            Site="matchrunner",
            Date=datetime.date.today().strftime("%Y.%m.%d"),
            Round="-",
            White=self.engines["white"].name,
            Black=self.engines["black"].name,
            TimeControl=f"{seconds:g}+{increment:g}",
        )

    def save(self):
        """The game so far, never half of it: a match that is stopped keeps the moves that were played."""
        draft = self.pgn.with_name(".game.pgn")
        draft.write_text(f"{self.game}\n")
        draft.replace(self.pgn)

    @staticmethod
    def scores(winner):
        return {seat: 0.5 if winner is None else int(color == winner) for seat, color in COLORS.items()}


def main():
    seats = {seat["name"]: seat for seat in json.loads(os.environ["MATCHRUNNER_SEATS"])}
    engines = {name: Engine(name, seats[name]["read_fd"], seats[name]["write_fd"]) for name in COLORS}
    with open(int(os.environ["MATCHRUNNER_EVENTS"]), "w", buffering=1) as events:
        referee = Referee(
            json.loads(os.environ["MATCHRUNNER_SETTINGS"]),
            engines,
            lambda event: events.write(json.dumps(event) + "\n"),
            Path(os.environ["MATCHRUNNER_OUTPUT"]),
        )
        result = referee.play()
    Path(os.environ["MATCHRUNNER_RESULT"]).write_text(json.dumps(result))


if __name__ == "__main__":
    main()
