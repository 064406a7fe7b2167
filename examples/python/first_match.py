# SPDX-License-Identifier: Apache-2.0
"""The first match: one sandboxed program rolls a die and leaves its score."""
import matchrunner

roll = """echo '{"scores": {"die": '$(shuf -i 1-6 -n 1)'}}' >$MATCHRUNNER_RESULT"""
die = {"name": "die", "command": "sh", "arguments": ["-c", roll]}
dice = {"game": {"name": "dice", "wiring": "none", "seats": [die]}}

with matchrunner.Runner("memory://", "memory://", "sandbox://") as runner:
    match = runner.wait_match(runner.submit_match(dice).id)
    assert match.outcome
    print(f"{match.outcome.result}, the die shows {match.outcome.seats[0].score:g}")
