# SPDX-License-Identifier: Apache-2.0
"""An interpreter that ends takes its Runners along: exit code 0, nothing on stderr, no hang."""

import pytest

START = """
import threading
import matchrunner
from scripted_match import scripted
from written_ports import DictSink, ListSink, QueueSource, StoreAround, ThreadExecutor

executor = ThreadExecutor()
runner = matchrunner.Runner(
    StoreAround(matchrunner.open_state_store("memory://")), DictSink(), executor, {"list": ListSink()},
    sources=[QueueSource()], slots=2, spool_folder="spool")
match = runner.submit_match(scripted())
executor.started.acquire()
"""

ENDS = {
    "with a match under way": "",
    "with the names gone": "del runner, executor, match",
    "in a cycle": "executor.runner = runner; runner = executor = None",
    "with a stream": "stream = runner.events(); stream.next()",
    "with a thread that waits": """
def wait():
    try:
        runner.wait_match(match.id)
    except matchrunner.Cancelled:
        pass
threading.Thread(target=wait, daemon=True).start()
""",
    "with the runner kept by a module": "import json; json.runner = runner",
    "by sys.exit": "import sys; sys.exit(0)",
    "after close": "executor.gate.set(); runner.close(60)",
    "with an error kept": """
try:
    runner.get_match("nobody")
except matchrunner.Error as error:
    kept = error
""",
}


@pytest.mark.parametrize("end", ENDS)
def test_the_end_is_clean(interpreter, end):
    assert interpreter.run(START + ENDS[end] + "\nprint('done')" * (end != "by sys.exit")) in ("done\n", "")


def test_daemon_threads_may_be_anywhere_in_the_library(interpreter):
    interpreter.run(
        """
        import threading
        import matchrunner
        from scripted_match import scripted
        from written_ports import StoreAround

        store = StoreAround(matchrunner.open_state_store("memory://"))
        runner = matchrunner.Runner(store, workers=0)
        runner.submit_match(scripted(id="m1"))
        context, key = matchrunner.Context(), matchrunner.RecordKey(kind="match", id="m1")
        busy = threading.Semaphore(0)

        def read_for_ever():
            busy.release()
            while True:
                store.inner.find(key, context)

        def call_back_for_ever():
            busy.release()
            while True:
                try:
                    runner.get_match("m1")
                except matchrunner.Cancelled:
                    pass

        for target in (read_for_ever, call_back_for_ever):
            for _ in range(4):
                threading.Thread(target=target, daemon=True).start()
        for _ in range(8):
            busy.acquire()
        """
    )


def test_daemon_threads_may_be_in_a_port_written_in_python(interpreter):
    interpreter.run(
        """
        import threading
        import matchrunner
        from written_ports import StoreAround

        class BusyStore(StoreAround):
            def find(self, key, context):
                busy.release()
                while True:
                    pass

        busy = threading.Semaphore(0)
        runner = matchrunner.Runner(BusyStore(matchrunner.open_state_store("memory://")), workers=0)
        for _ in range(2):
            threading.Thread(target=runner.get_match, args=["m1"], daemon=True).start()
            busy.acquire()
        """
    )


def test_added_adapters_outlive_nobody(interpreter):
    interpreter.run(
        """
        import matchrunner
        from written_ports import ThreadExecutor
        matchrunner.add_executor("threads", "threads://", lambda url: ThreadExecutor)
        make = matchrunner.open_executor("threads://")
        """
    )
