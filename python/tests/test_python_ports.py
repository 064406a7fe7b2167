# SPDX-License-Identifier: Apache-2.0
"""Every port written in Python, at work in a Runner."""

import json
import threading

import pytest

import matchrunner
from scripted_match import scripted
from written_ports import DictSink, ExecutorAround, ListSink, QueueSource, StoreAround, ThreadExecutor


def test_an_executor_in_python_plays_matches(open_runner):
    executor = ThreadExecutor()
    runner = open_runner(executor=executor)
    submitted = runner.submit_match(scripted("its own words", id="m1"))
    executor.started.acquire()
    endpoints = [match.endpoints for match in follow(runner, "m1", "started")][-1]
    assert [(point.seat, point.host) for point in endpoints] == [("solo", "localhost")]
    executor.gate.set()
    match = runner.wait_match(submitted.id)
    assert match.outcome.result == "completed" and match.outcome.seats[0].wall_seconds == 0.5
    assert executor.prepared == [("m1", 32)]
    told = {"seat": "solo", "what": "its own words", "step": "", "bytes": 1, "total_bytes": 2}
    assert [event.body for event in read(runner, "m1") if event.type == "preparing"] == [told]
    assert [event.body["done"] for event in read(runner, "m1") if event.type == "progress"] == [1]
    assert [event.body for event in read(runner, "m1") if event.type == "dropped"] == [{"lines": 3}]


def read(runner, match):
    """The events of a match that has ended."""
    stream = runner.events(match)
    return list(iter(lambda: stream.next(0), None))


def follow(runner, match, until):
    """The match, as it stands after each event up to the one of type `until`."""
    for event in runner.events(match):
        yield runner.get_match(match)
        if event.type == until:
            return


def test_an_executor_is_made_for_each_worker(open_runner):
    made = []

    def make():
        made.append((ThreadExecutor(), threading.get_ident()))
        made[-1][0].gate.set()
        return made[-1][0]

    runner = open_runner(executor=make, workers=2)
    for match in [runner.submit_match(scripted()) for _ in range(4)]:
        assert runner.wait_match(match.id).state == "finished"
    assert 1 <= len(made) <= 2 and len({thread for _, thread in made}) == len(made)
    assert threading.get_ident() not in {thread for _, thread in made}


def test_a_class_is_a_factory(open_runner):
    class Open(ThreadExecutor):
        def __init__(self):
            super().__init__()
            self.gate.set()

    runner = open_runner(executor=Open)
    assert runner.wait_match(runner.submit_match(scripted()).id).state == "finished"


def test_an_executor_may_wrap_another(open_runner):
    runner = open_runner(executor=lambda: ExecutorAround(matchrunner.open_executor("memory://")()))
    match = runner.wait_match(runner.submit_match(scripted("print hi", 'result {"scores": {"solo": 4}}')).id)
    assert match.outcome.seats[0].score == 4


def test_a_native_executor_serves_one_worker(open_runner):
    runner = open_runner(executor=matchrunner.open_executor("memory://")(), workers=1)
    assert runner.wait_match(runner.submit_match(scripted()).id).state == "finished"


def test_an_executor_that_raises_is_an_infrastructure_fault(open_runner):
    class Broken(ThreadExecutor):
        def start(self, plan, context):
            raise ValueError("no such arena")

    runner = open_runner(executor=Broken())
    match = runner.wait_match(runner.submit_match(scripted()).id)
    assert (match.state, match.outcome.fault) == ("failed", "infrastructure")
    assert "Broken.start" in match.outcome.reason and "ValueError: no such arena" in match.outcome.reason


def test_a_run_is_closed_when_it_is_done(open_runner):
    closed = threading.Event()

    class Closing(ThreadExecutor):
        def start(self, plan, context):
            run = super().start(plan, context)
            close = run.close
            run.close = lambda: (close(), closed.set())
            return run

    executor = Closing()
    executor.gate.set()
    runner = open_runner(executor=executor)
    runner.wait_match(runner.submit_match(scripted()).id)
    assert closed.wait(60)


