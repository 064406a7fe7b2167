# SPDX-License-Identifier: Apache-2.0
import re
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"


def output_of(example, folder):
    done = subprocess.run(
        [sys.executable, EXAMPLES / example], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def test_first_match(tmp_path):
    assert re.fullmatch(r"completed, the die shows [1-6]\n", output_of("first_match.py", tmp_path))


def test_custom_executor(tmp_path):
    *rounds, scores = output_of("custom_executor.py", tmp_path).splitlines()
    assert len(rounds) == 5 and all(re.fullmatch(r"round \d: rock against \w+", line) for line in rounds)
    wins = sum(line.endswith("scissors") for line in rounds), sum(line.endswith("paper") for line in rounds)
    assert scores == f"{{'left': {float(wins[0])}, 'right': {float(wins[1])}}}"


def test_custom_sink(tmp_path):
    lines = output_of("custom_sink.py", tmp_path).splitlines()
    assert len(lines) == 3 and all(re.fullmatch(r"[\w.-]+: completed", line) for line in lines)
