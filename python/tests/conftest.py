# SPDX-License-Identifier: Apache-2.0
"""Runners in memory, whose seats follow scripts, and real interpreters for what ends a process."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

import matchrunner

# A shell that runs the tests in the background ignores SIGINT, which the programs under test would inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    """What takes long begins first: else one of it goes on when all else has ended."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture
def open_runner(tmp_path):
    """Opens runners on memory ports, or on the ports given, and closes them at the end."""
    opened = []

    def open_runner(store="memory://", artifacts="memory://", executor="memory://", **more):
        more = {"spool_folder": tmp_path / "spool", "slots": 2, **more}
        opened.append(matchrunner.Runner(store, artifacts, executor, **more))
        return opened[-1]

    yield open_runner
    for runner in opened:
        runner.close()


@pytest.fixture
def runner(open_runner):
    return open_runner()


class Interpreter:
    """Runs Python programs of their own; a hanging one fails the test instead of hanging it."""

    patience = 120

    def __init__(self, folder):
        self.folder = folder
        self.children = []

    def start(self, program, *arguments, **more):
        path = self.folder / f"program{len(self.children)}.py"
        path.write_text(textwrap.dedent(program))
        child = subprocess.Popen(
            [sys.executable, str(path), *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": os.path.dirname(__file__)},
            **more,
        )
        self.children.append(child)
        return child

    def run(self, program, *arguments):
        """Its output; fails unless it ends by itself, with exit code 0 and nothing said on stderr."""
        child = self.start(program, *arguments)
        out, err = child.communicate(timeout=self.patience)
        assert (child.returncode, err) == (0, ""), f"exit code {child.returncode}\n{out}\n{err}"
        return out


@pytest.fixture
def interpreter(tmp_path):
    interpreter = Interpreter(tmp_path)
    yield interpreter
    for child in interpreter.children:
        if child.poll() is None:
            child.kill()
        child.communicate()
