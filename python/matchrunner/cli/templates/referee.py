"""The referee of Nim: asks the players in turn, checks what they answer, and writes who won."""

import json
import os
import select
import time

settings = json.loads(os.environ["MATCHRUNNER_SETTINGS"])
seats = json.loads(os.environ["MATCHRUNNER_SEATS"])
events = open(int(os.environ["MATCHRUNNER_EVENTS"]), "w", buffering=1)


def tell(event):
    """Shown live, and kept in the match's journal."""
    print(json.dumps(event), file=events)


def ask(seat, question):
    """One line to a player and one back; None if it is gone, silent or too slow."""
    try:
        os.write(seat["write_fd"], f"{question}\n".encode())
    except OSError:
        return None
    answer = b""
    deadline = time.monotonic() + settings["seconds_per_move"]
    while not answer.endswith(b"\n") and len(answer) < 100:
        ready, _, _ = select.select([seat["read_fd"]], [], [], max(0, deadline - time.monotonic()))
        chunk = os.read(seat["read_fd"], 100) if ready else b""
        if not chunk:
            return None
        answer += chunk
    return answer.decode(errors="replace").strip()


def play(sticks):
    """The winner, and why."""
    turn = 0
    while True:
        player, other = seats[turn % 2], seats[(turn + 1) % 2]
        answer = ask(player, sticks)
        if answer not in ("1", "2", "3") or int(answer) > sticks:
            return other["name"], f"{player['name']} answered {answer!r}"
        sticks -= int(answer)
        tell({"type": "progress", "text": f"{player['name']} takes {answer}, {sticks} left"})
        if sticks == 0:
            return player["name"], f"{player['name']} took the last stick"
        turn += 1


winner, reason = play(settings["sticks"])
scores = {seat["name"]: int(seat["name"] == winner) for seat in seats}
tell({"type": "score", "scores": scores, "reason": reason})
with open(os.path.join(os.environ["MATCHRUNNER_OUTPUT"], "summary.txt"), "w") as summary:
    summary.write(f"{winner} won: {reason}\n")  # whatever is left in this folder is kept as an artifact
with open(os.environ["MATCHRUNNER_RESULT"], "w") as result:
    json.dump({"scores": scores, "reason": reason}, result)