def test_a_python_run_stops(open_runner):
    executor = ThreadExecutor()
    runner = open_runner(executor=executor)
    match = runner.submit_match(scripted())
    executor.started.acquire()
    runner.stop_match(match.id, "enough")
    assert runner.wait_match(match.id).state == "stopped"


def test_artifacts_go_to_a_sink_in_python(open_runner):
    sink = DictSink()
    runner = open_runner(artifacts=sink)
    match = runner.wait_match(runner.submit_match(scripted("print hello", "output game.txt=e4 e5")).id)
    stored = {artifact.name: sink.stored[artifact.uri] for artifact in match.artifacts}
    assert stored["logs/solo.stdout"] == b"hello\n" and stored["output/game.txt"] == b"e4 e5"
    assert runner.read_log(match.id, "output/game.txt").bytes == b"e4 e5"


def test_a_writer_left_open_is_aborted():
    sink = DictSink()
    results = matchrunner.conformance.check_artifact_sink(lambda fresh: sink)
    assert results and sink.aborted


def test_events_go_to_a_sink_in_python(open_runner):
    sink = ListSink()
    runner = open_runner(sinks={"list": sink})
    match = runner.wait_match(runner.submit_match(scripted('event {"type": "score", "solo": 1}')).id)
    runner.close()
    types = [event.type for event in sink.events if event.subject == match.id]
    assert types[0] == "submit" and "score" in types and "collected" in types
    assert [event.sequence for event in sink.events] == sorted(event.sequence for event in sink.events)


def test_a_sink_that_raises_is_tried_again(open_runner):
    class Shy(ListSink):
        refused = 0

        def publish(self, events, context):
            if self.refused < 2 and events:
                self.refused += 1
                raise matchrunner.Unavailable("not today", "shy")
            return super().publish(events, context)

    sink = Shy()
    runner = open_runner(sinks={"shy": sink})
    match = runner.submit_match(scripted())
    runner.wait_match(match.id)
    while not any(event.type == "collected" for event in list(sink.events)):
        runner.events(from_now=True).next(0.02)
    assert sink.refused == 2 and [status.sink for status in runner.outbox()] == ["shy"]


def test_commands_come_from_a_source_in_python(open_runner):
    source = QueueSource()
    runner = open_runner(sources=[source])
    stream = runner.events()
    source.queue.put(json.dumps({"command": "run", "data": scripted(id="m1")}))
    source.queue.put("not a command")
    while stream.next().type != "collected":
        pass
    assert runner.wait_match("m1").state == "finished"
    runner.close()
    assert len(source.accepted) == 1 and source.rejected[0][0] == "not a command" and source.rejected[0][1]


def test_a_store_may_be_wrapped(open_runner):
    class Counting(StoreAround):
        commits = 0

        def commit(self, batch, context):
            type(self).commits += 1
            return super().commit(batch, context)

    runner = open_runner(Counting(matchrunner.open_state_store("memory://")))
    assert runner.wait_match(runner.submit_match(scripted()).id).state == "finished"
    assert Counting.commits >= 5


def test_ports_can_be_added_by_url(open_runner):
    stores = []

    def open_store(url):
        stores.append(url)
        return StoreAround(matchrunner.open_state_store("memory://"))

    matchrunner.add_state_store("around", "around://NAME", open_store)
    matchrunner.add_executor("threads", "threads://", lambda url: ThreadExecutor)
    with pytest.raises(matchrunner.AlreadyExists):
        matchrunner.add_state_store("around", "around://NAME", open_store)
    runner = open_runner("around://here", executor="threads://", workers=0)
    assert runner.submit_match(scripted()).state == "queued" and stores == ["around://here"]
    assert ("state_store", "around") in {(row.port, row.scheme) for row in matchrunner.adapters()}
    assert isinstance(matchrunner.open_executor("threads://")(), ThreadExecutor)


def test_what_is_not_a_port_is_refused(open_runner):
    with pytest.raises(TypeError):
        open_runner(artifacts=object())
    runner = open_runner(executor=lambda: "not an executor")
    match = runner.wait_match(runner.submit_match(scripted()).id)
    assert match.outcome.fault == "infrastructure" and "not an executor" in match.outcome.reason
