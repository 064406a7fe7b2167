# SPDX-License-Identifier: Apache-2.0
import copy
import pickle
import random
from datetime import datetime, timedelta, timezone

import pytest

import matchrunner
from scripted_match import scripted


def test_values_are_read_only():
    limits = matchrunner.Limits(cpu_seconds=2)
    with pytest.raises(AttributeError):
        limits.cpu_seconds = 3
    with pytest.raises(AttributeError):
        limits.other = 3
    assert limits.cpu_seconds == 2


def test_repr_shows_what_is_said():
    assert repr(matchrunner.Limits()) == "Limits()"
    assert repr(matchrunner.Limits(cpu_seconds=2, processes=4)) == "Limits(cpu_seconds=2.0, processes=4)"
    write = matchrunner.Write(record=matchrunner.Record(kind="match", id="m1"), lease="claim", lease_for=1.5)
    assert repr(write) == "Write(record=Record(kind='match', id='m1'), lease='claim', lease_for=1.5)"


def test_repr_of_a_match_fits_on_a_line(runner):
    match = runner.submit_match(scripted(id="m1"))
    assert repr(match).startswith("Match(id='m1', state=")
    assert "\n" not in repr(match) and len(repr(match)) < 400


def test_repr_shows_no_secret():
    seat = {"name": "solo", "secrets": {"TOKEN": "hush"}}
    request = matchrunner.parse_match_request(scripted(seats=[seat]))
    assert request.seats[0].secrets == {"TOKEN": "hush"}
    assert "solo" in repr(request) and "hush" not in repr(request) + repr(request.seats[0])


@pytest.mark.parametrize("fields", [{"cpu": 1}, {"cpu_seconds": "two"}, {"processes": -1}])
def test_constructors_name_the_field_that_is_wrong(fields):
    with pytest.raises(TypeError, match=f"Limits.*'{list(fields)[0]}'"):
        matchrunner.Limits(**fields)


def test_values_that_only_the_library_makes_have_no_constructor():
    with pytest.raises(TypeError):
        matchrunner.Match()


def test_equal_values_are_equal():
    key = matchrunner.RecordKey(kind="match", id="m1")
    assert key == matchrunner.RecordKey(kind="match", id="m1")
    assert key != matchrunner.RecordKey(kind="match", id="m2")
    assert key != "m1"


def test_words_are_strings_too():
    state = matchrunner.MatchState.FINISHED
    assert state == "finished" and f"{state}" == "finished" and {state: 1}["finished"] == 1
    assert matchrunner.Verdict("output_limit") is matchrunner.Verdict.OUTPUT_LIMIT
    assert [verdict.value for verdict in matchrunner.Verdict][:3] == ["ok", "timeout", "memory"]


def test_words_are_taken_as_strings_and_as_members():
    for lease in ("renew", matchrunner.LeaseChange.RENEW):
        assert matchrunner.Write(lease=lease).lease is matchrunner.LeaseChange.RENEW
    with pytest.raises(TypeError, match="'lease': 'borrow'"):
        matchrunner.Write(lease="borrow")


def test_times_are_exact_and_in_utc():
    spread = random.Random(20261121)
    for _ in range(500):
        at = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=spread.randrange(-(10**15), 10**16))
        event = matchrunner.Event(at=at.astimezone(timezone(timedelta(hours=5, minutes=45))))
        assert event.at == at and event.at.tzinfo is timezone.utc


def test_naive_times_are_refused():
    with pytest.raises(ValueError, match="naive"):
        matchrunner.Event(at=datetime(2026, 11, 21))


def test_bodies_are_objects_and_keep_their_text():
    text = '{"b": 1,  "a": [null, "\\u00e9"]}'
    event = matchrunner.Event(kind="match", body=text)
    assert event.body == {"b": 1, "a": [None, "é"]} and event.body_text == text
    assert matchrunner.Event(body={"score": 1.5}).body_text == '{"score":1.5}'


def test_durations_are_seconds():
    assert matchrunner.Write(lease_for=0.25).lease_for == 0.25
    for nonsense in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite"):
            matchrunner.Write(lease_for=nonsense)


def test_sequences_are_tuples():
    batch = matchrunner.Batch(writes=[matchrunner.Write()], events=(matchrunner.Event(type="x"),))
    assert isinstance(batch.writes, tuple) and batch.events[0].type == "x"


def test_nested_values_outlive_their_owner():
    def first_event():
        return matchrunner.Batch(events=[matchrunner.Event(type="kept", body={"a": 1})]).events[0]

    assert [first_event().type for _ in range(100)] == ["kept"] * 100


def test_values_pickle_and_copy(runner):
    match = runner.wait_match(runner.submit_match(scripted(labels={"round": "1"})).id)
    for again in (pickle.loads(pickle.dumps(match)), copy.copy(match), copy.deepcopy(match)):
        assert again == match and again.to_json() == match.to_json() and again.times == match.times
    event = runner.events().next(10)
    assert pickle.loads(pickle.dumps(event)) == event


def test_context_tells_what_is_left():
    assert matchrunner.Context().remaining == 86400
    assert 0 < matchrunner.Context(1000).remaining <= 1000
    late = matchrunner.Context(0)
    assert late.remaining == 0 and not late.stop_requested
    with pytest.raises(matchrunner.Timeout):
        late.check()
