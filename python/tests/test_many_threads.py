# SPDX-License-Identifier: Apache-2.0
"""Python ports under many native and Python threads at once: no deadlock, nothing lost."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import matchrunner
from scripted_match import scripted
from written_ports import DictSink, ListSink, StoreAround, ThreadExecutor

MATCHES, THREADS = 48, 8


@pytest.mark.parametrize("in_python", [["executor"], ["store"], ["executor", "sink", "store", "artifacts"]])
def test_matches_of_many_threads_all_end(open_runner, in_python):
    sink = ListSink()
    executor = ThreadExecutor()
    executor.gate.set()
    store = matchrunner.open_state_store("memory://")
    runner = open_runner(
        StoreAround(store) if "store" in in_python else store,
        DictSink() if "artifacts" in in_python else "memory://",
        executor if "executor" in in_python else "memory://",
        sinks={"list": sink} if "sink" in in_python else {},
        slots=THREADS,
    )

    def play(number):
        match = runner.submit_match(scripted(id=f"m{number}"))
        for event in runner.events(match.id):
            if event.type in ("collected", "fail"):
                break
        return runner.wait_match(match.id).state

    with ThreadPoolExecutor(THREADS) as threads:
        assert list(threads.map(play, range(MATCHES))) == ["finished"] * MATCHES
    runner.close()
    if "sink" in in_python:
        ended = [event.subject for event in sink.events if event.type == "collected"]
        assert sorted(ended) == sorted(f"m{number}" for number in range(MATCHES))


def test_a_stream_is_for_one_thread_at_a_time(open_runner):
    stream = open_runner(workers=0).events(from_now=True)
    refused = threading.Event()

    def read():
        while not refused.is_set():
            try:
                stream.next(0.01)
            except matchrunner.Conflict as error:
                assert "another thread" in error.message
                refused.set()

    with ThreadPoolExecutor(2) as threads:
        for reading in [threads.submit(read), threads.submit(read)]:
            reading.result()
    assert refused.is_set()
