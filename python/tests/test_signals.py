# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C gets through every wait, and leaves a process that ends by itself."""

import signal

import pytest

PROGRAM = """
import sys
import matchrunner
from scripted_match import scripted
from written_ports import QueueSource, ThreadExecutor

def wait_match(runner, match):
    runner.wait_match(match.id)

def iterate_events(runner, match):
    for event in runner.events(match.id):
        pass

def next_event(runner, match):
    stream = runner.events(from_now=True)
    while True:  # the match's start may still come
        stream.next()

def close(runner, match):
    runner.close(grace=3600)

def poll_commands(runner, match):
    matchrunner.open_command_source("memory://").poll(matchrunner.Context())

executor = ThreadExecutor()
runner = matchrunner.Runner("memory://", "memory://", executor, slots=1, spool_folder="spool")
match = runner.submit_match(scripted())
executor.started.acquire()
try:
    print("waiting", flush=True)
    globals()[sys.argv[1]](runner, match)
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.parametrize("wait", ["wait_match", "iterate_events", "next_event", "close", "poll_commands"])
def test_ctrl_c_ends_a_wait(interpreter, wait):
    child = interpreter.start(PROGRAM, wait)
    assert child.stdout.readline() == "waiting\n"
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=interpreter.patience)
    assert (child.returncode, out, err) == (0, "interrupted\n", "")


def test_ctrl_c_while_close_begins_leaves_no_thread_behind(interpreter):
    out = interpreter.run(
        """
        import signal
        import threading
        import matchrunner
        from scripted_match import scripted
        from written_ports import ThreadExecutor

        executor = ThreadExecutor()
        runner = matchrunner.Runner("memory://", "memory://", executor, slots=1, spool_folder="spool")
        runner.submit_match(scripted())
        executor.started.acquire()
        main_thread = threading.main_thread()
        threading.main_thread = lambda: signal.raise_signal(signal.SIGINT) or main_thread  # close() asks for it
        try:
            runner.close(grace=3600)
        except KeyboardInterrupt:
            threading.main_thread = lambda: main_thread
            runner.close()
            print("interrupted, then closed")
        """
    )
    assert out == "interrupted, then closed\n"


def test_other_signals_run_their_handlers(interpreter):
    child = interpreter.start(
        """
        import signal
        import matchrunner
        from scripted_match import scripted

        runner = matchrunner.Runner("memory://", "memory://", "memory://", slots=1, spool_folder="spool")
        match = runner.submit_match(scripted("hang"))
        signal.signal(signal.SIGUSR1, lambda *_: runner.stop_match(match.id, "told to"))
        print("waiting", flush=True)
        print(runner.wait_match(match.id).stop_request)
        """
    )
    assert child.stdout.readline() == "waiting\n"
    child.send_signal(signal.SIGUSR1)
    out, err = child.communicate(timeout=interpreter.patience)
    assert (child.returncode, out, err) == (0, "told to\n", "")
