# SPDX-License-Identifier: Apache-2.0
"""A custom executor: plays rock, paper, scissors in Python itself, with no process at all."""

import json
import random
from collections import deque
from pathlib import Path

import matchrunner

WINS_AGAINST = {"rock": "scissors", "paper": "rock", "scissors": "paper"}

MATCH = {
    "game": {
        "name": "rock-paper-scissors",
        "seats": [{"name": "judge", "role": "referee", "custom": {}}, {"name": "left"}, {"name": "right"}],
        "settings": {"rounds": 5},
    },
    # What stands in `custom` is handed to the executor as it is.
    "seats": [
        {"name": "left", "custom": {"hands": ["rock"]}},
        {"name": "right", "custom": {"hands": ["rock", "paper", "scissors"]}},
    ],
}


class Duel(matchrunner.Run):
    """One match under way: its reports, ready to be polled."""

    def __init__(self, plan: matchrunner.MatchPlan) -> None:
        super().__init__()
        self.seats = [seat.name for seat in plan.game.seats]
        self.reports: deque[matchrunner.RunReport] = deque()
        hands = {seat.name: seat.custom["hands"] for seat in plan.game.seats if seat.role == "player"}
        scores = dict.fromkeys(hands, 0)
        for number in range(plan.game.settings["rounds"]):
            shown = {name: random.choice(choices) for name, choices in hands.items()}
            left, right = shown
            if shown[left] != shown[right]:
                scores[left if WINS_AGAINST[shown[left]] == shown[right] else right] += 1
            self.reports.append(matchrunner.RunReport.line(json.dumps({"type": "progress", "round": number, **shown})))
        result = {"scores": scores, "reason": f"{plan.game.settings['rounds']} rounds played"}
        Path(plan.spool_folder, "result.json").write_text(json.dumps(result))
        for name in self.seats:
            seat = matchrunner.SeatReport(seat=name, verdict="ok", exit_code=0)
            self.reports.append(matchrunner.RunReport.seat_ended(seat))
        self.reports.append(matchrunner.RunReport.ended())

    def endpoints(self) -> list[matchrunner.SeatEndpoint]:
        return [matchrunner.SeatEndpoint(seat=name) for name in self.seats]

    def poll(self, context: matchrunner.Context) -> matchrunner.RunReport | None:
        return self.reports.popleft() if self.reports else None

    def stop(self, grace: float) -> None:
        self.reports = deque([matchrunner.RunReport.ended()])

    def extend_lease(self, deadline: float) -> None:
        pass  # nothing runs on after a poll


class DuelExecutor(matchrunner.Executor):
    def capabilities(self) -> matchrunner.ExecutorCapabilities:
        return matchrunner.ExecutorCapabilities(wirings=["stdio"], custom=True)

    def prepare(self, plan: matchrunner.MatchPlan, context: matchrunner.Context) -> None:
        unknown = {hand for seat in plan.game.seats for hand in seat.custom.get("hands", [])} - set(WINS_AGAINST)
        if unknown:
            raise matchrunner.InvalidArgument(f"no such hands: {', '.join(sorted(unknown))}", "duel")

    def start(self, plan: matchrunner.MatchPlan, context: matchrunner.Context) -> Duel:
        return Duel(plan)


def main() -> None:
    with matchrunner.Runner("memory://", "memory://", DuelExecutor(), slots=1) as runner:
        match = runner.wait_match(runner.submit_match(MATCH).id)
        for event in runner.events(match.id):
            if event.type == "progress":
                print("round {round}: {left} against {right}".format(**event.body))
            if event.type == "collected":
                break
        assert match.outcome is not None
        print({seat.name: seat.score for seat in match.outcome.seats if seat.score is not None})


if __name__ == "__main__":
    main()
