# SPDX-License-Identifier: Apache-2.0
"""A port lives as long as a native side needs it, and no longer."""

import gc
import weakref

import matchrunner
from scripted_match import scripted
from written_ports import DictSink, ListSink, StoreAround, ThreadExecutor


def test_ports_outlive_their_last_python_name(open_runner):
    executor, sink, artifacts = ThreadExecutor(), ListSink(), DictSink()
    store = StoreAround(matchrunner.open_state_store("memory://"))
    executor.gate.set()
    names = [weakref.ref(port) for port in (executor, sink, artifacts, store)]
    runner = open_runner(store, artifacts, executor, sinks={"list": sink})
    del executor, sink, artifacts, store
    gc.collect()
    assert all(name() is not None for name in names)
    match = runner.wait_match(runner.submit_match(scripted()).id)
    assert match.state == "finished"
    while not names[1]().events:
        runner.events(from_now=True).next(0.02)
    assert names[2]().stored
    runner.close()
    gc.collect()
    assert [name() for name in names] == [None] * 4


def test_a_port_that_knows_its_runner_goes_with_it(open_runner):
    sink = ListSink()
    sink.runner = open_runner(sinks={"list": sink})
    gone = weakref.ref(sink)
    sink.runner.close()
    del sink
    gc.collect()
    assert gone() is None


def test_a_dropped_runner_closes(tmp_path):
    executor = ThreadExecutor()
    runner = matchrunner.Runner("memory://", "memory://", executor, slots=1, spool_folder=tmp_path)
    runner.submit_match(scripted())
    executor.started.acquire()
    del runner
    gc.collect()
    executor.gate.set()
    gone = weakref.ref(executor)
    del executor
    gc.collect()
    assert gone() is None


def test_a_stream_outlives_its_runner(open_runner):
    runner = open_runner()
    match = runner.wait_match(runner.submit_match(scripted()).id)
    stream = runner.events(match.id)
    runner.close()
    del runner
    gc.collect()
    types = [event.type for event in stream]
    assert types[0] == "submit" and types[-1] in ("collected", "stored")


def test_native_ports_can_be_shared(open_runner):
    store = matchrunner.open_state_store("memory://")
    first = open_runner(store, workers=0)
    second = open_runner(store)
    match = first.submit_match(scripted())
    assert second.wait_match(match.id).state == "finished"
    assert first.get_match(match.id).state == "finished"
    context = matchrunner.Context(timeout=60)
    assert store.find(matchrunner.RecordKey(kind="match", id=match.id), context).state == "finished"
    assert store.find(matchrunner.RecordKey(kind="match", id="nobody"), context) is None
