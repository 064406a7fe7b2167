# SPDX-License-Identifier: Apache-2.0
import asyncio
import select

import pytest

import matchrunner
from scripted_match import scripted


def test_events_are_iterated_in_order(runner):
    match = runner.submit_match(scripted('event {"type": "progress", "move": 1}'))
    seen = []
    for event in runner.events(match.id):
        seen.append(event)
        if event.type == "collected":
            break
    assert [event.sequence for event in seen] == sorted({event.sequence for event in seen})
    assert seen[0].type == "submit" and all(event.subject == match.id for event in seen)
    assert {"claim", "prepared", "started", "progress", "ended", "collected"} <= {event.type for event in seen}


def test_events_go_on_after_a_sequence(runner):
    match = runner.wait_match(runner.submit_match(scripted()).id)
    stream = runner.events(match.id)
    first = [stream.next(), stream.next()]
    again = runner.events(match.id, after=first[0].sequence)
    assert again.next() == first[1]


def test_next_gives_nothing_in_time(runner):
    stream = runner.events(from_now=True)
    assert stream.next(0) is None and stream.next(timeout=0.01) is None


def test_the_descriptor_tells_of_news(runner):
    stream = runner.events(from_now=True)
    while stream.next(0) is not None or select.select([stream], [], [], 0)[0]:
        pass
    runner.submit_match(scripted())
    assert select.select([stream.fileno()], [], [], 60)[0] == [stream.fileno()]
    assert stream.next(0).type == "submit"


def test_asyncio_waits_on_the_descriptor(runner):
    async def play():
        loop, stream, types = asyncio.get_running_loop(), runner.events(from_now=True), []
        ended = loop.create_future()

        def readable():
            while (event := stream.next(0)) is not None:
                types.append(event.type)
                if event.type == "collected" and not ended.done():
                    ended.set_result(event.subject)

        loop.add_reader(stream.fileno(), readable)
        try:
            match = runner.submit_match(scripted())
            assert await asyncio.wait_for(ended, 60) == match.id
        finally:
            loop.remove_reader(stream.fileno())
        return types

    assert asyncio.run(play())[:2] == ["submit", "claim"]


def test_a_stream_ends_with_its_runner(open_runner):
    runner = open_runner(workers=0)
    runner.submit_match(scripted())
    stream = runner.events()
    runner.close()
    assert [event.type for event in stream] == ["submit"]
    with pytest.raises(matchrunner.Cancelled):
        stream.next()
