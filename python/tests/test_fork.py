# SPDX-License-Identifier: Apache-2.0
"""A forked child cannot use its parent's Runner, is told so by every call, and ends cleanly all the same."""

FORKED = """
import datetime, os, sys
import matchrunner
from scripted_match import scripted
from written_ports import ListSink, ThreadExecutor

executor = ThreadExecutor()
runner = matchrunner.Runner(
    "sqlite:///store.db", "memory://", executor, {"list": ListSink()}, slots=2, spool_folder="spool")
match = runner.submit_match(scripted(id="m1"))
executor.started.acquire()
stream = runner.events()

calls = {
    "add_game": lambda: runner.add_game(scripted()["game"]),
    "update_game": lambda: runner.update_game(scripted()["game"]),
    "find_game": lambda: runner.find_game("g"),
    "list_games": lambda: runner.list_games(),
    "remove_game": lambda: runner.remove_game("g"),
    "submit_match": lambda: runner.submit_match(scripted()),
    "find_match": lambda: runner.find_match("m1"),
    "get_match": lambda: runner.get_match("m1"),
    "list_matches": lambda: runner.list_matches(),
    "stop_match": lambda: runner.stop_match("m1"),
    "wait_match": lambda: runner.wait_match("m1"),
    "events": lambda: runner.events(),
    "next": lambda: stream.next(),
    "iterate": lambda: next(stream),
    "read_log": lambda: runner.read_log("m1", "logs/solo.stdout"),
    "link_artifact": lambda: runner.link_artifact("m1", "logs/solo.stdout"),
    "prune": lambda: runner.prune(datetime.datetime.now(datetime.timezone.utc)),
    "list_pools": lambda: runner.list_pools(),
    "resize_pool": lambda: runner.resize_pool("default", 3),
    "outbox": lambda: runner.outbox(),
    "health": lambda: runner.health(),
    "remove_sink": lambda: runner.remove_sink("list"),
    "close": lambda: runner.close(),
}

def outcome(call):
    try:
        call()
    except matchrunner.Error as error:
        return error.code
    return "no error"

child = os.fork()
if child == 0:
    refused = {name: outcome(call) for name, call in calls.items()}
    wrong = {name: code for name, code in refused.items() if code != "forked"}
    if wrong:
        print(wrong, flush=True)
    with runner:
        sys.exit(7 if wrong else 0)  # through the with block, atexit and the whole end of an interpreter

_, status = os.waitpid(child, 0)
print("child", os.waitstatus_to_exitcode(status))
executor.gate.set()
print("parent", runner.wait_match("m1").state)
"""


def test_every_call_in_a_forked_child_is_refused(interpreter):
    assert interpreter.run(FORKED).splitlines() == ["child 0", "parent finished"]


def test_a_forked_child_opens_its_own(interpreter):
    out = interpreter.run(
        """
        import os, sys
        import matchrunner
        from scripted_match import scripted

        def open_one():
            return matchrunner.Runner(
                "sqlite:///store.db", "memory://", "memory://", slots=2, spool_folder="spool")

        runner = matchrunner.per_process(open_one)
        assert runner() is runner()
        runner().wait_match(runner().submit_match(scripted(id="parent")).id)
        for number in range(3):
            child = os.fork()
            if child == 0:
                match = runner().submit_match(scripted(id=f"child{number}"))
                sys.exit(0 if runner().wait_match(match.id).state == "finished" else 1)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        print(sorted(match.id for match in runner().list_matches().matches))
        """
    )
    assert out.splitlines() == ["0", "0", "0", "['child0', 'child1', 'child2', 'parent']"]


def test_a_closed_runner_is_opened_anew(interpreter):
    out = interpreter.run(
        """
        import matchrunner
        runner = matchrunner.per_process(lambda: matchrunner.Runner("memory://", workers=0))
        first = runner()
        first.close()
        print(runner() is not first, runner().closed)
        """
    )
    assert out == "True False\n"
