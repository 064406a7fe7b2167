# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of the match file and the checker are printed from one table: they must agree on any input."""
import copy
import json
import os
import random

import jsonschema

import matchrunner

LIMITS = {"cpu_seconds": 1, "wall_seconds": None, "memory_bytes": 1048576, "processes": 1, "open_files": 8,
          "output_bytes": 0, "artifact_bytes": 5, "disk_bytes": 1048576, "files": 1}
GOOD = {
    "$schema": "match.schema.json", "id": "m1", "settings": {"a": 1}, "priority": 1, "labels": {"round": "1"},
    "game": {
        "name": "chess", "title": "Chess", "version": 3, "wiring": "stdio", "score_fields": ["plies"],
        "settings": {"seconds": 10}, "limits": {"memory_bytes": 536870912}, "deadline_seconds": 600,
        "grace_seconds": 1.5, "attempts": 2,
        "seats": [
            {"name": "referee", "role": "referee", "command": "python3", "arguments": ["referee.py"],
             "files": [{"path": "referee.py", "source": "referee.py"}, {"path": "a/b", "content": "x"}],
             "read_only": ["../.venv"], "environment": {"A": "b"}, "working_folder": "x/y", "network": True,
             "limits": LIMITS, "on_output_limit": "kill"},
            {"name": "white", "custom": {"a": 1}},
            {"name": "black", "image": "engine:1"},
        ],
    },
    "seats": [{"name": "white", "command": "stockfish", "secrets": {"TOKEN": "t"}}],
    "storage": {"*": "s3://key:secret@cup"}, "streams": {"logs/*": "amqp://broker/?queue=q"},
}
VALUES = [None, True, 0, 1, -1, 1.5, 1e300, "", "a", "a b", "../x", "/x", "a/", "MATCHRUNNER_X", "cut", "referee", "a\nb",
          "x" * 5000, 1048576, 2**60, [], ["a"], [1], {}, {"a": 1}, {"a": "b"}]
NAMES = ["name", "command", "image", "custom", "count", "limits", "source", "content", "game", "id", "a b"]

# What a schema cannot say: rules between seats.
BETWEEN_FIELDS = ("with wiring", "of its own", "seat of the game", "in the game or in", "in a game", "environment does not have",
                  "copies of a player")


def places(value):
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield value, key
        yield from places(item)


def changed(rng):
    match = copy.deepcopy(GOOD)
    for _ in range(rng.choice([1, 1, 2])):
        holder, key = rng.choice(list(places(match)))
        what = rng.random()
        if what < 0.5:
            holder[key] = copy.deepcopy(rng.choice(VALUES))
        elif what < 0.7:
            del holder[key]
        elif isinstance(holder, dict):
            holder[rng.choice(NAMES)] = copy.deepcopy(rng.choice(VALUES))
    return match


def test_schema_and_checker_agree():
    schema = json.loads(matchrunner.match_file_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(GOOD) and matchrunner.check_match_request(GOOD) == []
    seed = int(os.environ.get("MATCHRUNNER_SEED", random.SystemRandom().randrange(2**32)))
    rng = random.Random(seed)
    valid = 0
    for _ in range(300):
        match = changed(rng)
        faults = [fault.describe() for fault in matchrunner.check_match_request(match)]
        of_form = [fault for fault in faults if not any(words in fault for words in BETWEEN_FIELDS)]
        assert validator.is_valid(match) == (not of_form), f"MATCHRUNNER_SEED={seed}: {json.dumps(match)}: {faults}"
        valid += not of_form
    assert 20 < valid < 280, "the changes are all harmless, or all harmful"
