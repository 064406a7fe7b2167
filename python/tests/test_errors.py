# SPDX-License-Identifier: Apache-2.0
import gc
import pickle
import traceback
import weakref

import pytest

import matchrunner
from scripted_match import scripted
from written_ports import StoreAround

CLASSES = matchrunner.Error.__subclasses__()


def test_each_code_has_one_class():
    assert len({error.code for error in CLASSES}) == len(CLASSES) == 14
    assert all(getattr(matchrunner, error.__name__) is error for error in CLASSES)


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.__name__)
def test_errors_have_parts_and_pickle(error):
    raised = error("no such match", "runner")
    again = pickle.loads(pickle.dumps(raised))
    for one in (raised, again):
        assert (one.message, one.origin, one.code) == ("no such match", "runner", error.code)
        assert str(one) == "runner: no such match"
    assert str(error("alone")) == "alone"


def test_errors_of_the_library_are_raised_by_class(runner):
    with pytest.raises(matchrunner.NotFound) as caught:
        runner.get_match("nobody")
    assert caught.value.code == "not_found" and "nobody" in caught.value.message
    runner.submit_match(scripted(id="m1"))
    with pytest.raises(matchrunner.AlreadyExists):
        runner.submit_match(scripted(id="m1", priority=7))
    with pytest.raises(matchrunner.InvalidArgument, match="priority"):
        runner.submit_match(scripted(priority="high"))


def test_what_python_calls_these_is_kept(runner):
    with pytest.raises(ValueError):
        runner.submit_match("not JSON")
    hanging = runner.submit_match(scripted("hang"))
    with pytest.raises(TimeoutError):
        runner.wait_match(hanging.id, timeout=0)


class Boom(Exception):
    pass


class BrokenStore(StoreAround):
    error = None

    def find(self, key, context):
        if self.error is not None:
            raise self.error
        return super().find(key, context)


@pytest.fixture
def broken(open_runner):
    store = BrokenStore(matchrunner.open_state_store("memory://"))
    return store, open_runner(store, workers=0)


def test_a_port_exception_comes_back_as_itself(broken):
    store, runner = broken
    store.error = Boom("the disk is on fire")
    store.error.__cause__ = cause = KeyError("spark")
    with pytest.raises(Boom) as caught:
        runner.get_match("m1")
    assert caught.value is store.error and caught.value.__cause__ is cause
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert frames[-1].name == "find" and frames[-1].filename == __file__


@pytest.mark.parametrize("error", [matchrunner.Unavailable("away", "peer"), KeyboardInterrupt(), SystemExit(3)])
def test_any_exception_of_a_port_keeps_its_identity(broken, error):
    store, runner = broken
    store.error = error
    with pytest.raises(type(error)) as caught:
        runner.find_match("m1")
    assert caught.value is error


def test_a_port_exception_is_not_kept(broken):
    store, runner = broken
    store.error = Boom()
    gone = weakref.ref(store.error)
    for _ in range(3):
        try:
            runner.get_match("m1")
        except Boom:
            pass
    store.error = None
    gc.collect()
    assert gone() is None


def test_a_wrong_return_value_is_a_type_error(broken):
    store, runner = broken
    store.find = lambda key, context: "a record"
    with pytest.raises(TypeError, match="'a record'"):
        runner.find_match("m1")


def test_a_missing_method_says_so():
    store = matchrunner.StateStore()
    with pytest.raises(matchrunner.Unsupported, match="find"):
        store.find(matchrunner.RecordKey(kind="match", id="m1"), matchrunner.Context())
    assert store.capabilities() == matchrunner.StateStoreCapabilities() or not store.capabilities().durable


def test_an_exception_where_none_can_go_is_reported(monkeypatch):
    class Odd(matchrunner.EventSink):
        def capabilities(self):
            raise Boom("capabilities")

    seen = []
    monkeypatch.setattr("sys.unraisablehook", lambda unraisable: seen.append(unraisable.exc_value))
    sink = Odd()
    with pytest.raises(Boom):
        sink.capabilities()  # from Python it is an ordinary method
    matchrunner.conformance.check_event_sink(lambda fresh: sink, lambda: [])
    assert seen and all(isinstance(error, Boom) for error in seen)


def test_a_path_of_any_bytes_is_shown():
    with pytest.raises(matchrunner.Error, match=r"null/\\xff"):
        matchrunner.open_state_store("sqlite:////dev/null/%FF/store.db")
